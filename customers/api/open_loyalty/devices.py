"""The tokens of customers' devices in the Open Loyalty dialect, where they are called Pushy tokens."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import devices, identification
from loyalty.access import Grant
from loyalty.api.open_loyalty.fields import TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class PushTokenForm(Form):
    """The token of a device."""

    wrapped_in = "customer"

    pushyToken = TextField(required=True, source="token")


class CustomerDevices(OpenLoyaltyView):
    """The devices of a customer, by their tokens."""

    grant = Grant("CUSTOMER")
    form_class = PushTokenForm
    answers: ClassVar[dict[str, Any]] = {
        "GET": {
            "type": "object",
            "properties": {"tokens": {"type": "array", "items": {"type": "string"}}},
            "example": {"tokens": ["pushy_token"]},
        }
    }

    def get(self, request: Request, customer: UUID) -> Response:
        return Response({"tokens": devices.tokens_of(identification.customer_of(self.store, customer))})

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        devices.add_token(person, self.read()["token"])
        return Response(status=204)


class CustomerDevice(OpenLoyaltyView):
    """One device of a customer."""

    grant = Grant("CUSTOMER")

    def delete(self, request: Request, customer: UUID, token: str) -> Response:
        devices.remove_token(identification.customer_of(self.store, customer), token)
        return Response(status=204)
