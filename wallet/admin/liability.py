"""What the programme owes, in the cockpit: a bar per month of expiry, and the movements behind each."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from loyalty import calendar
from loyalty.amounts import to_json_number
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.charts import Chart, Series
from wallet import liability
from wallet.liability import Liability


class LiabilityPage(CockpitAdmin):
    """Adds the page of what is owed."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.liability_view)
        return [path("liability/", page, name="wallet_liability"), *super().get_urls()]

    def liability_view(self, request: HttpRequest) -> HttpResponse:
        """Show what is owed now, month by month."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        store = self.store(request)
        owed = liability.of_store(store, at=timezone.now())
        rows = [(month, part, f"{self._list}?{behind(month)}") for month, part in owed.by_month.items()]
        context = {
            **self.admin_site.each_context(request),
            "title": "Liability",
            "store": store,
            "owed": owed,
            "rows": rows,
            "never_link": f"{self._list}?left=never",
            "blocked_link": f"{self._list}?kind__exact=blocked&state__exact=active",
            "chart": _chart(owed, [link for _, _, link in rows]),
        }
        return TemplateResponse(request, "cockpit/wallet/liability.html", context)

    @property
    def _list(self) -> str:
        return reverse("admin:wallet_pointstransfer_changelist")


def behind(month: date) -> str:
    """Give the address part that lists what is left of the points whose last valid moment is in a month.

    They expire with the first instant after it, so those of the month's very beginning belong to the month before.
    """
    after = calendar.month_after(month)
    return (
        f"left=some&expires_at_from_0={month}&expires_at_from_1=00:00:01"
        f"&expires_at_to_0={after}&expires_at_to_1=00:00:00"
    )


def _chart(owed: Liability, links: list[str]) -> dict[str, Any]:
    usable = [to_json_number(part.points - part.pending) for part in owed.by_month.values()]
    pending = [to_json_number(part.pending) for part in owed.by_month.values()]
    series = [Series("Usable", "issued", usable)]
    if any(pending):
        series.append(Series("Pending", "spent", pending))
    labels = [f"{month:%b %Y}" for month in owed.by_month]
    return Chart(type="bar", labels=labels, series=series, links=links).as_json()
