"""Forms of the customer screens."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from customers.models import Customer, Level
from customers.profile import ADDRESS_FIELDS, Label, Profile
from loyalty.cockpit import stores
from loyalty.cockpit.base import CockpitForm
from loyalty.cockpit.dialogs import DialogForm

_CONTACTS = ("email", "phone", "card_number")


class CustomerForm(CockpitForm):
    """What a customer says about themselves, and the labels that the programme hangs on them."""

    labels = forms.CharField(
        required=False,
        help_text="One a line, as in newsletter:yes.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
    )

    class Meta:
        model = Customer
        fields = (
            "first_name", "last_name", "gender", "birth_date", "email", "phone", "card_number", *ADDRESS_FIELDS,
            "company_name", "company_tax_id", "agreement1", "agreement2", "agreement3", "point_of_sale",
        )  # fmt: skip
        labels = {
            "email": "E-mail",
            "card_number": "Card number",
            "address1": "House number",
            "address2": "Flat",
            "postal": "Postal code",
            "company_tax_id": "Tax id",
            "agreement1": "Agreed to the terms",
            "agreement2": "Agreed to marketing",
            "agreement3": "Agreed to the processing of data",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["labels"].initial = "\n".join(str(label) for label in self.instance.labels.all())

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and born > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return born

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"])
        return country.upper() if len(country) == 2 else country

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        # A field that was refused has words of its own.
        is_nobody = not any(self.cleaned_data.get(name) or name in self.errors for name in _CONTACTS)
        if self.instance._state.adding and is_nobody:
            said = "Give an e-mail address, a phone or a card number to find the customer by."
            self.add_error("email", said)
        return cleaned

    def clean_labels(self) -> list[Label]:
        lines = [line.strip() for line in str(self.cleaned_data["labels"]).splitlines() if line.strip()]
        return [_label(line) for line in lines]

    def profile(self) -> Profile:
        """Give what was filled in, in our words."""
        values = self.cleaned_data
        profile = Profile(
            first_name=values["first_name"],
            last_name=values["last_name"],
            gender=values["gender"] or "",
            birth_date=values["birth_date"],
            email=values["email"] or "",
            phone=values["phone"] or "",
            card_number=values["card_number"] or "",
            agreement1=values["agreement1"],
            agreement2=values["agreement2"],
            agreement3=values["agreement3"],
            labels=values["labels"],
            point_of_sale_id=values["point_of_sale"].pk if values["point_of_sale"] else None,
            company={"name": values["company_name"], "tax_id": values["company_tax_id"]},
        )
        profile["address"] = {name: values[name] for name in ADDRESS_FIELDS}  # type: ignore[typeddict-item]  # its own keys
        return profile


def _label(line: str) -> Label:
    key, _, value = line.partition(":")
    if not key.strip():
        raise forms.ValidationError(f"“{line}”: write the key, a colon and the value, as in newsletter:yes.")
    return Label(key=key.strip(), value=value.strip())


class LevelChoiceForm(DialogForm):
    """Which level to give by hand."""

    level = forms.ModelChoiceField(Level.objects.none(), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = stores.current_store(self.request)
        self.fields["level"].queryset = Level.objects.filter(store=store, is_active=True)
