"""Log-ins of people: user name and password in, a token pair out; only failures are throttled."""

from typing import ClassVar

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import authentication, log_ins, throttles, tokens
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.bodies import read_text
from loyalty.api.open_loyalty.fields import PasswordField, TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Seller, StaffUser


class LogInForm(Form):
    """The fields of the original's security form."""

    _username = TextField()
    _password = PasswordField()


class LogInView(OpenLoyaltyView):
    """A log-in route. Subclasses say whose (`kind`) and `verify` the password; this class counts the failures."""

    grant = Grant(public=True)
    keeps_answers = False
    form_class = LogInForm
    kind: ClassVar[ActorKind]

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        """Give the active holder whose password this is, or None; unknown names take as long as known ones."""
        raise NotImplementedError

    def post(self, request: Request) -> Response:
        username = read_text(self.params.get("_username")) or ""
        password = self.params.get("_password")
        if not username or not isinstance(password, str) or not password or "\x00" in password:
            raise exceptions.AuthenticationFailed("Bad credentials")
        holder = self.check(username[:254], password[:4096])
        pair = tokens.log_in(self.kind.value, holder, at=self.at)
        return Response({"token": pair.access, "refresh_token": pair.refresh})

    def check(self, username: str, password: str) -> tokens.Holder:
        """Give the holder who may log in, counting failures.

        Raises: AuthenticationFailed, Throttled.
        """
        try:
            holder = log_ins.attempt(
                lambda: self._verify_and_note(username, password),
                account=self.account(username),
                address=throttles.client_address(self.request._request),
            )
        except log_ins.TooManyAttempts:
            raise exceptions.Throttled(wait=log_ins.WINDOW.total_seconds()) from None
        if holder is None:
            raise exceptions.AuthenticationFailed("Bad credentials")
        self.note_success(holder)
        return holder

    def note_success(self, holder: tokens.Holder) -> None:
        """Record who came in."""
        assert isinstance(holder, StaffUser | Seller)
        authentication.note_success(holder, at=self.at)

    def note_failure(self) -> None:
        """Record that somebody did not come in; whose log-in it would have been, it does not say."""
        store_id = self.store.pk if hasattr(self, "store") else None
        authentication.note_failure(self.kind, store_id=store_id, at=self.at)

    def account(self, username: str) -> str:
        """Name the account whose failures are counted, known or not."""
        store = self.store.code if hasattr(self, "store") else ""
        return f"{self.kind.value}:{store}:{username.lower()}"

    def _verify_and_note(self, username: str, password: str) -> tokens.Holder | None:
        holder = self.verify(username, password)
        if holder is None:
            self.note_failure()
        return holder


class AdminLogIn(LogInView):
    kind = ActorKind.ADMIN

    def account(self, username: str) -> str:
        return log_ins.staff_account(username)

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        user = StaffUser.objects.filter(username=username).first()
        if user is None:
            log_ins.check_nobody(password)
            return None
        return user if user.check_password(password) and user.is_active else None


class SellerLogIn(LogInView):
    kind = ActorKind.SELLER

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        seller = Seller.objects.filter(store=self.store, email__iexact=username, is_deleted=False).first()
        if seller is None or not seller.password:
            log_ins.check_nobody(password)
            return None
        return seller if seller.check_password(password) and seller.is_active else None


class RefreshForm(Form):
    """A refresh token."""

    refresh_token = TextField(max_length=128)


class TokenRefresh(OpenLoyaltyView):
    """Exchange a refresh token, once, for a new pair."""

    grant = Grant(public=True)
    keeps_answers = False
    form_class = RefreshForm

    def post(self, request: Request) -> Response:
        raw = read_text(self.params.get("refresh_token")) or ""
        pair = tokens.refresh(raw, at=self.at) if raw else None
        if pair is None:
            raise exceptions.AuthenticationFailed("An authentication exception occurred.")
        return Response({"token": pair.access, "refresh_token": pair.refresh})


class TokenRevoke(OpenLoyaltyView):
    """Log out: end every log-in of the person who asks. A permanent token has no log-in to end."""

    grant = Grant(anyone=True)

    def get(self, request: Request) -> Response:
        if self.principal is None or self.principal.kind is ActorKind.TOKEN:
            raise exceptions.PermissionDenied
        tokens.log_out(self.principal)
        return Response(None)
