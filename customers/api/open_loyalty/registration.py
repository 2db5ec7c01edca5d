"""New customers and their log-in, in the Open Loyalty dialect."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import authentication, profile, registration
from customers.api.open_loyalty import forms
from customers.registration import Door
from loyalty import tokens
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.log_in import LogInView
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class CustomerLogIn(LogInView):
    """A customer's log-in by e-mail, phone or card number."""

    kind = ActorKind.CUSTOMER

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        customer = authentication.verify_password(self.store, identifier=username, password=password)
        if customer is None or not customer.is_active:
            return None
        authentication.note_log_in(customer, at=self.at)
        return customer


class CustomerRegistration(OpenLoyaltyView):
    """A new customer, by staff."""

    grant = Grant("CUSTOMER")
    form_class: ClassVar[type[Form]] = forms.StaffRegistrationForm
    door: ClassVar[Door] = Door.ADMIN

    def post(self, request: Request) -> Response:
        values = self.read()
        customer = registration.register_customer(
            self.store,
            door=self.door,
            details={**self.defaults(), **forms.as_profile(values)},
            password=values.get("password", ""),
            at=self.at,
            actor=self.actor,
        )
        return Response({"customerId": customer.pk, "email": customer.email})

    def defaults(self) -> profile.Profile:
        """Give what the caller's place says about the new customer."""
        return {}


class SellerRegistration(CustomerRegistration):
    """A new customer, at the till: theirs are the seller and the point of sale, unless the body names others."""

    grant = Grant(seller=True)
    form_class = forms.RegistrationForm
    door = Door.SELLER

    def defaults(self) -> profile.Profile:
        seller = self.principal
        assert seller is not None
        return {"seller_id": UUID(seller.id), "point_of_sale_id": seller.point_of_sale_id}


class SelfRegistration(CustomerRegistration):
    """A new customer, by themselves."""

    grant = Grant(public=True)
    form_class = forms.SelfRegistrationForm
    door = Door.SELF
