"""Changing a customer's details: what is omitted stays, what is empty goes, compound fields go as a whole."""

import pytest

from customers import profile, refusals
from customers.levels import UnknownLevel
from customers.models import Customer
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_level, make_pos, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_customer(
        store,
        "alice",
        email="alice@example.com",
        phone="+48234234000",
        card_number="4711",
        street="Bagno",
        city="Warszawa",
        company_name="Doe",
        company_tax_id="111",
    )


def update(customer, actor=SYSTEM, **details):
    profile.update_profile(customer, profile=details, at=NOON, actor=actor)
    return Customer.objects.get(pk=customer.pk)


def as_row(customer):
    return Customer.objects.filter(pk=customer.pk).values().get()


def test_what_is_omitted_stays_and_what_is_empty_goes(alice):
    row = update(alice, email="", card_number="000012")
    assert (row.email, row.email_key, row.card_number, row.phone) == ("", None, "000012", "+48234234000")
    assert row.first_name == "Alice"
    row = update(alice, phone="", birth_date=None, first_name="")
    assert (row.phone, row.birth_date, row.first_name) == (None, None, "")


def test_an_address_is_replaced_as_a_whole(alice):
    row = update(alice, address={"city": "Gdynia"})
    assert (row.city, row.street) == ("Gdynia", "")
    row = update(alice, address={})
    assert row.city == ""


def test_a_company_is_replaced_as_a_whole_and_never_by_half(alice):
    before = as_row(alice)
    for half, missing in (({"name": "New"}, "company.tax_id"), ({"tax_id": "2"}, "company.name")):
        with pytest.raises(refusals.CompanyIncomplete) as refused:
            update(alice, company=half)
        assert refused.value.at_field == missing
    assert as_row(alice) == before
    row = update(alice, company={"name": "New", "tax_id": "2"})
    assert (row.company_name, row.company_tax_id) == ("New", "2")
    assert update(alice, company={}).company_name == ""


def test_the_event_names_the_fields_and_not_their_values(alice):
    update(alice, email="new@example.com", address={"city": "Gdynia", "street": "Bagno"}, labels=[])
    event = Event.objects.get(type="customer.updated")
    assert sorted(event.payload["fields"]) == ["city", "email"]
    assert Customer.objects.get(pk=alice.pk).version == 2


def test_the_same_again_changes_nothing_and_says_nothing(alice):
    update(
        alice,
        email="alice@example.com",
        phone="0048 234 234 000",
        address={"street": "Bagno", "city": "Warszawa"},
    )
    assert not Event.objects.exists()
    assert Customer.objects.get(pk=alice.pk).version == 1


def test_an_email_may_change_its_letter_case(alice):
    row = update(alice, email="Alice@Example.com")
    assert (row.email, row.email_key) == ("Alice@Example.com", "alice@example.com")


def test_labels_are_replaced(alice):
    update(alice, labels=[{"key": "vip", "value": "yes"}, {"key": "size", "value": ""}])
    update(alice, labels=[{"key": "vip", "value": "no"}])
    assert [str(label) for label in alice.labels.all()] == ["vip:no"]
    update(alice, labels=[])
    assert not alice.labels.exists()
    assert [event.payload["fields"] for event in Event.objects.all()] == [["labels"]] * 3


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        ({"email": "BOB@example.com"}, refusals.EmailTaken),
        ({"phone": "+48 234 234 001"}, refusals.PhoneTaken),
        ({"card_number": "4712"}, refusals.CardNumberTaken),
        ({"phone": "+440000000"}, refusals.PhoneInvalid),
        ({"email": "nowhere"}, refusals.EmailInvalid),
    ],
)
def test_a_refused_change_changes_nothing(store, alice, details, refusal):
    make_customer(store, "bob", email="bob@example.com", phone="+48234234001", card_number="4712")
    before = as_row(alice)
    with pytest.raises(refusal):
        update(alice, first_name="Changed", **details)
    assert as_row(alice) == before
    assert not Event.objects.exists()


def test_a_level_given_and_taken_back_with_the_details(store, alice):
    bronze, gold = make_level(store), make_level(store, "gold", 500)
    row = update(alice, first_name="Alicia", level_id=gold.pk)
    assert (row.first_name, row.level, row.level_is_manual) == ("Alicia", gold, True)
    row = update(alice, level_id=None)
    assert (row.level, row.level_is_manual) == (bronze, False)
    foreign = make_level(make_store("OTHER"))
    with pytest.raises(UnknownLevel):
        update(alice, first_name="Changed", level_id=foreign.pk)
    assert Customer.objects.get(pk=alice.pk).first_name == "Alicia"


def test_where_profiles_belong_to_staff_customers_change_only_their_agreements(db):
    store = make_store(allow_customers_profile_edits=False)
    alice = make_customer(store)
    herself = Actor(ActorKind.CUSTOMER, str(alice.pk))
    with pytest.raises(refusals.ProfileEditsClosed):
        update(alice, actor=herself, first_name="Alicia", agreement2=True)
    assert not Customer.objects.get(pk=alice.pk).agreement2
    assert update(alice, actor=herself, agreement2=True).agreement2
    assert update(alice, first_name="Alicia").first_name == "Alicia"


def test_a_point_of_sale_is_assigned_and_one_of_another_store_is_unknown(store, alice):
    shop = make_pos(store)
    profile.assign_point_of_sale(alice, shop.pk, at=NOON, actor=SYSTEM)
    assert Customer.objects.get(pk=alice.pk).point_of_sale == shop
    assert Event.objects.get(type="customer.pos_assigned").payload == {"point_of_sale_id": str(shop.pk)}
    with pytest.raises(refusals.UnknownPointOfSale):
        profile.assign_point_of_sale(alice, make_pos(make_store("OTHER")).pk, at=NOON, actor=SYSTEM)
    assert Customer.objects.get(pk=alice.pk).point_of_sale == shop
