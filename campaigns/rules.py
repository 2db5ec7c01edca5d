"""Earning rules as staff keep them: create, change, switch on and off, picture.

A rule is written only here. What a rule may say is checked by `campaigns.drafts`, and that its levels, segments and
points of sale are the store's own is checked here; the first problem is raised, with its field.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from campaigns import drafts
from campaigns.drafts import RuleDraft
from campaigns.events import (
    EarningRuleActivated,
    EarningRuleChanged,
    EarningRuleCreated,
    EarningRuleDeactivated,
)
from campaigns.models import EarningRule
from customers.models import Level, Segment
from loyalty import events, images
from loyalty.actors import Actor
from loyalty.events import Event, Subject
from loyalty.models import PointOfSale, Store
from loyalty.refusals import InvalidInput, NotFound

# Draft field -> the model whose rows of this store it names, and the rule's relation.
_TARGETS: dict[str, tuple[type[Level] | type[Segment] | type[PointOfSale], str]] = {
    "level_ids": (Level, "levels"),
    "segment_ids": (Segment, "segments"),
    "pos_ids": (PointOfSale, "points_of_sale"),
}
_PLAIN = ("kind", "name", "description", "is_active", "is_all_time_active", "is_last_executed")


def create_rule(store: Store, draft: RuleDraft, *, at: datetime, actor: Actor) -> EarningRule:
    """Create an earning rule from a draft and return it.

    Raises: InvalidInput with the field at fault. Nothing is written then.
    """
    with events.atomic():
        _check(store, draft)
        rule = EarningRule.objects.create(store=store, **_columns(draft))
        _point_at_targets(rule, draft)
        _record(EarningRuleCreated(name=rule.name, kind=rule.kind), rule, at=at, actor=actor)
    return rule


def change_rule(rule: EarningRule, draft: RuleDraft, *, at: datetime, actor: Actor) -> EarningRule:
    """Make a rule say what the draft says, all of it, and return it.

    Points that the rule has already given stay as they are.
    Raises: InvalidInput with the field at fault, NotFound. Nothing is written then.
    Idempotent: a draft that changes nothing records nothing.   Locks: the rule.
    """
    with events.atomic():
        locked = _lock(rule)
        _check(locked.store, draft)
        wanted = _columns(draft)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, wanted[name])
        changed += _point_at_targets(locked, draft)
        if changed:
            locked.save()
            said = EarningRuleChanged(name=locked.name, fields=tuple(sorted(changed)))
            _record(said, locked, at=at, actor=actor)
    return locked


def activate_rule(rule: EarningRule, *, at: datetime, actor: Actor) -> EarningRule:
    """Switch a rule on and return it.

    Raises: NotFound.   Idempotent: a rule that is on stays on.   Locks: the rule.
    """
    return _switch(rule, on=True, at=at, actor=actor)


def deactivate_rule(rule: EarningRule, *, at: datetime, actor: Actor) -> EarningRule:
    """Switch a rule off and return it.

    Raises: NotFound.   Idempotent: a rule that is off stays off.   Locks: the rule.
    """
    return _switch(rule, on=False, at=at, actor=actor)


def set_photo(rule: EarningRule, upload: images.Upload, *, at: datetime, actor: Actor) -> EarningRule:
    """Give a rule a picture, in place of the one it has, and return it.

    Raises: ImageTooLarge, ImageNotAccepted, NotFound. Nothing is kept then.
    Locks: the rule.
    """
    image = images.clean_image(upload)
    name = default_storage.save(f"earning-rules/{image.new_name()}", ContentFile(image.content))
    try:
        return _replace_photo(rule, name, at=at, actor=actor)
    except BaseException:
        default_storage.delete(name)
        raise


def remove_photo(rule: EarningRule, *, at: datetime, actor: Actor) -> EarningRule:
    """Take a rule's picture away and return the rule.

    Raises: NotFound.   Idempotent: a rule without a picture stays without.   Locks: the rule.
    """
    return _replace_photo(rule, "", at=at, actor=actor)


def _replace_photo(rule: EarningRule, name: str, *, at: datetime, actor: Actor) -> EarningRule:
    with events.atomic():
        locked = _lock(rule)
        old = locked.photo.name or ""
        if old == name:
            return locked
        locked.photo = name
        locked.save(update_fields=["photo", "updated_at"])
        _record(EarningRuleChanged(name=locked.name, fields=("photo",)), locked, at=at, actor=actor)
        if old:
            # Not before the commit: a rollback must find the old picture where it was.
            transaction.on_commit(lambda: default_storage.delete(old))
    return locked


def _switch(rule: EarningRule, *, on: bool, at: datetime, actor: Actor) -> EarningRule:
    with events.atomic():
        locked = _lock(rule)
        if locked.is_active != on:
            locked.is_active = on
            locked.save(update_fields=["is_active", "updated_at"])
            said = EarningRuleActivated(name=locked.name) if on else EarningRuleDeactivated(name=locked.name)
            _record(said, locked, at=at, actor=actor)
    return locked


def _lock(rule: EarningRule) -> EarningRule:
    """Read the rule anew under a lock. Raises: NotFound when it is gone."""
    locked = (
        EarningRule.objects.select_for_update(of=("self",)).select_related("store").filter(pk=rule.pk).first()
    )
    if locked is None:
        raise NotFound
    return locked


def _record(event: Event, rule: EarningRule, *, at: datetime, actor: Actor) -> None:
    events.record(
        event, store_id=rule.store_id, actor=actor, subject=Subject("earning_rule", str(rule.pk)), at=at
    )


def _check(store: Store, draft: RuleDraft) -> None:
    """Raises: InvalidInput for the first problem of the draft."""
    for field, reason in drafts.find_problems(draft).items():
        raise InvalidInput(field=field, reason=reason)
    for field, (model, _) in _TARGETS.items():
        if _unknown(model, store, getattr(draft, field)):
            raise InvalidInput(field=field, reason=drafts.INVALID)


def _unknown(model: Any, store: Store, ids: Iterable[UUID]) -> bool:
    wanted = set(ids)
    return bool(wanted) and model.objects.filter(store=store, pk__in=wanted).count() != len(wanted)


def _columns(draft: RuleDraft) -> dict[str, Any]:
    start_at, end_at = draft.window
    plain = {name: getattr(draft, name) for name in _PLAIN}
    return {**plain, "start_at": start_at, "end_at": end_at, **drafts.columns_of_kind(draft)}


def _point_at_targets(rule: EarningRule, draft: RuleDraft) -> list[str]:
    """Make the rule's relations those of the draft, and give the names of those that changed."""
    changed = []
    for field, (_, relation) in _TARGETS.items():
        manager = getattr(rule, relation)
        wanted = set(getattr(draft, field))
        if set(manager.values_list("pk", flat=True)) != wanted:
            manager.set(wanted)
            changed.append(relation)
    return changed
