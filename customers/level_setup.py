"""The levels a store offers: made, changed, switched on and off, deleted.

Changing a threshold moves nobody at once: each customer's level is decided with their next purchase or movement.
"""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from django.db.models import ProtectedError

from customers.events import LevelDeleted, LevelSaved
from customers.models import Level
from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import Refusal


class LevelInUse(Refusal):
    """Customers stand on it; move them first."""

    code = "level.in_use"
    message = "Customers stand on this level. It can be deactivated instead."


class SpecialReward(TypedDict):
    """A benefit that is told to customers for a while. `value` is a fraction, written out."""

    name: str
    value: str
    code: str
    active: bool
    startAt: str
    endAt: str


class LevelDetails(TypedDict, total=False):
    """What may be written down about a level; a missing key leaves it as it is. Rewards are fractions."""

    name: str
    description: str
    translations: dict[str, dict[str, str]]
    is_active: bool
    condition_value: Decimal
    min_order: Decimal | None
    reward_name: str
    reward_value: Decimal
    reward_code: str
    special_rewards: list[SpecialReward]


def create_level(store: Store, *, details: LevelDetails, at: datetime, actor: Actor) -> Level:
    """Make a level and return it."""
    return _write(Level(store=store), details, list(details), at=at, actor=actor)


def change_level(level: Level, *, details: LevelDetails, at: datetime, actor: Actor) -> Level:
    """Change what is given of a level and return it.   Locks: the level."""
    with events.atomic():
        locked = Level.objects.select_for_update().get(pk=level.pk)
        changed = [name for name, value in details.items() if getattr(locked, name) != value]
        return _write(locked, details, changed, at=at, actor=actor) if changed else locked


def set_active(level: Level, *, is_active: bool, at: datetime, actor: Actor) -> Level:
    """Switch a level on or off and return it; nobody rises to a level that is off.

    Idempotent: a level that is already so stays as it is.
    """
    return change_level(level, details={"is_active": is_active}, at=at, actor=actor)


def delete_level(level: Level, *, at: datetime, actor: Actor) -> None:
    """Delete a level on which no customer stands.

    Raises: LevelInUse. Nothing is deleted then.
    """
    with events.atomic():
        name, level_id = level.name, str(level.pk)
        try:
            level.delete()
        except ProtectedError:
            raise LevelInUse from None
        events.record(
            LevelDeleted(name=name),
            store_id=level.store_id,
            actor=actor,
            subject=Subject("level", level_id),
            at=at,
        )


def _write(level: Level, details: LevelDetails, names: list[str], *, at: datetime, actor: Actor) -> Level:
    with events.atomic():
        for name in names:
            setattr(level, name, details[name])  # type: ignore[literal-required]  # names of the dict's own keys
        level.save()
        events.record(
            LevelSaved(name=level.name, fields=sorted(names)),
            store_id=level.store_id,
            actor=actor,
            subject=Subject("level", str(level.pk)),
            at=at,
        )
    return level
