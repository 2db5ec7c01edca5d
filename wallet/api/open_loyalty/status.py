"""The customer's status: points, level, the way to the next one, sums of purchases, what expires."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import levels, spending
from customers.models import Customer, Level
from loyalty.access import Grant
from loyalty.amounts import ZERO
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.programme import DowngradeBase, DowngradeMode, ProgrammeSettings, TierBasis
from wallet import queries
from wallet.ledger.posting import earned_since
from wallet.queries import Figures


class StatusForAdmin(OpenLoyaltyView):
    """The status of any customer of the store."""

    grant = Grant("CUSTOMER")

    def get(self, request: Request, customer: UUID) -> Response:
        self.check_self(customer)
        return Response(status_record(queries.customer_with_wallet(self.store, customer), at=self.at))


class StatusForSeller(StatusForAdmin):
    grant = Grant(seller=True)


class StatusForCustomer(StatusForAdmin):
    grant = Grant(customer=True)


def status_record(customer: Customer, *, at: datetime) -> dict[str, Any]:
    """Give the status; which keys of levels appear depends on the programme, as the document says."""
    programme = customer.store.programme
    figures = queries.figures_of(customer.wallet, at=at)
    expiring = queries.expiring_next_month(customer, at=at)
    return wire.compact(
        {
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "customerId": customer.pk,
            "points": wire.amount(figures.available),
            "p2pPoints": wire.amount(queries.received_points(customer.wallet)),
            "totalEarnedPoints": wire.amount(figures.earned),
            "usedPoints": wire.amount(figures.spent),
            "expiredPoints": wire.amount(figures.expired),
            "lockedPoints": wire.amount(figures.pending),
            "blockedPoints": wire.amount(figures.blocked),
            **_levels(customer, programme, figures, at=at),
            "transactionsAmountWithoutDeliveryCosts": wire.amount(customer.purchases_amount_without_delivery),
            "averageTransactionsAmount": f"{spending.average_purchase(customer):.2f}",
            "transactionsCount": customer.purchases_count,
            "transactionsAmount": wire.amount(customer.purchases_amount),
            "currency": customer.store.currency.lower(),
            "pointsExpiringNextMonth": wire.amount(expiring.total),
            "pointsExpiringBreakdown": {
                day.isoformat(): wire.amount(points) for day, points in expiring.by_day.items()
            },
        }
    )


def _levels(
    customer: Customer, programme: ProgrammeSettings, figures: Figures, *, at: datetime
) -> dict[str, Any]:
    now, following = customer.level, levels.next_level(customer)
    shown: dict[str, Any] = {}
    if now is not None:
        shown |= {
            "level": percent(now),
            "levelName": now.name,
            "levelConditionValue": wire.amount(now.condition_value),
        }
    if following is not None:
        shown |= {
            "nextLevel": percent(following),
            "nextLevelName": following.name,
            "nextLevelConditionValue": wire.amount(following.condition_value),
        }
    if programme.tier_assign_type is TierBasis.PURCHASES:
        return shown | _way_by_purchases(customer, programme, following)
    return shown | _way_by_points(customer, programme, figures, following, at=at)


def percent(level: Level) -> str:
    """Give a level's reward as the dialect writes it: 14.00%."""
    return f"{level.reward_value * 100:.2f}%"


def _way_by_purchases(
    customer: Customer, programme: ProgrammeSettings, following: Level | None
) -> dict[str, Any]:
    if following is None:
        return {}
    with_delivery = not programme.exclude_delivery_costs_from_tier_assignment
    missing = following.condition_value - spending.amount_for_level(customer, with_delivery=with_delivery)
    key = "transactionsAmountToNextLevel" + ("" if with_delivery else "WithoutDeliveryCosts")
    return {key: wire.amount(max(missing, ZERO))}


def _way_by_points(
    customer: Customer,
    programme: ProgrammeSettings,
    figures: Figures,
    following: Level | None,
    *,
    at: datetime,
) -> dict[str, Any]:
    since = customer.level_changed_at or customer.created_at
    since_change = earned_since(customer.wallet, since)
    reached = {
        DowngradeBase.EARNED: figures.earned,
        DowngradeBase.EARNED_SINCE_CHANGE: since_change,
    }.get(programme.level_downgrade_base, figures.available)
    shown: dict[str, Any] = {}
    if following is not None:
        shown["pointsToNextLevel"] = wire.amount(max(following.condition_value - reached, ZERO))
    if programme.level_downgrade_mode is DowngradeMode.AFTER_DAYS:
        ends = since + timedelta(days=programme.level_downgrade_days)
        shown["levelWillExpireInDays"] = max((ends - at).days, 0)
        shown["pointsSinceLastLevelRecalculation"] = wire.amount(since_change)
        if customer.level is not None:
            shown["pointsRequiredToRetainLevel"] = wire.amount(
                max(customer.level.condition_value - reached, ZERO)
            )
    return shown
