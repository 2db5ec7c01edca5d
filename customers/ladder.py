"""The levels a store offers: made, changed, switched on and off, deleted.

Changing a threshold moves nobody at once: each customer's level is decided with their next purchase or movement.
"""

from datetime import datetime
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError

from customers.events import LevelDeleted, LevelSaved
from customers.models import Level
from loyalty import events, images
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import NotFound, Refusal


class LevelInUse(Refusal):
    """Customers stand on it; move them first."""

    code = "level.in_use"
    message = "Customers stand on this level. It can be deactivated instead."


class SpecialReward(TypedDict):
    """A benefit that is told to customers for a while. `value` is a fraction, the moments are ISO 8601.

    `id` and `createdAt` are given when it is first kept with its level.
    """

    id: NotRequired[str]
    createdAt: NotRequired[str]
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


def save_level(
    store: Store, *, values: LevelDetails, at: datetime, actor: Actor, level: Level | None = None
) -> Level:
    """Make a level, or change what is given of one, and return it.

    Idempotent: what is already so changes nothing and records nothing.   Locks: the level.
    """
    with events.atomic():
        known = None if level is None else Level.objects.select_for_update().filter(pk=level.pk).first()
        kept = known or level or Level()
        if known is None:
            kept.store = store
        if "special_rewards" in values:
            rewards = _numbered(values["special_rewards"], kept.special_rewards, at=at)
            values = {**values, "special_rewards": rewards}
        changed = [name for name, value in values.items() if known is None or getattr(kept, name) != value]
        if not changed:
            return kept
        for name in changed:
            setattr(kept, name, values[name])  # type: ignore[literal-required]  # the dict's own keys
        kept.save()
        _record_saved(kept, changed, at=at, actor=actor)
    return kept


def set_active(level: Level, *, is_active: bool, at: datetime, actor: Actor) -> Level:
    """Switch a level on or off and return it; nobody rises to a level that is off.

    Idempotent: a level that is already so stays as it is.
    """
    return save_level(level.store, values={"is_active": is_active}, at=at, actor=actor, level=level)


def delete_level(level: Level, *, at: datetime, actor: Actor) -> None:
    """Delete a level on which no customer stands.

    Raises: LevelInUse; NotFound when somebody was quicker. Nothing is deleted then.   Locks: the level.
    """
    with events.atomic():
        name, level_id = level.name, str(level.pk)
        # Who is given the level by hand at this moment waits, and hears that there is none.
        if Level.objects.select_for_update().filter(pk=level.pk).first() is None:
            raise NotFound
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


def set_photo(level: Level, upload: images.Upload, *, at: datetime, actor: Actor) -> Level:
    """Give a level a picture, in place of the one it has, and return it.

    Raises: ImageTooLarge, ImageNotAccepted. Nothing is kept then.   Locks: the level.
    """
    image = images.clean_image(upload)
    name = default_storage.save(f"levels/{image.new_name()}", ContentFile(image.content))
    try:
        return _replace_photo(level, name, at=at, actor=actor)
    except BaseException:
        default_storage.delete(name)
        raise


def remove_photo(level: Level, *, at: datetime, actor: Actor) -> Level:
    """Take a level's picture away and return the level.

    Idempotent: a level without a picture stays without.   Locks: the level.
    """
    return _replace_photo(level, "", at=at, actor=actor)


def _numbered(
    rewards: list[SpecialReward], known: list[SpecialReward], *, at: datetime
) -> list[SpecialReward]:
    """Give every reward its id and beginning: those that it has where the level holds the same one already."""
    left = list(known)
    numbered: list[SpecialReward] = []
    for reward in rewards:
        same = next((each for each in left if _says(each) == _says(reward)), None)
        if same is not None:
            left.remove(same)
        numbered.append(same or {**reward, "id": str(uuid4()), "createdAt": at.isoformat()})
    return numbered


def _says(reward: SpecialReward) -> dict[str, object]:
    return {name: value for name, value in reward.items() if name not in ("id", "createdAt")}


def _replace_photo(level: Level, name: str, *, at: datetime, actor: Actor) -> Level:
    with events.atomic():
        locked = Level.objects.select_for_update().get(pk=level.pk)
        old = locked.photo.name or ""
        if old == name:
            return locked
        locked.photo.name = name
        locked.save(update_fields=["photo"])
        _record_saved(locked, ["photo"], at=at, actor=actor)
        if old:
            # Files know no transaction: the old one goes only when the row surely names the new one.
            transaction.on_commit(lambda: default_storage.delete(old))
    return locked


def _record_saved(level: Level, fields: list[str], *, at: datetime, actor: Actor) -> None:
    events.record(
        LevelSaved(name=level.name, fields=sorted(fields)),
        store_id=level.store_id,
        actor=actor,
        subject=Subject("level", str(level.pk)),
        at=at,
    )
