"""Customers' accounts in the Open Loyalty dialect: activation, passwords, confirmed contacts."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import activation, contact_changes, identification, passwords
from customers.models import Customer
from loyalty import throttles
from loyalty.access import Grant
from loyalty.api.open_loyalty.fields import PasswordField, TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.passwords import DONE, DONE_SHAPE, PasswordChangeForm, ResetRequestForm
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.messages.sending import Channel
from loyalty.refusals import NotFound


class AccountView(OpenLoyaltyView):
    """A route about the account of whoever calls it."""

    @property
    def address(self) -> str:
        """Where the caller is, by which guesses are counted."""
        return throttles.client_address(self.request._request)

    def themselves(self) -> Customer:
        """Give the customer who is logged in. Raises: NotFound."""
        if self.principal is None:
            raise NotFound
        return identification.customer_of(self.store, UUID(self.principal.id))


class Activation(AccountView):
    """A new customer activates the account with the token of the link."""

    grant = Grant(public=True)

    def post(self, request: Request, token: str) -> Response:
        activation.activate_with_code(self.store, token, at=self.at, address=self.address)
        return Response(None)


class ActivationBySms(Activation):
    """A new customer activates the account with the code of a text message."""

    def post(self, request: Request, token: str) -> Response:
        super().post(request, token)
        return Response(status=204)


class ActivationCode(AccountView):
    """Send a new customer an activation code by text message, as staff; nothing is sent to who is not new."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        activation.request_activation(person, at=self.at, actor=self.actor, channel=Channel.SMS)
        return Response(None)


class SellerActivationCode(ActivationCode):
    """Send a new customer an activation code by text message, as a seller."""

    grant = Grant(seller=True)


class CodeAgain(AccountView):
    """Send the customer who is logged in another code for the change of contact that waits, if one does."""

    grant = Grant(customer=True)

    def post(self, request: Request) -> Response:
        contact_changes.send_again(self.themselves(), at=self.at, actor=self.actor)
        return Response(None)


class ContactConfirmation(AccountView):
    """The customer who is logged in confirms a new phone number or e-mail address with the code sent to it."""

    grant = Grant(customer=True)

    def post(self, request: Request, token: str) -> Response:
        contact_changes.confirm_change(self.themselves(), token, at=self.at, address=self.address)
        return Response(status=204)


class PasswordResetRequest(AccountView):
    """Send a customer a link for a new password; known and unknown accounts are answered alike."""

    grant = Grant(public=True)
    form_class = ResetRequestForm
    answers = {"POST": DONE_SHAPE}

    def post(self, request: Request) -> Response:
        username = self.read()["username"]
        passwords.request_reset(self.store, identifier=username, at=self.at, address=self.address)
        return Response(DONE)


class TokenForm(Form):
    """The token of the link that was sent."""

    token = TextField(required=True)


class PasswordResetForm(Form):
    """The password to be."""

    wrapped_in = "reset"

    plainPassword = PasswordField(source="password", required=True)


class PasswordReset(AccountView):
    """Whoever was sent a link, a customer or a member of staff, chooses a new password."""

    grant = Grant(public=True)
    form_class = PasswordResetForm
    answers = {"POST": DONE_SHAPE}

    def post(self, request: Request) -> Response:
        token = self.read(TokenForm)["token"]
        password = self.read()["password"]
        passwords.reset_anybodys(token, password=password, at=self.at, address=self.address)
        return Response(DONE)


class PasswordChange(AccountView):
    """The customer who is logged in chooses a new password; all log-ins end, this one too."""

    grant = Grant(customer=True)
    form_class = PasswordChangeForm
    answers = {"POST": DONE_SHAPE}

    def post(self, request: Request) -> Response:
        values = self.read()
        passwords.change(
            self.themselves(),
            current=values["current"],
            new=values["password"],
            at=self.at,
            actor=self.actor,
        )
        return Response(DONE)
