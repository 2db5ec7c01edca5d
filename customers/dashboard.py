"""The customers' figures for the dashboard."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse

from customers.models import Customer, Level
from loyalty.cockpit import charts
from loyalty.cockpit.charts import Chart
from loyalty.cockpit.ranges import Range
from loyalty.models import Store


@dataclass(frozen=True)
class LevelShare:
    """How many customers stand on a level."""

    level: Level
    customers: int
    percent: int


@dataclass(frozen=True)
class CustomersDashboard:
    """How many customers there are, how many came in a range, how many bought in it."""

    present: int
    active: int
    joined: int
    bought: int
    levels: list[LevelShare]
    chart: Chart


def of_customers(store: Store, wanted: Range) -> CustomersDashboard:
    """Work out the dashboard's figures of customers, in three statements."""
    in_range = Q(last_purchase_at__gte=wanted.start_at, last_purchase_at__lt=wanted.end_at)
    totals = Customer.objects.filter(store=store).aggregate(
        present=Count("pk", filter=~Q(status=Customer.Status.DELETED)),
        active=Count("pk", filter=Q(status=Customer.Status.ACTIVE)),
        bought=Count("pk", filter=in_range),
    )
    joined = _joined(store, wanted)
    return CustomersDashboard(
        present=totals["present"],
        active=totals["active"],
        joined=int(sum(joined.values(), Decimal(0))),
        bought=totals["bought"],
        levels=_levels(store, totals["present"]),
        chart=charts.draw(
            wanted,
            [("New customers", "issued", joined)],
            type="bar",
            list_address=reverse("admin:customers_customer_changelist"),
            field="created_at",
        ),
    )


def _joined(store: Store, wanted: Range) -> dict[date, Decimal]:
    rows = (
        Customer.objects.filter(store=store, created_at__gte=wanted.start_at, created_at__lt=wanted.end_at)
        .annotate(step=wanted.truncate("created_at", tzinfo=wanted.zone))
        .order_by()
        .values("step")
        .annotate(joined=Count("pk"))
        .values_list("step", "joined")
    )
    return charts.by_step(wanted, ((step.date(), joined) for step, joined in rows))


def _levels(store: Store, present: int) -> list[LevelShare]:
    rows = Level.objects.filter(store=store, is_active=True).annotate(
        people=Count("customers", filter=~Q(customers__status=Customer.Status.DELETED))
    )
    return [
        LevelShare(
            level=level, customers=level.people, percent=round(100 * level.people / present) if present else 0
        )
        for level in rows.order_by("condition_value")
    ]
