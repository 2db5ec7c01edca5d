"""The purchases' figures for the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from loyalty.amounts import ZERO, quantize
from loyalty.cockpit import charts
from loyalty.cockpit.charts import Chart
from loyalty.cockpit.ranges import Range
from loyalty.models import Store
from orders.models import Purchase

Type = Purchase.DocumentType


@dataclass(frozen=True)
class PurchasesDashboard:
    """Sales and returns of a range, and how many documents wait for their customer."""

    sales: int
    returns: int
    revenue: Decimal
    unmatched: int
    chart: Chart

    @property
    def average(self) -> Decimal:
        return quantize(self.revenue / self.sales) if self.sales else ZERO


def of_purchases(store: Store, wanted: Range) -> PurchasesDashboard:
    """Work out the dashboard's figures of purchases, in one statement; revenue is sales less returns."""
    rows = list(
        Purchase.objects.filter(
            store=store, purchased_at__gte=wanted.start_at, purchased_at__lt=wanted.end_at
        )
        .annotate(step=wanted.truncate("purchased_at", tzinfo=wanted.zone))
        .order_by()
        .values("step")
        .annotate(
            sale_count=Count("pk", filter=Q(document_type=Type.SELL)),
            return_count=Count("pk", filter=Q(document_type=Type.RETURN)),
            sold=Sum("gross_value", filter=Q(document_type=Type.SELL)),
            returned=Sum("gross_value", filter=Q(document_type=Type.RETURN)),
            unmatched=Count("pk", filter=Q(customer__isnull=True)),
        )
    )
    revenue = charts.by_step(wanted, ((row["step"].date(), _net(row)) for row in rows))
    return PurchasesDashboard(
        sales=sum(row["sale_count"] for row in rows),
        returns=sum(row["return_count"] for row in rows),
        revenue=sum(revenue.values(), ZERO),
        unmatched=sum(row["unmatched"] for row in rows),
        chart=charts.draw(
            wanted,
            [("Revenue", "issued", revenue)],
            type="bar",
            list_address=reverse("admin:orders_purchase_changelist"),
            field="purchased_at",
        ),
    )


def _net(row: Mapping[str, Any]) -> Decimal:
    net: Decimal = (row["sold"] or ZERO) - (row["returned"] or ZERO)
    return net
