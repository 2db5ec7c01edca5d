"""Customers and levels as the dialect shows them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from customers import spending
from customers.ladder import SpecialReward
from customers.models import Customer, Level
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.views import OpenLoyaltyView

_STATES = [
    Customer.CardState.NO_CARD.value,
    Customer.CardState.CARD_SENT.value,
    Customer.CardState.WITH_CARD.value,
]


def listed_customer(view: OpenLoyaltyView, customer: Customer) -> dict[str, Any]:
    """Give a customer as the lists show them."""
    zone = view.zone
    return wire.compact(
        {
            "customerId": customer.pk,
            "active": customer.is_active,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "gender": customer.gender or None,
            "email": customer.email or None,
            "phone": customer.phone,
            "birthDate": _birth_date(customer, zone),
            "address": _address(customer),
            "company": _company(customer) or None,
            "loyaltyCardNumber": customer.card_number,
            "createdAt": wire.instant(customer.created_at, zone),
            "levelId": customer.level_id,
            "agreement1": customer.agreement1,
            "agreement2": customer.agreement2,
            "agreement3": customer.agreement3,
            "updatedAt": wire.instant(customer.updated_at, zone),
            "campaignPurchases": [],
            **_purchases(customer, zone),
            "labels": [{"key": label.key, "value": label.value} for label in customer.labels.all()],
            "currency": view.store.currency.lower(),
            "levelPercent": percent(customer.level.reward_value) if customer.level else None,
        }
    )


def found_customer(view: OpenLoyaltyView, customer: Customer) -> dict[str, Any]:
    """Give a customer as the till's search shows them: with status, level and point of sale."""
    shop = customer.point_of_sale
    return wire.compact(
        {
            **listed_customer(view, customer),
            "address": _address(customer) or None,
            "posId": customer.point_of_sale_id,
            "posIdentifier": shop.identifier if shop else None,
            "sellerId": customer.seller_id,
            "lastLevelRecalculation": wire.instant(customer.level_changed_at, view.zone),
            "status": _status(customer),
            "level": _level_of(view, customer),
        }
    )


def detailed_customer(view: OpenLoyaltyView, customer: Customer) -> dict[str, Any]:
    """Give a customer with everything that is shown of them. `id` is the level's, as in the original."""
    manual = {"levelId": customer.level_id} if customer.level_is_manual else None
    return wire.compact(
        {
            **found_customer(view, customer),
            "id": customer.level_id,
            "manuallyAssignedLevelId": manual,
            "version": customer.version,
            "segments": [
                {"segmentId": membership.segment_id, "name": membership.segment.name}
                for membership in customer.segment_memberships.all()
                if membership.segment.is_active
            ],
        }
    )


def member_record(view: OpenLoyaltyView, customer: Customer) -> dict[str, Any]:
    """Give a customer as the list of a segment's members shows them."""
    return wire.compact(
        {
            **listed_customer(view, customer),
            "manuallyAssignedLevelId": {"levelId": customer.level_id} if customer.level_is_manual else None,
            "status": _status(customer),
        }
    )


def level_record(view: OpenLoyaltyView, level: Level) -> dict[str, Any]:
    """Give a level as staff and sellers see it; `level` comes with its count of customers.

    The translations are a list here, as the original's rows are; `id` is the place in it.
    """
    return wire.compact(
        {
            "levelId": level.pk,
            "id": level.pk,
            **_texts(view, level),
            "translations": [
                {**texts, "id": place, "locale": locale}
                for place, (locale, texts) in enumerate(_translations(view, level).items(), start=1)
            ],
            "hasPhoto": bool(level.photo),
            "active": level.is_active,
            "conditionValue": wire.amount(level.condition_value),
            "minOrder": wire.amount(level.min_order),
            "reward": {
                "name": level.reward_name,
                "value": _fraction(level.reward_value),
                "code": level.reward_code,
            },
            "specialRewards": [_special_reward(view, reward) for reward in level.special_rewards],
            "customersCount": getattr(level, "customers_count", None),
        }
    )


def person_record(customer: Customer) -> dict[str, Any]:
    """Give a customer by name only."""
    return wire.compact(
        {
            "customerId": customer.pk,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "email": customer.email or None,
            "phone": customer.phone,
        }
    )


def offered_level(view: OpenLoyaltyView, level: Level) -> dict[str, Any]:
    """Give a level as customers see it."""
    return {
        **_texts(view, level),
        "conditionValue": wire.amount(level.condition_value),
        "hasPhoto": bool(level.photo),
    }


def percent(fraction: Decimal) -> str:
    """Give a level's reward as `14.00%`."""
    return f"{fraction * 100:.2f}%"


def _special_reward(view: OpenLoyaltyView, reward: SpecialReward) -> dict[str, Any]:
    def shown(text: str) -> str | None:
        return wire.instant(datetime.fromisoformat(text), view.zone) if text else None

    return wire.compact(
        {
            **reward,
            "value": _fraction(Decimal(reward["value"])),
            "createdAt": shown(reward.get("createdAt", "")),
            "startAt": shown(reward["startAt"]),
            "endAt": shown(reward["endAt"]),
        }
    )


def _fraction(value: Decimal) -> int | float:
    whole = value.to_integral_value()
    return int(whole) if value == whole else float(value)


def _birth_date(customer: Customer, zone: ZoneInfo) -> str | None:
    born = customer.birth_date
    return wire.instant(datetime(born.year, born.month, born.day, tzinfo=zone), zone) if born else None


def _address(customer: Customer) -> dict[str, str]:
    parts = {
        "street": customer.street,
        "address1": customer.address1,
        "address2": customer.address2,
        "province": customer.province,
        "city": customer.city,
        "postal": customer.postal,
        "country": customer.country,
    }
    return {name: text for name, text in parts.items() if text}


def _company(customer: Customer) -> dict[str, str]:
    parts = {"name": customer.company_name, "nip": customer.company_tax_id}
    return {name: text for name, text in parts.items() if text}


def _purchases(customer: Customer, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "transactionsCount": customer.purchases_count,
        "transactionsAmount": wire.amount(customer.purchases_amount),
        "transactionsAmountWithoutDeliveryCosts": wire.amount(customer.purchases_amount_without_delivery),
        "amountExcludedForLevel": wire.amount(customer.amount_excluded_for_level),
        "averageTransactionAmount": wire.amount(spending.average_purchase(customer)),
        "lastTransactionDate": wire.instant(customer.last_purchase_at, zone),
    }


def _status(customer: Customer) -> dict[str, Any]:
    return wire.compact(
        {
            "availableTypes": [status.value for status in Customer.Status],
            "availableStates": _STATES,
            "type": customer.status,
            "state": customer.card_state if customer.is_active else None,
        }
    )


def _level_of(view: OpenLoyaltyView, customer: Customer) -> dict[str, Any] | None:
    level = customer.level
    if level is None:
        return None
    return {
        "levelId": {"id": level.pk, "levelId": level.pk},
        "name": level.name,
        "translations": _translations(view, level),
    }


def _texts(view: OpenLoyaltyView, level: Level) -> dict[str, str]:
    """Give a level's name and description, in the language of `_locale` where the level has it."""
    own = {"name": level.name, "description": level.description}
    wanted = view.params.get("_locale")
    return {**own, **_translations(view, level).get(wanted, {})} if isinstance(wanted, str) else own


def _translations(view: OpenLoyaltyView, level: Level) -> dict[str, dict[str, str]]:
    """Give the texts by language; those on the level itself are in the programme's own."""
    own = wire.compact({"name": level.name, "description": level.description or None})
    return {**level.translations, view.store.programme.locale: own}
