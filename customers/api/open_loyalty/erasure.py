"""Forgetting customers in the Open Loyalty dialect. Deleting is a method of the customer's own route (`details`)."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import erasure, identification
from loyalty.access import Grant
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class CustomerAnonymization(OpenLoyaltyView):
    """Take every personal value of a customer out; points and purchases stay, nameless."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        erasure.anonymize(person, at=self.at, actor=self.actor)
        return Response(status=204)
