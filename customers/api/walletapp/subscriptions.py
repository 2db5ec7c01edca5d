"""Who wants no more news: one member, or a list of them."""

from rest_framework.request import Request
from rest_framework.response import Response

from customers import subscriptions
from loyalty.access import Grant
from loyalty.api.walletapp.fields import EmailField, ListField
from loyalty.api.walletapp.forms import BrandForm
from loyalty.api.walletapp.views import WalletAppView
from loyalty.api.walletapp.wire import DONE


class UnsubscribeForm(BrandForm):
    """One member's address."""

    email = EmailField(required=True)


class BulkUnsubscribeForm(BrandForm):
    """Addresses; the document's example writes a single one without a list around it."""

    email = ListField(EmailField(), required=True, lone=True, source="emails")


class Unsubscribe(WalletAppView):
    """PATCH unsubscribes one member, POST all members with the given addresses."""

    grants = {"PATCH": Grant(ability="members.store"), "POST": Grant(ability="tags.get")}
    form_classes = {"PATCH": UnsubscribeForm, "POST": BulkUnsubscribeForm}
    answers = {
        "PATCH": {"type": "object", "example": {"message": DONE, "data": "User unsubscribed"}},
        "POST": {
            "type": "object",
            "example": {"message": DONE, "data": {"amount": 0, "message": "Unsubscribed 0 members"}},
        },
    }

    def patch(self, request: Request) -> Response:
        subscriptions.unsubscribe(self.store, self.read()["email"], at=self.at, actor=self.actor)
        return Response({"message": DONE, "data": "User unsubscribed"})

    def post(self, request: Request) -> Response:
        emails = self.read()["emails"]
        amount = subscriptions.unsubscribe_many(self.store, emails, at=self.at, actor=self.actor)
        told = {"amount": amount, "message": f"Unsubscribed {amount} members"}
        return Response({"message": DONE, "data": told})
