"""Passwords of staff and sellers in the dialect, and what the routes about passwords share."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import passwords, throttles
from loyalty.access import Grant
from loyalty.api.open_loyalty.fields import PasswordField, TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Seller, StaffUser

DONE = {"success": True}
DONE_SHAPE = {"type": "object", "properties": {"success": {"type": "boolean"}}, "example": DONE}


class PasswordChangeForm(Form):
    """The password that was, as proof, and the one to be."""

    currentPassword = PasswordField(source="current", required=True)
    plainPassword = PasswordField(source="password", required=True)


class ResetRequestForm(Form):
    """Who forgot the password."""

    username = TextField(required=True, max_length=254)


class StaffPasswordChange(OpenLoyaltyView):
    """A member of staff changes their own password; all their log-ins end, this one too."""

    grant = Grant(staff=True)
    form_class = PasswordChangeForm
    answers = {"POST": DONE_SHAPE}

    def post(self, request: Request) -> Response:
        assert self.principal is not None
        values = self.read()
        passwords.change(
            self.holder(UUID(self.principal.id)),
            current=values["current"],
            new=values["password"],
            at=self.at,
            actor=self.actor,
        )
        return Response(DONE)

    def holder(self, holder_id: UUID) -> StaffUser | Seller:
        """Give the row of whoever is logged in."""
        return StaffUser.objects.get(pk=holder_id)


class SellerPasswordChange(StaffPasswordChange):
    """A seller changes their own password."""

    grant = Grant(seller=True)

    def holder(self, holder_id: UUID) -> StaffUser | Seller:
        return Seller.objects.get(pk=holder_id)


class StaffPasswordResetRequest(OpenLoyaltyView):
    """Send a member of staff a link for a new password; known and unknown names are answered alike."""

    grant = Grant(public=True)
    form_class = ResetRequestForm
    answers = {"POST": DONE_SHAPE}

    def post(self, request: Request) -> Response:
        address = throttles.client_address(request._request)
        passwords.request_reset(username=self.read()["username"], at=self.at, address=address)
        return Response(DONE)
