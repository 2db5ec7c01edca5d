"""Members and figures of segments, kept up to date by the database itself: no loop over customers.

A refresh compares who meets the parts with who is in the segment and writes only the difference. Whoever joined or
left gets an event, up to `EVENTS_AT_MOST` in one refresh; beyond that one event says how many.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from customers.events import CustomerAddedToSegment, CustomerRemovedFromSegment, SegmentRefreshed
from customers.models import Customer, Segment, SegmentMember
from customers.segments import membership
from customers.segments.conditions import matching
from customers.segments.criteria import Part, follows_the_clock
from customers.segments.membership import Moves
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO, quantize
from loyalty.events import Event, Subject
from loyalty.models import Event as EventRow

# Joins and leaves that one refresh reports one by one.
EVENTS_AT_MOST = 10_000
# A change that was written down before the last look, but committed after it, is found by looking back this far.
OVERLAP = timedelta(seconds=60)
# When more customers changed, whole segments are refreshed instead, each at most this often.
CHANGED_AT_MOST = 50_000
WHOLE_AT_MOST_EVERY = timedelta(minutes=5)
# Averages of a larger segment follow every hour, not with every purchase.
FIGURES_AT_ONCE = 20_000
_CHUNK = 500
_KEPT = (
    "customers_count",
    "average_purchase_amount",
    "average_purchases",
    "average_customer_value",
    "refreshed_at",
    "followed_until",
)


def refresh(segment: Segment, *, at: datetime) -> Moves:
    """Make the members of a segment those who meet its parts at a moment; a segment that is off has none.

    Idempotent: a second refresh finds no difference.   Locks: the segment.
    """
    with events.atomic():
        locked = _lock(segment.pk)
        if locked is None:
            return Moves()
        parts = locked.parts if locked.is_active else []
        moves = _move_all(locked, parts, at=at)
        _put_figures(locked)
        locked.refreshed_at = locked.followed_until = at
        locked.save(update_fields=_KEPT)
    return moves


def refresh_all(segments: Iterable[Segment]) -> int:
    """Refresh segments one after the other, each in a transaction of its own, and give how many."""
    done = 0
    for segment in segments:
        refresh(segment, at=timezone.now())
        done += 1
    return done


def refresh_by_the_clock(*, at: datetime) -> int:
    """Refresh the active segments whose members change with the calendar, and the figures of the others."""
    segments = list(Segment.objects.filter(is_active=True, store__is_active=True))
    for segment in segments:
        if follows_the_clock(segment.parts):
            refresh(segment, at=at)
        else:
            _refresh_figures(segment.pk)
    return len(segments)


def refresh_changed(*, at: datetime) -> int:
    """Let customers who changed since the last look join and leave; give how many segments were looked at.

    Two queries when nobody changed. A segment that somebody else is refreshing is left for the next look.
    Locks: one segment after the other, skipping locked ones.
    """
    followed = Segment.objects.filter(
        is_active=True, store__is_active=True, followed_until__isnull=False
    ).order_by()
    changed = Q()
    for store_id, until in followed.values_list("store_id").annotate(Min("followed_until")):
        changed |= Q(store_id=store_id, updated_at__gt=until - OVERLAP)
    if not changed:
        return 0
    rows = Customer.objects.filter(changed).order_by().values_list("store_id", "pk")[: CHANGED_AT_MOST + 1]
    ids: dict[UUID, list[UUID]] = defaultdict(list)
    for store_id, customer_id in rows:
        ids[store_id].append(customer_id)
    if not ids:
        return 0
    has_many = sum(len(each) for each in ids.values()) > CHANGED_AT_MOST
    segments = followed.filter(store__in=list(ids)).values_list("pk", "store_id")
    return sum(
        _follow(segment_id, None if has_many else ids[store_id], at=at) for segment_id, store_id in segments
    )


def refresh_saved(event: EventRow) -> None:
    """Refresh the segment that was saved: a reaction to `segment.saved`."""
    segment = Segment.objects.filter(pk=event.subject_id).first()
    if segment is not None:
        refresh(segment, at=timezone.now())


def _follow(segment_id: UUID, changed: list[UUID] | None, *, at: datetime) -> int:
    """Let changed customers join and leave one segment; None means that they are too many to be named."""
    with events.atomic():
        segment = _lock(segment_id, skip_locked=True)
        if segment is None or segment.followed_until is None or not segment.is_active:
            return 0
        if changed is None:
            if segment.refreshed_at is None or at - segment.refreshed_at >= WHOLE_AT_MOST_EVERY:
                refresh(segment, at=at)
            return 1
        moves = _move_changed(segment, changed, at=at)
        segment.customers_count = max(0, segment.customers_count + moves.joined - moves.left)
        if segment.customers_count <= FIGURES_AT_ONCE:
            _put_figures(segment)
        if moves.total:
            segment.refreshed_at = at
        segment.followed_until = at
        segment.save(update_fields=_KEPT)
    return 1


def _refresh_figures(segment_id: UUID) -> None:
    with events.atomic():
        segment = _lock(segment_id)
        if segment is not None:
            _put_figures(segment)
            segment.save(update_fields=_KEPT)


def _lock(segment_id: UUID, *, skip_locked: bool = False) -> Segment | None:
    rows = Segment.objects.select_related("store").filter(pk=segment_id)
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(of=("self",), skip_locked=skip_locked).first()
    return rows.select_for_update().first()


def _move_all(segment: Segment, parts: Sequence[Part], *, at: datetime) -> Moves:
    with membership.compare(segment, matching(segment.store, parts, at=at)) as difference:
        moves = difference.moves
        if moves.total <= EVENTS_AT_MOST:
            _tell_each(segment, joined=difference.joining(), left=difference.leaving(), at=at)
            difference.write()
        else:
            difference.write()
            membership.measure_members()
            _tell_how_many(segment, moves, at=at)
    return moves


def _move_changed(segment: Segment, changed: list[UUID], *, at: datetime) -> Moves:
    """Let those of the changed customers join and leave who should; they are looked at by id, a few at a time."""
    joined: list[UUID] = []
    left: list[UUID] = []
    for start in range(0, len(changed), _CHUNK):
        chunk = changed[start : start + _CHUNK]
        asked = matching(segment.store, segment.parts, at=at, among=Q(pk__in=chunk))
        found = set(asked.values_list("pk", flat=True))
        present = set(segment.members.filter(customer__in=chunk).values_list("customer_id", flat=True))
        joined += found - present
        left += present - found
    moves = Moves(joined=len(joined), left=len(left))
    SegmentMember.objects.bulk_create(
        (SegmentMember(segment=segment, customer_id=customer_id) for customer_id in joined), batch_size=_CHUNK
    )
    for start in range(0, len(left), _CHUNK):
        segment.members.filter(customer__in=left[start : start + _CHUNK]).delete()
    if moves.total <= EVENTS_AT_MOST:
        _tell_each(segment, joined=joined, left=left, at=at)
    else:
        _tell_how_many(segment, moves, at=at)
    return moves


def _tell_each(segment: Segment, *, joined: list[UUID], left: list[UUID], at: datetime) -> None:
    added = CustomerAddedToSegment(segment_id=str(segment.pk), segment_name=segment.name)
    removed = CustomerRemovedFromSegment(segment_id=str(segment.pk), segment_name=segment.name)
    for event, customer_ids in ((added, joined), (removed, left)):
        for customer_id in customer_ids:
            _tell(segment, event, Subject.customer(customer_id), at=at)


def _tell_how_many(segment: Segment, moves: Moves, *, at: datetime) -> None:
    event = SegmentRefreshed(name=segment.name, joined=moves.joined, left=moves.left)
    _tell(segment, event, Subject("segment", str(segment.pk)), at=at)


def _tell(segment: Segment, event: Event, subject: Subject, *, at: datetime) -> None:
    events.record(event, store_id=segment.store_id, actor=SYSTEM, subject=subject, at=at)


def _put_figures(segment: Segment) -> None:
    """Count the members and average what they bought, in one statement."""
    figures = Customer.objects.filter(segment_memberships__segment=segment).aggregate(
        people=Count("pk"), purchases=Sum("purchases_count"), amount=Sum("purchases_amount")
    )
    people, purchases = figures["people"], figures["purchases"] or 0
    amount: Decimal = figures["amount"] or ZERO
    segment.customers_count = people
    segment.average_purchase_amount = quantize(amount / purchases) if purchases else ZERO
    segment.average_purchases = round(purchases / people, 2) if people else 0
    segment.average_customer_value = quantize(amount / people) if people else ZERO
