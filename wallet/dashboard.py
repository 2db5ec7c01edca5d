"""The wallet's figures for the dashboard: few aggregates, whatever the number of rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from loyalty.amounts import ZERO, quantize
from loyalty.cockpit import charts
from loyalty.cockpit.charts import Chart
from loyalty.cockpit.ranges import Range
from loyalty.models import Store
from wallet.models import LedgerEntry, PointsTransfer, Wallet

Kind = PointsTransfer.Kind
State = PointsTransfer.State
SOON_DAYS = 30


@dataclass(frozen=True)
class PointsDashboard:
    """What happened to points in a range, and what is owed now."""

    issued: Decimal
    spent: Decimal
    expired: Decimal
    outstanding: Decimal
    pending: Decimal
    worth: Decimal
    expiring_soon: Decimal
    chart: Chart

    @property
    def redemption_percent(self) -> int:
        """How many of a hundred issued points were spent in the same range."""
        return int(100 * self.spent / self.issued) if self.issued else 0


def of_points(store: Store, wanted: Range) -> PointsDashboard:
    """Work out the dashboard's figures of points, in four statements."""
    issued, spent = _moved(store, wanted)
    expired = _expired(store, wanted)
    owed = Wallet.objects.filter(store=store).aggregate(
        available=Sum("available"), pending=Sum("pending"), blocked=Sum("blocked")
    )
    outstanding = sum((owed[name] or ZERO for name in ("available", "pending", "blocked")), ZERO)
    return PointsDashboard(
        issued=sum(issued.values(), ZERO),
        spent=sum(spent.values(), ZERO),
        expired=sum(expired.values(), ZERO),
        outstanding=outstanding,
        pending=owed["pending"] or ZERO,
        worth=quantize(outstanding * store.programme.points_value),
        expiring_soon=_expiring_soon(store),
        chart=charts.draw(
            wanted,
            [("Issued", "issued", issued), ("Spent", "spent", spent), ("Expired", "expired", expired)],
            type="line",
            list_address=reverse("admin:wallet_pointstransfer_changelist"),
            field="created_at",
        ),
    )


def _moved(store: Store, wanted: Range) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    """Give issued and spent points by step; cancelled movements and gifts between customers do not count."""
    rows = (
        PointsTransfer.objects.filter(
            store=store,
            created_at__gte=wanted.start_at,
            created_at__lt=wanted.end_at,
            kind__in=[Kind.ADDING, Kind.SPENDING],
        )
        .exclude(state=State.CANCELED)
        .annotate(step=_step("created_at", wanted))
        .order_by()
        .values("step")
        .annotate(
            issued=Sum("value", filter=Q(kind=Kind.ADDING)), spent=Sum("value", filter=Q(kind=Kind.SPENDING))
        )
        .values_list("step", "issued", "spent")
    )
    found = list(rows)
    return (
        charts.by_step(wanted, ((step.date(), issued) for step, issued, _ in found)),
        charts.by_step(wanted, ((step.date(), spent) for step, _, spent in found)),
    )


def _expired(store: Store, wanted: Range) -> dict[date, Decimal]:
    rows = (
        LedgerEntry.objects.filter(
            wallet__store=store,
            reason=LedgerEntry.Reason.EXPIRED,
            created_at__gte=wanted.start_at,
            created_at__lt=wanted.end_at,
        )
        .annotate(step=_step("created_at", wanted))
        .order_by()
        .values("step")
        .annotate(lost=Sum("change"))
        .values_list("step", "lost")
    )
    return charts.by_step(wanted, ((step.date(), -(lost or ZERO)) for step, lost in rows))


def _step(field: str, wanted: Range) -> Any:
    return wanted.truncate(field, tzinfo=wanted.zone)


def _expiring_soon(store: Store) -> Decimal:
    now = timezone.now()
    soon = PointsTransfer.objects.filter(
        store=store,
        state=State.ACTIVE,
        remaining__gt=0,
        expires_at__gt=now,
        expires_at__lte=now + timedelta(days=SOON_DAYS),
    )
    return soon.aggregate(total=Sum("remaining"))["total"] or ZERO
