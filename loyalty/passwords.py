"""Passwords: the rules, and how people who are logged in, or were sent a link, get a new one.

The rules hold for every new password of staff, sellers and customers, chosen by change or by reset. A new password
ends all sessions of its owner, this one among them, and every reset link that is still on its way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from loyalty import codes, events, knocks, throttles, tokens
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.events import Subject
from loyalty.messages.sending import Channel, send
from loyalty.models import Credentials, Seller, StaffUser
from loyalty.models import Event as EventRow
from loyalty.refusals import Refusal

MIN_LENGTH = 8
RULES = gettext_lazy(
    "At least 8 characters, with upper and lower case letters, a number and a special character."
)
_WINDOW, _PER_ACCOUNT = timedelta(minutes=15), 10


class PasswordTooWeak(Refusal):
    code = "password.too_weak"
    message = "{reason}"
    field = "password"


class WrongCurrentPassword(Refusal):
    code = "password.current_wrong"
    message = "This is not your current password."
    field = "current"


class TooManyWrongPasswords(Refusal):
    """Somebody who found an open session is guessing the password."""

    code = "password.too_many_attempts"
    message = "Too many attempts. Try again in {minutes} minutes."


@dataclass(frozen=True)
class StaffPasswordChanged(events.Event):
    type: ClassVar[str] = "staff.password_changed"
    sentence: ClassVar[str] = "Password changed"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class SellerPasswordChanged(events.Event):
    type: ClassVar[str] = "seller.password_changed"
    sentence: ClassVar[str] = "Password changed"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class StaffPasswordResetRequested(events.Event):
    """Somebody asked for a new password of a member of staff, or of nobody; the link is made when it is sent."""

    type: ClassVar[str] = "staff.password_reset_requested"
    sentence: ClassVar[str] = "Password reset requested"


class DocumentedRules:
    """Django's form of the rules: eight characters, both cases, a digit, a special character."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Check a password. Raises: ValidationError with a sentence for every rule that it breaks."""
        broken = [
            sentence
            for is_kept, sentence in (
                (
                    len(password) >= MIN_LENGTH,
                    gettext("Your password must be at least 8 characters long."),
                ),
                (
                    any(map(str.isupper, password)) and any(map(str.islower, password)),
                    gettext("Your password must include both upper and lower case letters."),
                ),
                (
                    any(map(str.isdecimal, password)),
                    gettext("Your password must include at least one number."),
                ),
                (
                    any(not sign.isalnum() and not sign.isspace() for sign in password),
                    gettext("Your password must contain at least one special character."),
                ),
            )
            if not is_kept
        ]
        if broken:
            raise ValidationError(broken)

    def get_help_text(self) -> str:
        return str(RULES)


def check_rules(password: str) -> None:
    """Refuse a new password that breaks the rules. Raises: PasswordTooWeak, with every sentence."""
    try:
        DocumentedRules().validate(password)
    except ValidationError as error:
        raise PasswordTooWeak(reason=" ".join(error.messages)) from None


def verify_current(holder: StaffUser | Credentials, current: str, *, kind: ActorKind) -> None:
    """Make sure that who is logged in knows the password.

    Raises: WrongCurrentPassword, TooManyWrongPasswords. Never called inside a transaction, which would undo the count.
    """
    key = f"password:{kind}:{holder.pk}"
    # Counted before it is checked, so that many at once get no more guesses.
    if not throttles.count_failure(key, limit=_PER_ACCOUNT, window=_WINDOW):
        raise TooManyWrongPasswords(minutes=throttles.minutes_of(_WINDOW))
    if not holder.check_password(current):
        raise WrongCurrentPassword
    throttles.forget(key)


def set_new(holder: StaffUser | Credentials, new: str, *, kind: ActorKind) -> None:
    """Give a locked row a new password and end everything that rests on the old one. The caller records it."""
    holder.set_password(new)
    holder.save(update_fields=["password", "token_version"])
    tokens.forget_refresh_tokens(kind, holder.pk)
    owner = Holder(kind=kind, id=holder.pk, store_id=getattr(holder, "store_id", None))
    codes.withdraw(owner, purpose=Purpose.PASSWORD_RESET)


def change(holder: StaffUser | Seller, *, current: str, new: str, at: datetime, actor: Actor) -> None:
    """Change the password of a member of staff or a seller who knows the old one; all their sessions end.

    Raises: PasswordTooWeak, WrongCurrentPassword, TooManyWrongPasswords. Nothing is written then.   Locks: the row.
    """
    kind = ActorKind.SELLER if isinstance(holder, Seller) else ActorKind.ADMIN
    check_rules(new)
    verify_current(holder, current, kind=kind)
    with events.atomic():
        locked = type(holder)._default_manager.select_for_update().get(pk=holder.pk)
        set_new(locked, new, kind=kind)
        is_seller = kind is ActorKind.SELLER
        _record(SellerPasswordChanged() if is_seller else StaffPasswordChanged(), locked, actor=actor, at=at)


def request_reset(*, username: str, at: datetime, address: str) -> None:
    """Send a member of staff who asks for it, by log-in name or e-mail, a link for a new password.

    Answers and works alike for known and unknown names.
    Raises: knocks.TooManyRequests.
    """
    asked = StaffUser.objects.filter(Q(username=username) | Q(email__iexact=username), is_active=True)
    found = asked.values_list("pk", flat=True).first()
    if not knocks.admit("reset:staff", account=str(found or username.lower()), address=address):
        return
    with events.atomic():
        events.record(
            StaffPasswordResetRequested(),
            store_id=None,
            actor=SYSTEM,
            subject=Subject("staff", str(found or knocks.NOBODY)),
            at=at,
        )


def send_reset_link(event: EventRow) -> None:
    """Make a link for a new password and send it to the member of staff (a reaction)."""
    user = StaffUser.objects.filter(pk=event.subject_id, is_active=True).first()
    if user is None:
        return
    holder = Holder(kind=ActorKind.ADMIN, id=user.pk, store_id=None)
    token = codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=timezone.now())
    send(
        None,
        "staff_password_reset",
        channel=Channel.EMAIL,
        to=user.email,
        context={"name": user.get_short_name(), "token": token},
    )


def reset(raw: str, *, password: str, at: datetime, address: str) -> None:
    """Give the member of staff whom a link was sent to a new password.

    Raises: PasswordTooWeak (the link stays good), codes.UnknownCode (a customer's, too), codes.TooManyGuesses.
    """
    check_rules(password)
    redeemed = codes.redeem(Purpose.PASSWORD_RESET, raw, store_id=None, at=at, address=address)
    if redeemed.holder.kind is not ActorKind.ADMIN:
        raise codes.UnknownCode
    reset_staff(redeemed.holder.id, password, at=at)


def reset_staff(staff_id: UUID, new: str, *, at: datetime) -> None:
    """Give a member of staff whose link was used a new password. Raises: codes.UnknownCode when deactivated since."""
    with events.atomic():
        user = StaffUser.objects.select_for_update().filter(pk=staff_id, is_active=True).first()
        if user is None:
            raise codes.UnknownCode
        set_new(user, new, kind=ActorKind.ADMIN)
        _record(StaffPasswordChanged(), user, actor=user.as_principal().actor, at=at)


def _record(event: events.Event, holder: StaffUser | Seller, *, actor: Actor, at: datetime) -> None:
    store_id = holder.store_id if isinstance(holder, Seller) else None
    subject = Subject("staff" if store_id is None else "seller", str(holder.pk))
    events.record(event, store_id=store_id, actor=actor, subject=subject, at=at)
