"""A return takes back its share of what the sale earned."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from loyalty.amounts import ZERO, quantize
from wallet.events import PointsRevoked
from wallet.ledger.drawing import draw_from_batches
from wallet.ledger.origin import Origin
from wallet.ledger.posting import Balance, Posting, Reason, build_transfer, lock_wallets
from wallet.ledger.settling import settle
from wallet.models import Draw, PointsTransfer, Wallet

Kind = PointsTransfer.Kind
State = PointsTransfer.State


def revoke_for_return(
    customer: Customer,
    *,
    sale_id: UUID,
    return_id: UUID,
    returned_share: Fraction | Decimal,
    at: datetime,
    actor: Actor,
) -> Decimal:
    """Take back the share of a sale's points that a return stands for; give how many points that was.

    Pending points of the sale count and are taken first, because nobody can have used them. Never more than the sale
    still has to give (after earlier returns), nor more than the wallet holds.
    Units: `returned_share` is return gross ÷ sale gross, 0 to 1, exact.
    Idempotent: on `return_id`.   Locks: the wallet.   Source: docs/ledger.md, "Returns"; wire decision 5.
    """
    with events.atomic():
        (wallet,) = lock_wallets([customer.pk])
        settle([wallet], at=at)
        if PointsTransfer.objects.filter(purchase_id=return_id, revised_purchase_id=sale_id).exists():
            return ZERO
        due = _points_due(wallet, sale_id=sale_id, share=Fraction(returned_share))
        pending = _pending_of_sale(wallet, sale_id, limit=due)
        from_pending = sum((draw.value for draw in pending), ZERO)
        from_available = min(due - from_pending, wallet.available)
        points = from_pending + from_available
        if points == ZERO:
            return ZERO
        posting = Posting(wallet, at=at, actor=actor)
        origin = Origin(source="purchase", purchase_id=return_id, revised_purchase_id=sale_id)
        revoking = build_transfer(wallet, Kind.SPENDING, points, at=at, actor=actor, origin=origin)
        posting.insert(revoking)
        _draw_pending(posting, revoking, pending)
        if from_available:
            draw_from_batches(posting, revoking, from_available)
            posting.change(revoking, Balance.AVAILABLE, -from_available, Reason.RETURNED)
        wallet.spent += points
        posting.record(PointsRevoked, revoking, points)
        posting.write()
        posting.review_level(customer)
    return points


def _points_due(wallet: Wallet, *, sale_id: UUID, share: Fraction) -> Decimal:
    granted = _sum_of_values(
        PointsTransfer.objects.filter(wallet=wallet, purchase_id=sale_id, kind=Kind.ADDING).exclude(
            state=State.CANCELED
        )
    )
    revoked = _sum_of_values(
        PointsTransfer.objects.filter(
            wallet=wallet, revised_purchase_id=sale_id, kind=Kind.SPENDING, state=State.ACTIVE
        )
    )
    # Multiplied before it is divided: a third, written as a decimal, would turn a half into just less than one.
    due = quantize(granted * share.numerator / share.denominator)
    return max(min(due, granted - revoked), ZERO)


def _sum_of_values(transfers: QuerySet[PointsTransfer]) -> Decimal:
    return sum(transfers.values_list("value", flat=True), ZERO)


def _pending_of_sale(wallet: Wallet, sale_id: UUID, *, limit: Decimal) -> list[Draw]:
    """Plan draws from what the sale granted and nobody could use yet."""
    planned: list[Draw] = []
    for batch in PointsTransfer.objects.filter(
        wallet=wallet, purchase_id=sale_id, state=State.PENDING, remaining__gt=0
    ).order_by("created_at", "id"):
        value = min(batch.remaining, limit - sum((draw.value for draw in planned), ZERO))
        if value > ZERO:
            planned.append(Draw(batch=batch, value=value))
    return planned


def _draw_pending(posting: Posting, revoking: PointsTransfer, planned: list[Draw]) -> None:
    for draw in planned:
        draw.spending = revoking
        draw.batch.remaining -= draw.value
        posting.change(revoking, Balance.PENDING, -draw.value, Reason.RETURNED)
    if planned:
        Draw.objects.bulk_create(planned)
        PointsTransfer.objects.bulk_update([draw.batch for draw in planned], ["remaining"])
