"""New customers and their log-in, in the Open Loyalty dialect."""

from typing import ClassVar
from uuid import UUID, uuid4

from rest_framework.request import Request
from rest_framework.response import Response

from customers import authentication, profile, registration
from customers.api.open_loyalty import forms, xml_rows
from customers.api.open_loyalty.invitations import InvitationTokenForm
from customers.models import Customer
from customers.refusals import CardNumberTaken, EmailTaken, PhoneTaken
from customers.registration import Door
from loyalty import knocks, throttles, tokens
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty.forms import Form, read
from loyalty.api.open_loyalty.imports import XmlImport
from loyalty.api.open_loyalty.log_in import LogInView
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.imports.jobs import RowKind


class CustomerLogIn(LogInView):
    """A customer's log-in by e-mail, phone or card number."""

    kind = ActorKind.CUSTOMER

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        customer = authentication.verify_password(self.store, identifier=username, password=password)
        return customer if customer and customer.is_active else None

    def account(self, username: str) -> str:
        return authentication.account_of(self.store, username)

    def note_success(self, holder: tokens.Holder) -> None:
        assert isinstance(holder, Customer)
        authentication.note_log_in(holder, through="api", at=self.at)

    def note_failure(self) -> None:
        """Customers' slips are counted, not kept: they are many, and nobody answers for them."""


class CustomerImport(XmlImport):
    """A file of new customers."""

    grant = Grant("CUSTOMER")

    def rows(self) -> RowKind:
        return xml_rows.customer_rows(self.store, actor=self.actor, at=self.at)


class CustomerRegistration(OpenLoyaltyView):
    """A new customer, by staff."""

    grant = Grant("CUSTOMER")
    form_class: ClassVar[type[Form]] = forms.StaffRegistrationForm
    door: ClassVar[Door] = Door.ADMIN

    def post(self, request: Request) -> Response:
        values = self.read()
        _, invitation = read(InvitationTokenForm, self.params)
        customer = registration.register_customer(
            self.store,
            door=self.door,
            details={**self.defaults(), **forms.as_profile(values)},
            password=values.get("password", ""),
            invitation_token=invitation.get("token") or "",
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

    def post(self, request: Request) -> Response:
        if self.principal is None or self.principal.kind is ActorKind.CUSTOMER:
            # A message goes to whom they name. A partner's own server answers for those whom it hands on.
            address = throttles.client_address(request._request)
            knocks.admit("register", account=self.read()["email"], address=address)
        try:
            return super().post(request)
        except (EmailTaken, PhoneTaken, CardNumberTaken):
            # Answered as a new one is, with an id that nobody has: who was known here is told to nobody.
            return Response({"customerId": uuid4(), "email": self.read()["email"].strip()})
