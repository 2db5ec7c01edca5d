"""Reports: what will expire, what was sold and has expired, what venues gave and took."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api.orderingstack import lists
from loyalty.api.orderingstack.fields import TextField, UuidField
from loyalty.api.orderingstack.roles import any_of
from loyalty.api.orderingstack.views import Wallet2View
from loyalty.api.orderingstack.wire import instant, number
from wallet import reports
from wallet.api.orderingstack.forms import ExpiringQuery, MonthQuery, StatsQuery
from wallet.api.orderingstack.records import BATCH_EXAMPLE, batch_record
from wallet.models import PointsTransfer
from wallet.reports import Figures

NEAR_FUTURE = 31
_FILTERS = {
    "id": ("id", UuidField()),
    "wallet": ("wallet_id", UuidField()),
    "venue": ("venue", TextField(max_length=255)),
}
_LIST_EXAMPLE = {"type": "array", "items": BATCH_EXAMPLE}


class ExpiringPoints(Wallet2View):
    """Batches that lose what they have left within 31 days, or `days`, soonest first."""

    grant = any_of("ROLE_WALLET_REPORT")
    query_class = ExpiringQuery
    list_of = lists.Columns(
        name="expiring-points",
        sorts={"id": "id", "expires": "expires_at", "remaining": "remaining"},
        filters=_FILTERS,
    )
    answers = {"GET": (200, _LIST_EXAMPLE)}

    def get(self, request: Request) -> HttpResponseBase:
        days = self.read_query().get("days", NEAR_FUTURE)
        rows = reports.expiring_batches(self.store, at=self.at, days=days)
        asked = lists.read(request.query_params, self.list_of)
        return lists.answer(rows, lambda batch: batch_record(batch, at=self.at), asked, self.list_of)


class ExpiredPaidBatches(Wallet2View):
    """Batches that were sold for money and expired with points left in a month; `remaining` is what they had left."""

    grant = any_of("ROLE_WALLET_REPORT")
    query_class = MonthQuery
    list_of = lists.Columns(
        name="expired-paid-batches",
        sorts={"id": "id", "expired": "over_at", "price": "price"},
        filters=_FILTERS,
    )
    answers = {"GET": (200, _LIST_EXAMPLE)}

    def get(self, request: Request) -> HttpResponseBase:
        rows = reports.expired_paid_batches(self.store, **self.read_query(), at=self.at)
        asked = lists.read(request.query_params, self.list_of)
        return lists.answer(rows, self._record, asked, self.list_of)

    def _record(self, batch: PointsTransfer) -> dict[str, Any]:
        ended = {
            "remaining": number(reports.lost_of(batch)),
            "expired": instant(batch.ended_at or batch.expires_at),
        }
        return {**batch_record(batch, at=self.at), **ended}


class Stats(Wallet2View):
    """Points added and used in some days, by venue and in all. What was reverted or cancelled since does not count."""

    grant = any_of("ROLE_WALLET_STATS")
    query_class = StatsQuery
    answers = {
        "GET": (
            200,
            {
                "type": "object",
                "example": {
                    "from": "2026-03-01",
                    "to": "2026-03-31",
                    "pointsAdded": 1200,
                    "pointsUsed": 350.5,
                    "venues": [{"venue": "north", "pointsAdded": 1200, "pointsUsed": 350.5}],
                },
            },
        )
    }

    def get(self, request: Request) -> Response:
        said = self.read_query()
        figures = reports.by_venue(self.store, **said)
        return Response(
            {
                "from": said["first_day"].isoformat(),
                "to": said["last_day"].isoformat(),
                **_points(sum(figures.values(), Figures())),
                "venues": [{"venue": name or None, **_points(each)} for name, each in figures.items()],
            }
        )


def _points(figures: Figures) -> dict[str, Any]:
    return {"pointsAdded": number(figures.added), "pointsUsed": number(figures.used)}
