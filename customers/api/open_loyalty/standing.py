"""How a customer stands, in the Open Loyalty dialect: account open or closed, level, own point of sale."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import activation, identification, levels, profile
from customers.api.open_loyalty import forms
from loyalty.access import Grant
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class CustomerActivation(OpenLoyaltyView):
    """Open an account."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        activation.activate(person, at=self.at, actor=self.actor)
        return Response(None)


class CustomerDeactivation(OpenLoyaltyView):
    """Close an account; the customer's sessions end."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        activation.deactivate(person, at=self.at, actor=self.actor)
        return Response(None)


class SellerActivation(CustomerActivation):
    grant = Grant(seller=True)


class SellerDeactivation(CustomerDeactivation):
    grant = Grant(seller=True)


class CustomerLevel(OpenLoyaltyView):
    """Give a level by hand."""

    grant = Grant("CUSTOMER")
    form_class = forms.LevelChoiceForm

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        levels.assign_manually(person, self.read()["level_id"], at=self.at, actor=self.actor)
        return Response([])


class ManualLevelRemoval(OpenLoyaltyView):
    """Release a level given by hand."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        levels.remove_manual(person, at=self.at, actor=self.actor)
        return Response(status=204)


class CustomerPointOfSale(OpenLoyaltyView):
    """Make a point of sale the customer's own."""

    grant = Grant("CUSTOMER")
    form_class = forms.PosChoiceForm

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        chosen = self.read()["point_of_sale_id"]
        profile.assign_point_of_sale(person, chosen, at=self.at, actor=self.actor)
        return Response([])


class SellerCustomerPointOfSale(CustomerPointOfSale):
    grant = Grant(seller=True)
