"""What bodies say about customers, in the dialect's words."""

from loyalty.api.omniwallet.fields import ChoiceField, TextField
from loyalty.api.omniwallet.forms import ActionForm, ResourceForm

QR, CODE_128 = "CQR", "C128"


class CustomerForm(ResourceForm):
    """The attributes of a customer. Name and e-mail must be there; the rest may be left out, or emptied."""

    resource_type = "customers"

    name = TextField(source="first_name", required=True)
    last_name = TextField()
    email = TextField(required=True, max_length=254)
    phone = TextField(max_length=64)
    card = TextField(source="card_number", max_length=128)


class BarcodeForm(ActionForm):
    """The picture that is asked for."""

    type = ChoiceField(QR, CODE_128, required=True)
