"""A wallet line by line, as partners read it: every change of what can be spent, with the balance after it.

A line is one ledger entry on the available points. Points that wait for their day are a line too while they wait; it
adds nothing to the balance, and gives way to the line of the day on which they become usable. So the additions less
the subtractions are what can be spent, plus what still waits.

The first line of a movement carries what its caller said (`SAID`); later ones (expired, cancelled, given back) only
say what happened.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Abs, Cast, Coalesce

from loyalty.amounts import ZERO
from loyalty.fields import PointsField
from wallet.models import LedgerEntry, PointsTransfer

Balance = LedgerEntry.Balance
Reason = LedgerEntry.Reason
ADDITION, SUBTRACTION = "addition", "subtraction"
_AFTERWARDS = (Reason.EXPIRED, Reason.CANCELED, Reason.RELEASED, Reason.REVERSED)
_AVAILABLE = Q(balance=Balance.AVAILABLE)
_PENDING_ADD = Q(balance=Balance.PENDING, reason=Reason.ADDED)


def lines_of(wallet_id: UUID, *, source: str) -> QuerySet[LedgerEntry]:
    """Give the lines of a wallet with everything they may be sorted and filtered by.

    `action`, `points`, `total_points`, `word` (what the caller called it, or where it came from, or what happened),
    `external_id`, `order_id`, `amount` and `exchange`: what a caller of `source` said about it in `extra`.
    """
    is_first, is_ours = ~Q(reason__in=_AFTERWARDS), Q(transfer__source=source)
    said = is_first & is_ours
    external_id = Case(When(is_first, then=F("transfer__external_id")), output_field=CharField())
    return (
        _with_total(LedgerEntry.objects.filter(wallet_id=wallet_id))
        .filter(_AVAILABLE | _PENDING_ADD & Q(transfer__state=PointsTransfer.State.PENDING))
        .select_related("transfer")
        .annotate(
            action=Case(When(change__gt=ZERO, then=Value(ADDITION)), default=Value(SUBTRACTION)),
            points=Abs("change"),
            word=Case(
                When(said, then=Coalesce(_said("type"), F("transfer__source"))),
                When(is_first, then=F("transfer__source")),
                default=F("reason"),
                output_field=CharField(),
            ),
            external_id=external_id,
            order_id=Case(
                When(said, then=Coalesce(_said("order_id"), F("transfer__external_id"))),
                default=external_id,
                output_field=CharField(),
            ),
            amount=Case(When(said, then=Cast(_said("amount"), FloatField()))),
            exchange=Case(When(said, then=Cast(_said("exchange"), FloatField()))),
        )
    )


def available_after(transfer: PointsTransfer) -> Decimal:
    """Give what could be spent right after a movement, whatever happened since."""
    entries = LedgerEntry.objects.filter(_AVAILABLE | _PENDING_ADD, transfer=transfer)
    first: Any = _with_total(entries).order_by("pk")[0]
    total: Decimal = first.total_points
    return total


def _said(name: str) -> KeyTextTransform:
    return KeyTextTransform(name, "transfer__extra")


def _with_total(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    before = LedgerEntry.objects.filter(
        wallet=OuterRef("wallet"), balance=Balance.AVAILABLE, pk__lt=OuterRef("pk")
    ).order_by("-pk")
    unchanged = Coalesce(
        Subquery(before.values("balance_after")[:1]), Value(ZERO, output_field=PointsField())
    )
    return entries.annotate(
        total_points=Case(
            When(_AVAILABLE, then=F("balance_after")), default=unchanged, output_field=PointsField()
        )
    )
