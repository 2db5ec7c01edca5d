"""What calls that move points say, in the dialect's words."""

from loyalty.api.omniwallet.fields import AmountField, MetadataField, TextField
from loyalty.api.omniwallet.forms import ActionForm


class MoveForm(ActionForm):
    """What every such call says. `type` names the partner's service."""

    type = TextField(required=True)
    external_id = TextField()
    order_id = TextField()


class AddPointsForm(MoveForm):
    """Points to add. The external id must be there."""

    points = AmountField(required=True)
    external_id = TextField(required=True)
    content = MetadataField()


class AddPointsFromValueForm(MoveForm):
    """Money to turn into points."""

    value = AmountField(source="amount", required=True)
    items = MetadataField(kind=list)
    metadata = MetadataField()


class SubtractPointsForm(MoveForm):
    """Points to subtract."""

    points = AmountField(required=True)
    content = MetadataField()
