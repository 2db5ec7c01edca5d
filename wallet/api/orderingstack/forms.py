"""What calls about wallets say, in the dialect's words."""

from collections.abc import Mapping
from typing import Any

from loyalty.api.bodies import read_text
from loyalty.api.orderingstack.fields import (
    AmountField,
    CountField,
    DayField,
    DigitsField,
    InstantField,
    ObjectField,
    TextField,
    TextsField,
    UuidField,
)
from loyalty.api.orderingstack.forms import Form, FormInvalid
from wallet.api.orderingstack.records import RESERVED

# A hundred years; longer is for ever.
MOST_DAYS = 36_500
_LONGEST_NAME, _LONGEST_VALUE = 64, 1000
ATTRIBUTES_SHAPE = {
    "type": "object",
    "additionalProperties": {"type": "string", "maxLength": _LONGEST_VALUE},
}


class BatchForm(Form):
    """Points to add."""

    amount = AmountField(required=True)
    price = AmountField()
    expires = InstantField(source="expires_at")
    order = TextField(max_length=64, source="order_number")
    description = TextField(max_length=32, source="comment")
    venue = TextField(max_length=255)
    extra = ObjectField()


class OperationForm(Form):
    """Points to spend."""

    amount = AmountField(source="points", required=True)
    order = TextField(max_length=64, source="order_number")
    venue = TextField(max_length=255)
    extra = ObjectField()


class OperationChangeForm(Form):
    """What may change of an operation; what is missing stays."""

    venue = TextField(max_length=255)
    extra = ObjectField()


class RevertForm(Form):
    """Which operation to revert."""

    operation = UuidField(required=True)


class VoucherForm(Form):
    """A voucher to make."""

    expires = InstantField(source="expires_at")
    pointsExpireInDays = CountField(at_most=MOST_DAYS, source="points_expire_in_days")
    forWallet = UuidField(source="for_wallet")
    amount = AmountField(required=True)
    price = AmountField()
    extra = ObjectField()


class UseVoucherForm(Form):
    """Which voucher to use."""

    voucher = UuidField(required=True)


class ExpiringQuery(Form):
    """How near the future is."""

    days = DigitsField(at_least=1, at_most=3660)


class MonthQuery(Form):
    """A month of the store's calendar."""

    year = DigitsField(at_least=1970, at_most=9998, required=True)
    month = DigitsField(at_least=1, at_most=12, required=True)


class StatsQuery(Form):
    """Some days, both included, and venues."""

    to = DayField(source="last_day", required=True)
    venues = TextsField(max_length=255, max_items=1000)

    def get_fields(self) -> dict[str, Any]:
        # No attribute can be called `from`.
        return {"from": DayField(source="first_day", required=True), **super().get_fields()}


def read_attributes(body: Mapping[str, Any]) -> dict[str, str]:
    """Read a wallet's free attributes: texts by name. What a wallet shows of its own is left alone when it comes back.

    Raises: FormInvalid.
    """
    attributes, problems = {}, {}
    for name, value in body.items():
        if name in RESERVED:
            continue
        text = read_text(value)
        if not read_text(name) or len(name) > _LONGEST_NAME:
            problems["name"] = f"names of attributes have 1 to {_LONGEST_NAME} characters"
        elif text is None or len(text) > _LONGEST_VALUE:
            problems[name] = f"must be a text of at most {_LONGEST_VALUE} characters"
        else:
            attributes[name] = text
    if problems:
        raise FormInvalid(problems)
    return attributes
