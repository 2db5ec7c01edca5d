"""Keys for staff: an e-mail address and a password in, a permanent token with the abilities asked for out."""

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import access, staff, staff_keys
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.walletapp.fields import EmailField, ListField, TextField
from loyalty.api.walletapp.forms import Form
from loyalty.api.walletapp.views import WalletAppView
from loyalty.api.walletapp.wire import DONE
from loyalty.models import PermanentToken
from loyalty.throttles import client_address


class PermissionField(TextField):
    """An ability of this dialect."""

    def to_internal_value(self, data: object) -> str:
        ability = super().to_internal_value(data)
        if ability not in access.RIGHTS_BEHIND:
            self.refuse("The selected permission is invalid.")
        return ability


class TokenForm(Form):
    """Who asks, and what the key shall open."""

    email = EmailField(required=True)
    password = TextField(required=True, max_length=4096, trim=False)
    permissions = ListField(PermissionField(), required=True, max_items=50, source="abilities")


class Token(WalletAppView):
    """POST gives a key, which is shown this once; DELETE revokes the key that it is called with."""

    grants = {"POST": Grant(public=True), "DELETE": Grant(anyone=True)}
    names_brand = False
    form_classes = {"POST": TokenForm, "DELETE": Form}
    answers = {
        "POST": {"type": "object", "example": {"message": DONE, "data": {"key": "<token>"}}},
        "DELETE": {"type": "object", "example": {"message": DONE, "data": "Token revoked"}},
    }

    def post(self, request: Request) -> Response:
        key = staff_keys.give_key(**self.read(), address=client_address(request._request), at=self.at)
        return Response({"message": DONE, "data": {"key": key}})

    def delete(self, request: Request) -> Response:
        principal = self.principal
        opens = frozenset() if principal is None else principal.abilities & {"*", *access.RIGHTS_BEHIND}
        if principal is None or principal.kind is not ActorKind.TOKEN or not opens:
            raise exceptions.PermissionDenied
        token = PermanentToken.objects.get(pk=principal.id)
        staff.revoke_token(token, actor=self.actor, at=self.at)
        return Response({"message": DONE, "data": "Token revoked"})
