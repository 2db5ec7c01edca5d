"""The form of a segment: its parts are built by a script from what this module says of every kind of criterion.

The script writes what was built into one field as JSON; the server reads it as strictly as from anybody else.
"""

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from unfold.widgets import (
    INPUT_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
    UnfoldAdminTextareaWidget,
)

from customers.models import Customer, Segment
from customers.segments.checking import check_parts
from customers.segments.criteria import FIELDS_OF_KIND, Criterion, Part
from loyalty.cockpit.base import CockpitForm
from loyalty.models import PointOfSale, Store
from loyalty.refusals import InvalidInput

KINDS = {
    "transaction_count": "Number of purchases",
    "transaction_amount": "Money spent",
    "average_transaction_amount": "Average purchase",
    "last_purchase_n_days_before": "Bought within the last days",
    "purchase_period": "Bought in a period",
    "anniversary": "Anniversary",
    "bought_skus": "Bought products",
    "bought_makers": "Bought from makers",
    "bought_labels": "Bought products with labels",
    "bought_in_pos": "Bought at points of sale",
    "transaction_percent_in_pos": "Share of purchases at a point of sale",
    "customer_has_labels": "Carries labels",
    "customer_with_labels_values": "Carries labels with values",
    "customer_list": "Named customers",
}
# Field -> label, control, help.
_CONTROLS = {
    "min": ("At least", "number", ""),
    "max": ("At most", "number", ""),
    "fromAmount": ("From", "money", ""),
    "toAmount": ("To", "money", ""),
    "fromDate": ("From", "date", ""),
    "toDate": ("To", "date", ""),
    "days": ("Days", "number", ""),
    "anniversaryType": ("Of", "choice", ""),
    "skuIds": ("SKUs", "lines", "One a line. Any of them is enough."),
    "makers": ("Makers", "lines", "One a line. Any of them is enough."),
    "labels": ("Labels", "labels", "One a line, as in department:dairy. Any of them is enough."),
    "posIds": ("Points of sale", "several", "Any of them is enough."),
    "posId": ("Point of sale", "choice", ""),
    "percent": ("At least, percent", "money", ""),
    "customers": ("Customers", "lines", "One a line: e-mail, phone, card number or id."),
}
_HELP_OF = {
    ("last_purchase_n_days_before", "days"): "0 is today, 1 also yesterday.",
    ("anniversary", "days"): "0 is today, 7 also the week to come.",
    ("customer_has_labels", "labels"): "One key a line. Any of them is enough.",
}
_ANNIVERSARIES = [["birthday", "Birthday"], ["registration", "Registration"]]
_NAMES = {name: label for name, (label, _control, _help) in _CONTROLS.items()}


def builder_of(store: Store) -> dict[str, Any]:
    """Give what the script needs to know: kinds, their fields, what may be chosen, how inputs look."""
    shops = [
        [str(pk), name]
        for pk, name in PointOfSale.objects.filter(store=store).order_by("name").values_list("pk", "name")
    ]
    return {
        "kinds": [
            {"type": kind, "label": KINDS[kind], "fields": [_field(kind, name) for name in names]}
            for kind, names in FIELDS_OF_KIND.items()
        ],
        "choices": {"anniversaryType": _ANNIVERSARIES, "posId": shops, "posIds": shops},
        "looks": {
            "input": _look(INPUT_CLASSES),
            "select": _look(SELECT_CLASSES),
            "textarea": _look(TEXTAREA_CLASSES),
        },
    }


def _look(classes: list[str]) -> str:
    """Give the classes of an input that is not all wrong because one of its neighbours is."""
    return " ".join(each for each in classes if ".errors" not in each and each != "appearance-none")


def _field(kind: str, name: str) -> dict[str, str]:
    label, control, help_text = _CONTROLS[name]
    control = "lines" if kind == "customer_has_labels" else control
    help_text = _HELP_OF.get((kind, name), help_text)
    return {"name": name, "label": label, "control": control, "help": help_text}


def say_where(refusal: InvalidInput) -> str:
    """Say in words what is wrong where: "Part 1, criterion 2, Days: This value should not be blank."."""
    words = []
    for word, follows in zip(*_pairs((refusal.at_field or "").split(".")), strict=True):
        if word == "parts" and follows.isdigit():
            words.append(f"Part {int(follows) + 1}")
        elif word == "criteria" and follows.isdigit():
            words.append(f"criterion {int(follows) + 1}")
        elif word in _NAMES:
            words.append(_NAMES[word] + (f", line {int(follows) + 1}" if follows.isdigit() else ""))
    return f"{', '.join(words)}: {refusal}" if words else str(refusal)


def in_words(parts: Iterable[Part]) -> str:
    """Say who is in a segment: "Money spent (From 10.00, To 20.00) or Anniversary (…); and …"."""
    return "; and ".join(
        " or ".join(_criterion_in_words(each) for each in part["criteria"]) for part in parts
    )


def _criterion_in_words(criterion: Criterion) -> str:
    kind = criterion["type"]
    facts = [f"{_NAMES[name]} {_value_in_words(criterion[name])}" for name in FIELDS_OF_KIND[kind]]
    return f"{KINDS[kind]} ({', '.join(facts)})"


def _value_in_words(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    texts = [":".join(each.values()) if isinstance(each, dict) else str(each) for each in value]
    return ", ".join(texts[:10]) + (f" and {len(texts) - 10} more" if len(texts) > 10 else "")


def _pairs(words: list[str]) -> tuple[list[str], list[str]]:
    return words, [*words[1:], ""]


class SegmentForm(CockpitForm):
    """Name, description, state, and the parts as the script wrote them."""

    store: ClassVar[Store]

    parts = forms.CharField(
        label="Who is in it",
        max_length=1_000_000,
        required=False,
        help_text="",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
    )

    class Meta:
        model = Segment
        fields = ("name", "description", "is_active")
        labels = {"is_active": "Active"}
        help_texts = {"is_active": "A segment that is not active has no members."}
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("parts")
        if field is None:
            return
        self.initial["parts"] = json.dumps(_named(self.instance.parts))
        field.widget.attrs["data-count-address"] = reverse("admin:customers_segment_count")
        field.widget.attrs["data-segment-builder"] = json.dumps(builder_of(self.store))

    def clean_parts(self) -> list[Part]:
        try:
            written = json.loads(self.cleaned_data["parts"] or "[]")
        except (ValueError, RecursionError):
            raise forms.ValidationError("This is no list of parts.") from None
        try:
            return check_parts(self.store, written)
        except InvalidInput as refusal:
            self.fields["parts"].widget.attrs["data-error-at"] = refusal.at_field
            sentence = "Add at least one criterion." if refusal.at_field == "parts" else say_where(refusal)
            raise forms.ValidationError(sentence) from None


def _named(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Give kept parts with customers by their e-mail addresses, which people can read."""
    lists = [
        criterion["customers"]
        for part in parts
        for criterion in part["criteria"]
        if criterion["type"] == "customer_list"
    ]
    ids = {each for listed in lists for each in listed}
    people = Customer.objects.filter(pk__in=ids).exclude(email="").values_list("pk", "email") if ids else ()
    emails = {str(pk): email for pk, email in people}
    return [
        {
            **part,
            "criteria": [
                {**each, "customers": [emails.get(one, one) for one in each["customers"]]}
                if each["type"] == "customer_list"
                else each
                for each in part["criteria"]
            ],
        }
        for part in parts
    ]
