"""Segments as staff keep them: made, changed, switched on and off, deleted. Members follow (`refreshing`)."""

from datetime import datetime
from typing import Any, TypedDict

from customers.events import SegmentDeleted, SegmentSaved
from customers.models import Segment
from customers.segments.checking import BLANK, INVALID, check_parts
from customers.segments.criteria import Part
from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import InvalidInput, NotFound, Refusal

_MAX_NAME = 255
_MAX_DESCRIPTION = 10_000


class SegmentInUse(Refusal):
    """Something is offered to this segment alone and would reach nobody, or, worse, somebody else."""

    code = "segment.in_use"
    message = "Something is offered to this segment. It can be deactivated instead."


class SegmentDetails(TypedDict, total=False):
    """What may be written down about a segment; a missing key leaves it as it is.

    `parts` is a list of `{"criteria": [{"type": …, …}]}` in the names of the wire (`segments.criteria`).
    """

    name: str
    description: str
    is_active: bool
    parts: Any


def save_segment(
    store: Store, *, values: SegmentDetails, at: datetime, actor: Actor, segment: Segment | None = None
) -> Segment:
    """Make a segment, or change what is given of one, and return it; its members follow within seconds.

    Raises: InvalidInput with the field at fault, NotFound. Nothing is written then.
    Idempotent: what is already so changes nothing and records nothing.   Locks: the segment.
    """
    with events.atomic():
        kept = Segment(store=store) if segment is None else _lock(segment)
        checked = _check(store, values, is_new=segment is None)
        changed = [name for name, value in checked.items() if segment is None or _differs(kept, name, value)]
        if not changed:
            return kept
        for name in changed:
            setattr(kept, name, checked[name])
        if segment is None:
            kept.save(force_insert=True)
        else:
            kept.save(update_fields=changed)
        events.record(
            SegmentSaved(name=kept.name, fields=sorted(changed)),
            store_id=store.pk,
            actor=actor,
            subject=Subject("segment", str(kept.pk)),
            at=at,
        )
    return kept


def set_active(segment: Segment, *, is_active: bool, at: datetime, actor: Actor) -> Segment:
    """Switch a segment on or off and return it; one that is off has no members.

    Raises: NotFound.   Idempotent: a segment that is already so stays as it is.   Locks: the segment.
    """
    return save_segment(segment.store, values={"is_active": is_active}, at=at, actor=actor, segment=segment)


def delete_segment(segment: Segment, *, at: datetime, actor: Actor) -> None:
    """Delete a segment to which nothing is offered; its members are members of nothing then.

    Raises: SegmentInUse, NotFound. Nothing is deleted then.   Locks: the segment.
    """
    with events.atomic():
        locked = _lock(segment)
        if _is_offered_something(locked):
            raise SegmentInUse
        name, segment_id = locked.name, str(locked.pk)
        locked.delete()
        events.record(
            SegmentDeleted(name=name),
            store_id=locked.store_id,
            actor=actor,
            subject=Subject("segment", segment_id),
            at=at,
        )


def _lock(segment: Segment) -> Segment:
    locked = Segment.objects.select_for_update(of=("self",)).select_related("store").filter(pk=segment.pk)
    found = locked.first()
    if found is None:
        raise NotFound
    return found


def _is_offered_something(segment: Segment) -> bool:
    """Tell whether anything of the upper floors aims at a segment: they point at it, many to many."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: segment}).exists()
        for relation in Segment._meta.related_objects
        if relation.many_to_many
    )


def _check(store: Store, values: SegmentDetails, *, is_new: bool) -> dict[str, Any]:
    checked: dict[str, Any] = dict(values)
    if is_new or "name" in values:
        checked["name"] = _text(values.get("name", ""), "name", longest=_MAX_NAME)
        if not checked["name"]:
            raise InvalidInput(field="name", reason=BLANK)
    if "description" in values:
        checked["description"] = _text(values["description"], "description", longest=_MAX_DESCRIPTION)
    if is_new or "parts" in values:
        checked["parts"] = check_parts(store, values.get("parts"))
    return checked


def _text(text: str, field: str, *, longest: int) -> str:
    if "\x00" in text or len(text) > longest:
        raise InvalidInput(field=field, reason=INVALID)
    return text.strip()


def _differs(kept: Segment, name: str, value: Any) -> bool:
    if name == "parts":
        return _without_ids(kept.parts) != _without_ids(value)
    return bool(getattr(kept, name) != value)


def _without_ids(parts: list[Part]) -> list[list[dict[str, Any]]]:
    return [
        [
            {name: value for name, value in criterion.items() if name != "criterionId"}
            for criterion in part["criteria"]
        ]
        for part in parts
    ]
