"""The card of a customer as a picture: QR or Code 128, as a data URL."""

import base64

from django.http import HttpResponse
from rest_framework.request import Request

from customers import card_images, card_numbers
from customers.api.omniwallet.customers import CustomerView
from customers.api.omniwallet.forms import QR, BarcodeForm


class Barcode(CustomerView):
    """A picture of exactly the card number, as `data:image/png;base64,…`."""

    form_classes = {"POST": BarcodeForm}
    answer_type = "application/dataurl"
    answers = {"POST": {"type": "string", "example": "data:image/png;base64,iVBORw0…"}}

    def post(self, request: Request, email: str) -> HttpResponse:
        number = card_numbers.number_of(self.customer(email))
        draw = card_images.qr_png if self.read()["type"] == QR else card_images.code128_png
        picture = base64.b64encode(draw(number)).decode()
        return HttpResponse(f"data:image/png;base64,{picture}", content_type=self.answer_type)
