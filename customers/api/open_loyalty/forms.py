"""What bodies say about customers, in the dialect's words."""

from typing import Any, cast

from customers.models import Customer
from customers.profile import Profile
from loyalty.api.open_loyalty.fields import (
    AmountField,
    ChoiceField,
    DateField,
    EmailField,
    FlagField,
    InstantField,
    IntegerField,
    LabelsTextField,
    PasswordField,
    TextField,
    UuidField,
    WireField,
)
from loyalty.api.open_loyalty.forms import MAX_LABEL_FILTERS, AddressForm, Form, LabelListField

MAX_DAYS = 36_500


class CompanyForm(Form):
    name = TextField()
    nip = TextField(source="tax_id", max_length=64)


class LabelsField(LabelsTextField):
    """Labels as `key:value;key:value`, or as a list of objects."""

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        if isinstance(data, str):
            return super().to_internal_value(data)
        labels: list[dict[str, str]] = LabelListField().to_internal_value(data)
        return labels


class AgreementField(FlagField):
    """The agreement without which nobody takes part: it must be given, and be a yes."""

    def to_internal_value(self, data: Any) -> bool:
        if not super().to_internal_value(data):
            self.fail("blank")
        return True


class CustomerForm(Form):
    """What a seller may change of a customer; nothing is required."""

    wrapped_in = "customer"

    firstName = TextField(source="first_name")
    lastName = TextField(source="last_name")
    gender = ChoiceField(Customer.Gender.values)
    email = EmailField()
    phone = TextField(max_length=64)
    birthDate = DateField(source="birth_date")
    createdAt = InstantField(source="created_at")
    address = AddressForm()
    company = CompanyForm()
    loyaltyCardNumber = TextField(source="card_number", max_length=128)
    labels = LabelsField()
    agreement1 = FlagField()
    agreement2 = FlagField()
    agreement3 = FlagField()
    posId = UuidField(source="point_of_sale_id")
    sellerId = UuidField(source="seller_id")


class StaffCustomerForm(CustomerForm):
    """What staff may change: the level too."""

    levelId = UuidField(source="level_id")


class SelfForm(Form):
    """What customers may change of themselves."""

    wrapped_in = "customer"

    firstName = TextField(source="first_name")
    lastName = TextField(source="last_name")
    gender = ChoiceField(Customer.Gender.values)
    email = EmailField()
    phone = TextField(max_length=64)
    birthDate = DateField(source="birth_date")
    address = AddressForm()
    company = CompanyForm()
    agreement1 = FlagField()
    agreement2 = FlagField()
    agreement3 = FlagField()


class RegistrationForm(CustomerForm):
    """A new customer, registered at the till."""

    firstName = TextField(source="first_name", required=True)
    lastName = TextField(source="last_name", required=True)
    email = EmailField(required=True)
    agreement1 = AgreementField(required=True)


class StaffRegistrationForm(RegistrationForm):
    """A new customer, registered by staff."""

    levelId = UuidField(source="level_id")


class SelfRegistrationForm(SelfForm):
    """A new customer, registered by themselves."""

    firstName = TextField(source="first_name", required=True)
    lastName = TextField(source="last_name", required=True)
    email = EmailField(required=True)
    loyaltyCardNumber = TextField(source="card_number", max_length=128)
    agreement1 = AgreementField(required=True)
    plainPassword = PasswordField(source="password", required=True)


class LabelFilterField(WireField):
    """Labels that must hang on a customer: `labels[0][key]=…&labels[0][value]=…`, the value optional."""

    empty_value: list[tuple[str, str | None]] = []

    def to_internal_value(self, data: Any) -> list[tuple[str, str | None]]:
        labels = LabelListField(max_items=MAX_LABEL_FILTERS).to_internal_value(data)
        return [(label["key"], label["value"] or None) for label in labels]


class ListFilterForm(Form):
    """The filters of the customer lists."""

    firstName = TextField(source="first_name")
    lastName = TextField(source="last_name")
    phone = TextField(max_length=64)
    email = TextField()
    loyaltyCardNumber = TextField(source="card_number")
    transactionsAmountFrom = AmountField(source="amount_from", signed=True)
    transactionsAmountTo = AmountField(source="amount_to", signed=True)
    averageTransactionAmountFrom = AmountField(source="average_from", signed=True)
    averageTransactionAmountTo = AmountField(source="average_to", signed=True)
    transactionsCountFrom = IntegerField(source="count_from")
    transactionsCountTo = IntegerField(source="count_to")
    daysFromLastTransactionTo = IntegerField(source="days_from_last_purchase_to", at_most=MAX_DAYS)
    hoursFromLastUpdateTo = IntegerField(source="hours_from_last_update_to", at_most=24 * MAX_DAYS)
    strict = FlagField(source="is_strict")
    labels = LabelFilterField()


class SearchForm(Form):
    """What a seller knows of the customer at the till."""

    wrapped_in = "search"

    loyaltyCardNumber = TextField(source="card_number")
    phone = TextField(max_length=64)
    email = TextField()
    firstName = TextField(source="first_name")
    lastName = TextField(source="last_name")
    city = TextField()
    postcode = TextField(source="postal")


class LevelChoiceForm(Form):
    levelId = UuidField(source="level_id", required=True)


class PosChoiceForm(Form):
    posId = UuidField(source="point_of_sale_id", required=True)


class CheckForm(Form):
    emailOrPhone = TextField(source="text", required=True)


class RegistrationsForm(Form):
    interval = ChoiceField(["day", "month", "year"], default="day")
    lastDays = IntegerField(source="days", at_least=1, at_most=3660, default=30)


def as_profile(values: dict[str, Any]) -> Profile:
    """Give a form's values as the profile that the capabilities take; what the form left out stays out."""
    known = {name: value for name, value in values.items() if name != "password"}
    if "gender" in known:
        known["gender"] = known["gender"] or ""
    for name in ("address", "company"):
        if name in known:
            known[name] = known[name] or {}
    return cast(Profile, known)
