"""A customer's statement for some days, and what the programme owes: shapes of our own where the reference has none."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from customers import identification
from customers.models import Customer
from loyalty.access import Grant
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from wallet import liability, period_statement, queries, statement_files
from wallet.api.open_loyalty.forms import StatementForm
from wallet.liability import Owed

_DAYS = 30
_STATEMENT = {
    "customerId": "91d87e1c-56f4-43ce-b669-83d6420b806c",
    "from": "2026-03-01",
    "to": "2026-03-31",
    "opening": 100,
    "closing": 162.4,
    "movements": [
        {
            "at": "2026-03-14T13:00:00+01:00",
            "reason": "added",
            "why": "General spending: 62.40",
            "change": 62.4,
            "balance": 162.4,
            "transferId": "32132863-3d1e-4a94-8bb4-6e42e3c96c0b",
        }
    ],
}
_OWED = {"points": 1240.5, "pending": 40, "worth": 12.41}


class Statement(OpenLoyaltyView):
    """Opening balance, every movement with its reason, closing balance; as CSV with `format=csv`."""

    grant = Grant("POINT_TRANSFER")
    form_classes = {"GET": StatementForm}
    answers: ClassVar[dict[str, Any]] = {"GET": {"type": "object", "example": _STATEMENT}}

    def get(self, request: Request, customer: UUID) -> HttpResponseBase:
        return self.answer(identification.customer_of(self.store, customer))

    def answer(self, customer: Customer) -> HttpResponseBase:
        """Answer the asked days: without `to` until today, without `from` the thirty days before."""
        values = self.read()
        last = values.get("last_day") or self.at.astimezone(self.zone).date()
        first = values.get("first_day") or last - timedelta(days=_DAYS - 1)
        told = period_statement.for_period(customer, first_day=first, last_day=last, at=self.at)
        if values["kind"] == "csv":
            return statement_files.as_download(told, "csv")
        return StreamingHttpResponse(statement_files.json_pieces(told), content_type="application/json")


class OwnStatement(Statement):
    """The statement of the customer who asks."""

    grant = Grant(customer=True)

    def get(self, request: Request) -> HttpResponseBase:  # type: ignore[override]  # no id in the path
        return self.answer(identification.customer_of(self.store, UUID(self.actor.id)))


class Liability(OpenLoyaltyView):
    """Points outstanding by the month of their last valid day, and what they are worth in the store's currency."""

    grant = Grant("ANALYTICS")
    answers: ClassVar[dict[str, Any]] = {
        "GET": {
            "type": "object",
            "example": {
                "currency": "EUR",
                "pointsValue": 0.01,
                "total": _OWED,
                "byMonth": [{"month": "2026-04", **_OWED}],
                "neverExpiring": _OWED,
                "blocked": _OWED,
            },
        }
    }

    def get(self, request: Request) -> Response:
        owed = liability.of_store(self.store, at=self.at)
        return Response(
            {
                "currency": self.store.currency,
                "pointsValue": float(self.store.programme.points_value),
                "total": _record(owed.total),
                "byMonth": [
                    {"month": f"{month:%Y-%m}", **_record(part)} for month, part in owed.by_month.items()
                ],
                "neverExpiring": _record(owed.never_expiring),
                "blocked": _record(owed.blocked),
            }
        )


class SpentPoints(OpenLoyaltyView):
    """How many points were ever spent or given away, and in how many transfers; cancelled ones do not count."""

    grant = Grant("ANALYTICS")
    answers: ClassVar[dict[str, Any]] = {
        "GET": {"type": "object", "example": {"totalSpendingTransfers": 1, "totalPointsSpent": 100}}
    }

    def get(self, request: Request) -> Response:
        count, points = queries.spent_in_all(self.store)
        return Response({"totalSpendingTransfers": count, "totalPointsSpent": wire.amount(points)})


def _record(owed: Owed) -> Mapping[str, Any]:
    return {
        "points": wire.amount(owed.points),
        "pending": wire.amount(owed.pending),
        "worth": wire.amount(owed.worth),
    }
