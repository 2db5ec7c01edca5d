"""Levels of customers: reviewed after every purchase or movement of points, given by hand, kept for some days.

What decides is `level_choice`, without a database; the rules in prose with worked tables are in docs/levels.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from customers import level_choice, spending
from customers.events import LevelAssigned, LevelChanged, LevelReleased, LevelReviewDue
from customers.level_choice import Choice, Move, Occasion, Rung, Standing
from customers.models import Customer, Level
from customers.refusals import CustomerDeleted
from loyalty import events, reactions
from loyalty.actors import SYSTEM, Actor
from loyalty.amounts import ZERO
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.programme import DowngradeBase, DowngradeMode, ProgrammeSettings, TierBasis
from loyalty.refusals import Refusal

CHUNK = 500


class UnknownLevel(Refusal):
    """No such level in this store, or not an active one."""

    code = "level.unknown"
    message = "Level does not exist."
    field = "level_id"


@dataclass(frozen=True)
class PointsFigures:
    """What a level by points may look at. `earned_since` costs a query and is asked only where the rule needs it."""

    available: Decimal
    earned: Decimal
    earned_since: Callable[[datetime], Decimal]


def level_for_amount(store: Store, amount: Decimal = ZERO) -> Level | None:
    """Give the level of a store that an amount reaches; the one for zero is where everybody starts."""
    known = _levels_of(store.pk)
    reached = level_choice.rung_for([_as_rung(level) for level in known.values()], amount)
    return known[reached.id] if reached else None


def active_levels(store: Store) -> dict[UUID, Level]:
    """Give the levels of a store that a customer can be put on, by their ids."""
    return {level.pk: level for level in Level.objects.filter(store=store, is_active=True)}


def next_level(customer: Customer) -> Level | None:
    """Give the active level that a customer reaches next, or None at the top."""
    here = customer.level.condition_value if customer.level else Decimal(-1)
    above = Level.objects.filter(store_id=customer.store_id, is_active=True, condition_value__gt=here)
    return above.order_by("condition_value").first()


def review(
    customer: Customer,
    *,
    at: datetime,
    actor: Actor,
    points: PointsFigures | None = None,
    also_save: Sequence[str] = (),
    occasion: Occasion = Occasion.MOVEMENT,
) -> bool:
    """Let the customer's level follow what they bought or hold; tell whether it changed.

    `points` are the wallet's figures where levels go by points; without them such a level stays. `also_save` names
    fields that the caller changed in memory (`spending.count_purchase`): they are written in the same statement.
    Deleted customers are on no level, whatever becomes of their purchases.
    One query when nothing changes, one more when something is written.
    Locks: none. The caller holds the customer's row or their wallet; a level that somebody changed meanwhile is
    noticed and decided anew.   Source: docs/levels.md.
    """
    with events.atomic():
        programme = customer.store.programme
        amount = counted_amount(customer, programme, points)
        if amount is None or customer.status == Customer.Status.DELETED:
            # There is no level to decide; what the caller changed is written all the same.
            _write(customer, list(also_save), before=None, at=at)
            return False
        before = Standing(customer.level_id, customer.level_is_manual)
        choice, known = _decide(customer, programme, amount, at=at, occasion=occasion)
        fields = [*also_save, *_apply(customer, choice, known, at=at, occasion=occasion)]
        if not _write(customer, fields, before=before, at=at):
            return review(
                _reread(customer), at=at, actor=actor, points=points, also_save=also_save, occasion=occasion
            )
        if choice.move is None:
            return False
        _record_change(customer, choice, before, programme, actor=actor, at=at)
        return True


def assign_manually(customer: Customer, level_id: UUID, *, at: datetime, actor: Actor) -> Customer:
    """Give a customer a level by hand and return the customer; it is a floor until released or outgrown.

    Raises: UnknownLevel, CustomerDeleted.   Locks: the customer, then the level against being deleted meanwhile.
    """
    with events.atomic():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        if locked.status == Customer.Status.DELETED:
            raise CustomerDeleted
        there = Level.objects.select_for_update(no_key=True)
        level = there.filter(store_id=locked.store_id, pk=level_id, is_active=True).first()
        if level is None:
            raise UnknownLevel
        put_by_hand(locked, level, at=at, actor=actor)
        locked.save(update_fields=["level", "level_is_manual", "level_changed_at", "version", "updated_at"])
    return locked


def put_by_hand(customer: Customer, level: Level, *, at: datetime, actor: Actor) -> None:
    """Give a customer a level by hand in memory and say so; the caller, who holds the row, saves it."""
    previous = customer.level_id
    customer.level, customer.level_is_manual, customer.level_changed_at = level, True, at
    customer.version += 1
    events.record(
        LevelAssigned(level_id=str(level.pk), level_name=level.name, previous_level_id=_text(previous)),
        store_id=customer.store_id,
        actor=actor,
        subject=Subject.customer(customer.pk),
        at=at,
    )


def remove_manual(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Release a level given by hand, decide the level anew and return the customer.

    The customer comes down too, as if staff had never lifted them. A level by points is decided by the wallet, which
    reacts to the event in the same transaction.
    Idempotent: a customer whose level is not held by hand stays as they are.
    Locks: the wallet, then the customer.
    """
    with events.atomic():
        now = Customer.objects.select_related("store").get(pk=customer.pk)
        if not now.level_is_manual:
            return now
        reactions.lock_before_customer(now.pk)
        events.record(
            LevelReleased(), store_id=now.store_id, actor=actor, subject=Subject.customer(now.pk), at=at
        )
        if now.store.programme.tier_assign_type is TierBasis.PURCHASES:
            locked = Customer.objects.select_for_update(of=("self",)).select_related("store").get(pk=now.pk)
            review(locked, at=at, actor=actor, occasion=Occasion.RELEASE)
    now.refresh_from_db()
    return now


def downgrade_due_levels(store: Store, *, at: datetime, chunk: int = CHUNK) -> int:
    """Have every level decided anew whose days are over, and give how many were due.

    Only where levels go by points and fall after so many days. Each customer's wallet reacts to the event in the
    same transaction. Customers on a level without condition have nothing to lose and are left out.
    Idempotent: a decided level is due again only after its days. Killed anywhere, the next run goes on.
    Locks: the wallets of one chunk after the other, in order of id.
    """
    programme = store.programme
    by_points = programme.tier_assign_type is TierBasis.POINTS
    if not by_points or programme.level_downgrade_mode is not DowngradeMode.AFTER_DAYS:
        return 0
    due, last = 0, UUID(int=0)
    while ids := list(_due(store, programme, at=at).filter(pk__gt=last).values_list("pk", flat=True)[:chunk]):
        with events.atomic():
            for customer_id in ids:
                events.record(
                    LevelReviewDue(),
                    store_id=store.pk,
                    actor=SYSTEM,
                    subject=Subject.customer(customer_id),
                    at=at,
                )
        due, last = due + len(ids), ids[-1]
    return due


def _due(store: Store, programme: ProgrammeSettings, *, at: datetime) -> QuerySet[Customer]:
    return (
        Customer.objects.filter(store=store, level_is_manual=False, level__condition_value__gt=0)
        .exclude(status=Customer.Status.DELETED)
        .alias(since=Coalesce("level_changed_at", "created_at"))
        .filter(since__lte=at - timedelta(days=programme.level_downgrade_days))
        .order_by("pk")
    )


def counted_amount(
    customer: Customer, programme: ProgrammeSettings, points: PointsFigures | None
) -> Decimal | None:
    """Give what the level looks at; None when it goes by points and nobody said how many there are."""
    if programme.tier_assign_type is TierBasis.PURCHASES:
        with_delivery = not programme.exclude_delivery_costs_from_tier_assignment
        return spending.amount_for_level(customer, with_delivery=with_delivery)
    if points is None:
        return None
    base = programme.level_downgrade_base
    if base is DowngradeBase.EARNED:
        return points.earned
    if base is DowngradeBase.EARNED_SINCE_CHANGE:
        # Falling at once, it would take back every rise with the next movement: then all earned points count.
        if programme.level_downgrade_mode is DowngradeMode.AUTOMATIC:
            return points.earned
        return points.earned_since(_since(customer))
    return points.available


def _since(customer: Customer) -> datetime:
    return customer.level_changed_at or customer.created_at


def _decide(
    customer: Customer, programme: ProgrammeSettings, amount: Decimal, *, at: datetime, occasion: Occasion
) -> tuple[Choice, dict[UUID, Level]]:
    known = _levels_of(customer.store_id)
    choice = level_choice.choose(
        [_as_rung(level) for level in known.values()],
        Standing(customer.level_id, customer.level_is_manual and occasion is not Occasion.RELEASE),
        amount,
        may_fall=level_choice.may_fall(programme, since=_since(customer), at=at, occasion=occasion),
    )
    return choice, known


def _apply(
    customer: Customer, choice: Choice, known: dict[UUID, Level], *, at: datetime, occasion: Occasion
) -> list[str]:
    """Put the decision on the customer in memory and name what changed; when the days are over they begin anew."""
    fields = []
    if customer.level_is_manual != choice.is_manual:
        customer.level_is_manual = choice.is_manual
        fields.append("level_is_manual")
    if choice.move is not None:
        customer.level = known[choice.level.id] if choice.level else None
        fields.append("level_id")
    if choice.move is not None or occasion is Occasion.DAYS_OVER:
        customer.level_changed_at = at
        fields.append("level_changed_at")
    return fields


def _write(customer: Customer, fields: list[str], *, before: Standing | None, at: datetime) -> bool:
    """Write the named fields in one statement; False when the level is no longer what the decision began with."""
    if not fields:
        return True
    customer.updated_at = at
    rows = Customer.objects.filter(pk=customer.pk)
    if before is not None:
        stands = Q(level__isnull=True) if before.level_id is None else Q(level_id=before.level_id)
        rows = rows.filter(stands, level_is_manual=before.is_manual)
    return rows.update(**{name: getattr(customer, name) for name in [*fields, "updated_at"]}) == 1


def _reread(customer: Customer) -> Customer:
    now = Customer.objects.select_for_update().get(pk=customer.pk)
    customer.level, customer.level_is_manual = now.level, now.level_is_manual
    customer.level_changed_at = now.level_changed_at
    return customer


def _record_change(
    customer: Customer,
    choice: Choice,
    before: Standing,
    programme: ProgrammeSettings,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    events.record(
        LevelChanged(
            level_id=_text(customer.level_id),
            level_name=choice.level.name if choice.level else "",
            previous_level_id=_text(before.level_id),
            move=(choice.move or Move.SIDEWAYS).value,
            basis=programme.tier_assign_type.value,
        ),
        store_id=customer.store_id,
        actor=actor,
        subject=Subject.customer(customer.pk),
        at=at,
    )


def _levels_of(store_id: UUID) -> dict[UUID, Level]:
    return {level.pk: level for level in Level.objects.filter(store_id=store_id)}


def _as_rung(level: Level) -> Rung:
    return Rung(
        id=level.pk,
        name=level.name,
        condition_value=level.condition_value,
        reward_value=level.reward_value,
        is_active=level.is_active,
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
