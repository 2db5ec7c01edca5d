"""A customer's statement in the cockpit: any days, on the screen, on paper, as a file."""

from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from customers import identification
from customers.models import Customer
from loyalty.cockpit import ranges, stores
from loyalty.cockpit.base import CockpitAdmin
from loyalty.refusals import NotFound
from wallet import period_statement, statement_files
from wallet.models import LedgerEntry
from wallet.period_statement import PeriodStatement

# What a page shows; the files have everything.
SHOWN = 200
Reason = LedgerEntry.Reason
WORDS = {
    Reason.ADDED: "Added",
    Reason.UNLOCKED: "Became usable",
    Reason.SPENT: "Spent",
    Reason.SENT: "Given to a customer",
    Reason.RECEIVED: "Received from a customer",
    Reason.EXPIRED: "Expired",
    Reason.CANCELED: "Cancelled",
    Reason.BLOCKED: "Blocked",
    Reason.RELEASED: "Released",
    Reason.RETURNED: "Taken back for a return",
    Reason.REVERSED: "Given back",
}


class StatementPages(CockpitAdmin):
    """Adds the statement and its files."""

    def get_urls(self) -> list[URLPattern]:
        page, file = map(self.admin_site.admin_view, (self.statement_view, self.statement_file_view))
        return [
            path("statement/<uuid:customer_id>/", page, name="wallet_statement"),
            path("statement/<uuid:customer_id>/<str:kind>/", file, name="wallet_statement_file"),
            *super().get_urls(),
        ]

    def statement_view(self, request: HttpRequest, customer_id: Any) -> HttpResponseBase:
        """Show opening balance, movements with the balance after each, and closing balance."""
        customer = self._owner(request, customer_id)
        told, wanted = self._told(request, customer)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Statement of {customer}",
            "opts": Customer._meta,
            "customer": customer,
            "told": told,
            "wanted": wanted,
            "rows": list(islice(_rows(told), SHOWN + 1)),
            "shown": SHOWN,
        }
        return TemplateResponse(request, "cockpit/wallet/statement.html", context)

    def statement_file_view(self, request: HttpRequest, customer_id: Any, kind: str) -> HttpResponseBase:
        """Download the same days as CSV or JSON."""
        if kind not in statement_files.KINDS:
            raise Http404
        told, _ = self._told(request, self._owner(request, customer_id))
        return statement_files.as_download(told, kind)

    def _owner(self, request: HttpRequest, customer_id: Any) -> Customer:
        if not self.has_view_permission(request) or not request.user.has_perm("customers.view_customer"):
            raise PermissionDenied
        try:
            return identification.customer_of(self.store(request), customer_id)
        except NotFound:
            raise Http404 from None

    def _told(self, request: HttpRequest, customer: Customer) -> tuple[PeriodStatement, ranges.Range]:
        wanted = ranges.read(request.GET, today=timezone.localdate(), zone=stores.zone(request))
        told = period_statement.for_period(
            customer, first_day=wanted.first, last_day=wanted.last, at=timezone.now()
        )
        return told, wanted


def _rows(told: PeriodStatement) -> Any:
    balance = told.opening
    for movement in told.movements():
        balance += movement.change
        yield {"movement": movement, "word": WORDS[Reason(movement.reason)], "balance": balance}
