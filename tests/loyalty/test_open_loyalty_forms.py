"""Forms read bodies into our names, and refuse them naming every field."""

import pytest

from loyalty.api.open_loyalty import forms
from loyalty.api.open_loyalty.fields import AmountField, EmailField, ListField, TextField, UuidField
from loyalty.api.open_loyalty.forms import Form, FormInvalid, LabelListField

BLANK = {"errors": ["This value should not be blank."]}
INVALID = {"errors": ["This value is not valid."]}


class AddressForm(Form):
    city = TextField(max_length=10)
    postal = TextField(required=True)


class PersonForm(Form):
    wrapped_in = "person"

    firstName = TextField(required=True, source="first_name")
    email = EmailField()
    wage = AmountField()
    address = AddressForm()
    labels = LabelListField()
    friends = ListField(UuidField())


class HouseForm(Form):
    address = AddressForm(required=True)


def refusal(body, form=PersonForm):
    with pytest.raises(FormInvalid) as caught:
        forms.read(form, body)
    return caught.value.body


def test_values_come_under_our_names_and_absent_ones_not_at_all():
    _, values = forms.read(PersonForm, {"person": {"firstName": "Alice", "email": "", "unknown": 1}})
    assert values == {"first_name": "Alice", "email": ""}


def test_the_error_body_names_every_field():
    assert refusal({"person": {"email": "x", "address": {"city": "far too long a name"}}}) == {
        "form": {
            "children": {
                "firstName": BLANK,
                "email": {"errors": ["This value is not a valid email address."]},
                "wage": {},
                "address": {
                    "children": {
                        "city": {"errors": ["This value is too long. It should have 10 characters or less."]},
                        "postal": BLANK,
                    }
                },
                "labels": {},
                "friends": {},
            }
        },
        "errors": [],
    }


@pytest.mark.parametrize(
    "body", [{}, {"person": None}, {"person": "x"}, {"person": []}, {"person": ""}, {"person": 5}]
)
def test_a_missing_wrapper_is_an_empty_form(body):
    children = refusal(body)["form"]["children"]
    assert children["firstName"] == BLANK
    assert children["address"] == {"children": {"city": {}, "postal": {}}}


@pytest.mark.parametrize("inner", ["x", ["x"], 5, True])
def test_a_wrapper_that_holds_no_form_is_refused_where_nothing_is_required_too(inner):
    class ChangeForm(Form):
        wrapped_in = "person"
        firstName = TextField(source="first_name")

    body = refusal({"person": inner}, ChangeForm)
    assert body == {"form": {**INVALID, "children": {"firstName": {}}}, "errors": []}


@pytest.mark.parametrize("inner", [None, "", [], {}])
def test_an_empty_wrapper_says_nothing(inner):
    class ChangeForm(Form):
        wrapped_in = "person"
        firstName = TextField(source="first_name")

    assert forms.read(ChangeForm, {"person": inner})[1] == {}


def test_an_absent_nested_form_is_left_out_and_a_required_one_is_not():
    _, values = forms.read(PersonForm, {"person": {"firstName": "Alice"}})
    assert "address" not in values
    assert refusal({}, HouseForm)["form"]["children"]["address"]["children"]["postal"] == BLANK


def test_a_nested_form_of_the_wrong_type_is_refused_at_its_place():
    body = refusal({"person": {"firstName": "Alice", "address": "x"}})
    assert body["form"]["children"]["address"]["errors"]


def test_lists_name_the_place_at_fault():
    body = refusal({"person": {"firstName": "A", "friends": ["x"], "labels": {"0": {"value": "v"}}}})
    children = body["form"]["children"]
    assert children["friends"] == {"children": {"0": INVALID}}
    assert children["labels"] == {"children": {"0": {"children": {"key": BLANK}}}}


def test_labels_come_as_list_or_numbered_places():
    labels = [{"key": "a", "value": "1"}]
    for given in (labels, {"0": labels[0]}):
        _, values = forms.read(PersonForm, {"person": {"firstName": "A", "labels": given}})
        assert values["labels"] == labels


def test_a_refusal_is_shown_at_the_wire_name_of_its_field():
    form, _ = forms.read(PersonForm, {"person": {"firstName": "A"}})
    shown = forms.error_at(form, "first_name", "No.")
    assert shown["form"]["children"]["firstName"] == {"errors": ["No."]}
    nested = forms.error_at(form, "address.city", "No.")
    assert nested["form"]["children"]["address"]["children"]["city"] == {"errors": ["No."]}
    assert forms.error_at(form, "city", "No.") == nested


@pytest.mark.parametrize("field", [None, "elsewhere"])
def test_a_refusal_without_a_field_of_the_form_is_shown_on_the_form(field):
    form, _ = forms.read(PersonForm, {"person": {"firstName": "A"}})
    assert forms.error_at(form, field, "No.")["form"]["errors"] == ["No."]
