"""What bodies about points may say."""

from loyalty.api.open_loyalty.fields import (
    AmountField,
    ChoiceField,
    DateField,
    IntegerField,
    ListField,
    TextField,
    UuidField,
)
from loyalty.api.open_loyalty.forms import Form
from wallet.histogram import Interval, PointType
from wallet.models import PointsTransfer

COMMENT_LENGTH = 1000


class TransferForm(Form):
    """Points for, from or set aside on one customer's wallet."""

    wrapped_in = "transfer"

    customer = UuidField(required=True)
    points = AmountField(required=True, positive=True)
    comment = TextField(max_length=COMMENT_LENGTH, default="")


class GiftForm(Form):
    """Points for another customer, named by id, e-mail or phone."""

    wrapped_in = "transfer"

    receiver = TextField(required=True)
    points = AmountField(required=True, positive=True)


class GiftBetweenForm(GiftForm):
    """The same, from a customer whom an administrator names."""

    sender = TextField(required=True)


class TransferFilterForm(Form):
    """How lists of transfers are narrowed."""

    customerFirstName = TextField()
    customerLastName = TextField()
    customerPhone = TextField()
    customerEmail = TextField()
    customerId = UuidField()
    state = ListField(ChoiceField(PointsTransfer.State.values))
    type = ListField(ChoiceField(PointsTransfer.Kind.values))


class HistogramForm(Form):
    """What a histogram counts and over which days."""

    interval = ChoiceField({word.value: word for word in Interval})
    lastDays = IntegerField(at_most=3660, source="last_days")
    futureDays = IntegerField(at_most=3660, source="future_days")
    pointType = ChoiceField({word.value: word for word in PointType}, source="point_type")


class _StatementFields(Form):
    """Which file of a statement."""

    format = ChoiceField(["json", "csv"], default="json", source="kind")


# `from` is a word of the language, so its fields cannot be written in the body of a class.
StatementForm = type(
    "StatementForm",
    (_StatementFields,),
    {
        "__doc__": "Which days of a statement, both included, and as which file.",
        "from": DateField(source="first_day"),
        "to": DateField(source="last_day"),
    },
)
