"""Take points out of a wallet's batches, and put them back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, QuerySet, UUIDField

from loyalty.amounts import ZERO
from loyalty.prepared import Prepared, Slot
from wallet import draws
from wallet.events import PointsExpired
from wallet.ledger.posting import Balance, Posting, Reason
from wallet.models import Draw, PointsTransfer

State = PointsTransfer.State
_WINDOW = 25
# The database looks at half of a statement's rows for each of its rows.
_ROWS_PER_UPDATE = 250


def _in_drawing_order(wallet: UUID | Slot) -> QuerySet[PointsTransfer]:
    return (
        PointsTransfer.objects.filter(wallet=wallet, state=State.ACTIVE, remaining__gt=0)
        .order_by(F("expires_at").asc(nulls_last=True), "created_at", "id")
        .only("id", "remaining", "created_at", "expires_at", "price", "kind")
    )


_FIRST_WINDOW = Prepared(lambda: _in_drawing_order(Slot("wallet", UUIDField()))[:_WINDOW])


def draw_from_batches(posting: Posting, spending: PointsTransfer, points: Decimal) -> list[Draw]:
    """Take `points` from the locked wallet's batches for a transfer; the posting writes it down.

    The wallet must hold that much. Batches are read in drawing order, a window at a time, each as long as all before
    it, so that the cost does not grow with a customer's history.
    """
    batches = _batches_to_draw(posting, points)
    shares = draws.draw(
        [
            draws.Batch(
                id=batch.pk,
                remaining=batch.remaining,
                created_at=batch.created_at,
                expires_at=batch.expires_at,
            )
            for batch in batches.values()
        ],
        points,
        at=posting.at,
    )
    if sum((share.value for share in shares), ZERO) != points:
        raise AssertionError(f"wallet {posting.wallet.pk} has fewer points in batches than its balance says")
    drawn = [Draw(spending=spending, batch=batches[share.batch_id], value=share.value) for share in shares]
    for draw in drawn:
        draw.batch.remaining -= draw.value
    posting.changes.update([draw.batch for draw in drawn], ["remaining"])
    posting.changes.insert(drawn)
    return drawn


def _batches_to_draw(posting: Posting, points: Decimal) -> dict[object, PointsTransfer]:
    found: dict[object, PointsTransfer] = {
        batch.pk: batch for batch in _FIRST_WINDOW.rows(wallet=posting.wallet.pk)
    }
    while sum((batch.remaining for batch in found.values()), ZERO) < points:
        before = len(found)
        window = _in_drawing_order(posting.wallet.pk)[before : 2 * before + _WINDOW]
        found.update({batch.pk: batch for batch in window})
        if len(found) == before:
            break
    return found


def return_to_batches(
    posting: Posting, spending: PointsTransfer, *, reason: Reason, at: datetime
) -> tuple[Decimal, Decimal]:
    """Put back exactly what a spending or block drew; give what came back and what was lost.

    What would return to an expired batch is lost and counted as expired; what would return to a cancelled one is
    lost with the add that was undone.
    """
    drawn: Sequence[Draw] = list(spending.draws.select_related("batch"))
    lost = ZERO
    for draw in drawn:
        back, batch = draw.value - draw.returned, draw.batch
        draw.returned = draw.value
        if batch.state == State.PENDING:
            # Drawn by a return before it was usable; nothing that is usable comes back.
            batch.remaining += back
            posting.change(batch, Balance.PENDING, back, reason, at=at)
            posting.expect_change_at(batch.locked_until)
            continue
        posting.change(batch, Balance.AVAILABLE, back, reason, at=at)
        if batch.state == State.ACTIVE and (batch.expires_at is None or batch.expires_at > at):
            batch.remaining += back
            posting.expect_change_at(batch.expires_at)
        else:
            lost += back
            _lose(posting, batch, back, at=at)
    Draw.objects.bulk_update(drawn, ["returned"], batch_size=_ROWS_PER_UPDATE)
    batches = [draw.batch for draw in drawn]
    PointsTransfer.objects.bulk_update(
        batches, ["remaining", "state", "ended_at"], batch_size=_ROWS_PER_UPDATE
    )
    return spending.value - lost, lost


def _lose(posting: Posting, batch: PointsTransfer, points: Decimal, *, at: datetime) -> None:
    if batch.state == State.CANCELED:
        posting.change(batch, Balance.AVAILABLE, -points, Reason.CANCELED, at=at)
        return
    if batch.state == State.ACTIVE:
        batch.state, batch.ended_at = State.EXPIRED, batch.expires_at
    posting.change(batch, Balance.AVAILABLE, -points, Reason.EXPIRED, at=at)
    posting.wallet.expired += points
    posting.record(PointsExpired, batch, points, at=at)
