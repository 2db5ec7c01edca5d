"""Keys that members of staff get for their own programs: a permanent token for an e-mail address and a password.

A key reaches the stores that its holder may see and carries the abilities that were asked for. Staff give away only
what they have: behind each ability stands a right (`access.RIGHTS_BEHIND`), and without it the ability sleeps.
"""

from collections.abc import Sequence
from datetime import datetime

from loyalty import access, authentication, log_ins, staff
from loyalty.actors import ActorKind
from loyalty.models import StaffUser
from loyalty.refusals import Refusal


class WrongCredentials(Refusal):
    code = "staff.wrong_credentials"
    message = "The e-mail address or the password is wrong."


class AbilityNotHeld(Refusal):
    """Nobody gives what they do not have."""

    code = "staff.ability_not_held"
    message = "You may not give the permission {ability}."


def give_key(*, email: str, password: str, abilities: Sequence[str], address: str, at: datetime) -> str:
    """Check a log-in of staff and return the text of a new key, which is shown this once.

    An unknown address, a wrong password and a deactivated account are refused alike and cost the same work.
    Raises: WrongCredentials, log_ins.TooManyAttempts, AbilityNotHeld. No key is made then.
    """
    user = _log_in(email, password, address=address, at=at)
    for place, ability in enumerate(abilities):
        if not access.held_by(user.as_principal(), {ability}):
            raise AbilityNotHeld(field=f"abilities.{place}", ability=ability)
    actor = user.as_principal().actor
    chosen = list(dict.fromkeys(abilities))
    _, raw = staff.create_token(
        f"Key of {user.username}", store=None, abilities=chosen, actor=actor, at=at, holder=user
    )
    return raw


def _log_in(email: str, password: str, *, address: str, at: datetime) -> StaffUser:
    user = log_ins.attempt(
        lambda: _verify(email, password, at=at), account=f"key:{email.lower()}", address=address
    )
    if user is None:
        raise WrongCredentials
    authentication.note_success(user, at=at)
    return user


def _verify(email: str, password: str, *, at: datetime) -> StaffUser | None:
    user = StaffUser.objects.filter(email__iexact=email).first()
    if user is None:
        log_ins.check_nobody(password)
    if user is not None and user.check_password(password) and user.is_active:
        return user
    authentication.note_failure(ActorKind.ADMIN, store_id=None, at=at)
    return None
