"""Log-ins of people: user name and password in, a token pair out; only failures are throttled."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.utils.functional import SimpleLazyObject
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import throttles, tokens
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty.fields import PasswordField, TextField, read_text
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Seller, StaffUser

_WINDOW = timedelta(minutes=15)
# Failures within the window: of one account from one address, of one address, of one account from anywhere.
_PER_PAIR, _PER_ADDRESS, _PER_ACCOUNT = 10, 100, 100
# Checked when the account is unknown, so that both cases take the same time.
_DUMMY_HASH = SimpleLazyObject(lambda: make_password("no account has this password"))


def check_nobody(password: str) -> None:
    """Spend the time of a password check on an account that does not exist."""
    check_password(password, str(_DUMMY_HASH))


class LogInForm(Form):
    """The fields of the original's security form."""

    _username = TextField()
    _password = PasswordField()


class LogInView(OpenLoyaltyView):
    """A log-in route. Subclasses say whose (`kind`) and either `verify` the password, which this class throttles, or
    `check` the attempt in one call of a capability that throttles itself."""

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
        limits = self._limits(username)
        if self._is_blocked(limits):
            raise exceptions.Throttled(wait=_WINDOW.total_seconds())
        holder = self.verify(username, password)
        if holder is None:
            within = [
                throttles.count_failure(key, limit=limit, window=_WINDOW) for key, limit in limits.items()
            ]
            if not all(within):
                raise exceptions.Throttled(wait=_WINDOW.total_seconds())
            raise exceptions.AuthenticationFailed("Bad credentials")
        # Guesses that ran at the same time may have used up the limit meanwhile: then even a right one is refused.
        if self._is_blocked(limits):
            raise exceptions.Throttled(wait=_WINDOW.total_seconds())
        throttles.forget(next(iter(limits)))
        return holder

    def _limits(self, username: str) -> dict[str, int]:
        store = self.store.code if hasattr(self, "store") else ""
        account = f"log-in:{self.kind.value}:{store}:{username.lower()}"
        address = throttles.client_address(self.request._request)
        return {
            f"{account}:{address}": _PER_PAIR,
            f"log-in:address:{address}": _PER_ADDRESS,
            account: _PER_ACCOUNT,
        }

    @staticmethod
    def _is_blocked(limits: dict[str, int]) -> bool:
        return any(throttles.is_blocked(key, limit=limit) for key, limit in limits.items())


class AdminLogIn(LogInView):
    kind = ActorKind.ADMIN

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        user = StaffUser.objects.filter(username=username).first()
        if user is None:
            check_nobody(password)
            return None
        return user if user.check_password(password) and user.is_active else None


class SellerLogIn(LogInView):
    kind = ActorKind.SELLER

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        seller = Seller.objects.filter(store=self.store, email__iexact=username, is_deleted=False).first()
        if seller is None or not seller.password:
            check_nobody(password)
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
