"""Reads of customers and levels: lists by filter, one record with everything shown of it, counts by day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDay, TruncMonth, TruncYear

from customers import contact, identification, tallies
from customers.models import AVERAGE, Customer, CustomerLabel, Level
from loyalty import calendar
from loyalty.amounts import to_hundredths
from loyalty.models import Store
from loyalty.refusals import NotFound

# A label's key and its value; without a value any will do.
LabelFilter: TypeAlias = tuple[str, str | None]
# How many customers a bound may let through before those are counted whom it does not.
_MANY = 100_000
# So many periods at most are counted one by one.
_FEW_PERIODS = 13
_LEFT_OUT = {
    "amount_from": "purchases_amount__lt",
    "amount_to": "purchases_amount__gt",
    "count_from": "purchases_count__lt",
    "count_to": "purchases_count__gt",
}
_NOT_DIGITS = re.compile(r"[^0-9]+", re.ASCII)


class Interval(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class CustomerFilter:
    """What a list of customers is narrowed to; empty texts and None narrow nothing. Ranges include their ends.

    `is_strict`: texts must be equal; otherwise they must occur, letter case aside.
    """

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    card_number: str = ""
    city: str = ""
    postal: str = ""
    is_strict: bool = False
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    average_from: Decimal | None = None
    average_to: Decimal | None = None
    count_from: int | None = None
    count_to: int | None = None
    days_from_last_purchase_to: int | None = None
    hours_from_last_update_to: int | None = None
    labels: Sequence[LabelFilter] = ()


def customers_of(store: Store) -> QuerySet[Customer]:
    """Give a store's customers with what a record of each shows, for a constant number of queries.

    `average_amount` may be sorted by. Deleted customers are left out.
    """
    return (
        Customer.objects.filter(store=store)
        .exclude(status=Customer.Status.DELETED)
        .select_related("level", "point_of_sale")
        .prefetch_related("labels")
        .alias(average_amount=AVERAGE)
    )


def customer_record(store: Store, customer_id: UUID) -> Customer:
    """Give one customer of a store with everything that is shown of them.

    Raises: NotFound when unknown, deleted or of another store.
    """
    records = customers_of(store).prefetch_related("segment_memberships__segment")
    customer = records.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    customer.store = store
    return customer


def customers_with_email(store: Store) -> QuerySet[Customer]:
    """Give a store's customers who have an e-mail address, without anything beside them."""
    return identification.present(store).filter(email_key__isnull=False)


def count_with_email(store: Store) -> int:
    """Count a store's customers who have an e-mail address, by the kept number of all and the few who have none."""
    return tallies.count_customers(store) - identification.present(store).filter(email_key=None).count()


def customer_by_email(store: Store, email: str) -> Customer:
    """Give the customer of a store with this e-mail address, letter case aside.

    Raises: NotFound when nobody of this store has it.
    """
    key = contact.fold_email(email)
    customer = (
        customers_with_email(store).filter(email_key=key).first() if key and "\x00" not in key else None
    )
    if customer is None:
        raise NotFound
    customer.store = store
    return customer


def filter_customers(
    customers: QuerySet[Customer], wanted: CustomerFilter, *, store: Store, at: datetime
) -> QuerySet[Customer]:
    """Narrow a list of a store's customers, days and hours counted back from `at`."""
    conditions = _text_conditions(wanted, store) & _sum_conditions(wanted)
    if wanted.days_from_last_purchase_to is not None:
        conditions &= Q(last_purchase_at__gte=at - timedelta(days=wanted.days_from_last_purchase_to))
    if wanted.hours_from_last_update_to is not None:
        conditions &= Q(updated_at__gte=at - timedelta(hours=wanted.hours_from_last_update_to))
    for key, value in wanted.labels:
        labels = CustomerLabel.objects.filter(customer=OuterRef("pk"), key=key)
        conditions &= Q(Exists(labels if value is None else labels.filter(value=value)))
    return customers.filter(conditions)


def count_customers(store: Store, found: QuerySet[Customer], wanted: CustomerFilter) -> int:
    """Count what `filter_customers` found, exactly.

    A list that nothing narrows is not counted (`customers.tallies`); one by a label is counted by the labels; one from
    or up to a sum that leaves most of the customers in is counted by those whom it leaves out. Any other costs what
    finding all of it costs.
    """
    if wanted == CustomerFilter():
        return tallies.count_customers(store)
    if len(wanted.labels) == 1 and wanted == CustomerFilter(labels=wanted.labels):
        return _count_labelled(store, *wanted.labels[0])
    for name, left_out in _LEFT_OUT.items():
        bound = getattr(wanted, name)
        if bound is not None and wanted == CustomerFilter(**{name: bound}):
            some = found.order_by()[:_MANY].count()
            if some < _MANY:
                return some
            others = customers_of(store).filter(**{left_out: bound}).order_by().count()
            return tallies.count_customers(store) - others
    return found.order_by().count()


def _count_labelled(store: Store, key: str, value: str | None) -> int:
    labels = CustomerLabel.objects.filter(store=store, key=key).order_by()
    if value is not None:
        return labels.filter(value=value).count()
    return labels.values("customer").distinct().count()


def levels_of(store: Store) -> QuerySet[Level]:
    """Give a store's levels with how many customers stand on each (`customers_count`)."""
    return Level.objects.filter(store=store).annotate(customers_count=tallies.of_level())


def level_of(store: Store, level_id: UUID) -> Level:
    """Give one level of a store.

    Raises: NotFound when unknown or of another store.
    """
    level = levels_of(store).filter(pk=level_id).first()
    if level is None:
        raise NotFound
    return level


def people_on(level: Level) -> QuerySet[Customer]:
    """Give the customers who stand on a level."""
    on_level = Customer.objects.filter(store_id=level.store_id, level=level)
    return on_level.exclude(status=Customer.Status.DELETED)


def in_order_of_level(
    customers: QuerySet[Customer], direction: str, *, store: Store
) -> list[QuerySet[Customer]]:
    """Give a store's customers by the condition of their level, "ASC" or "DESC", as a part per condition.

    Who stands on none comes last. A list by a column of another table would have to be sorted as a whole.
    """
    by_condition: dict[Decimal, list[UUID]] = {}
    sign = "" if direction == "ASC" else "-"
    levels = Level.objects.filter(store=store).order_by(f"{sign}condition_value")
    for level_id, condition in levels.values_list("pk", "condition_value"):
        by_condition.setdefault(condition, []).append(level_id)
    parts = [customers.filter(level__in=together) for together in by_condition.values()]
    return [part.order_by(f"{sign}pk") for part in (*parts, customers.filter(level=None))]


def registrations(
    store: Store, *, interval: Interval, days: int, at: datetime, zone: ZoneInfo
) -> dict[str, int]:
    """Count the customers registered in the last `days` days, today included, by local day, month or year.

    Periods without a registration are there with zero.
    """
    today = at.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    start = calendar.start_of_day(first, zone)
    shape = {Interval.DAY: "%Y-%m-%d", Interval.MONTH: "%Y-%m", Interval.YEAR: "%Y"}[interval]
    truncate = {Interval.DAY: TruncDay, Interval.MONTH: TruncMonth, Interval.YEAR: TruncYear}[interval]
    counts = dict.fromkeys(((first + timedelta(days=day)).strftime(shape) for day in range(days)), 0)
    came = Customer.objects.filter(store=store, created_at__gte=start, created_at__lte=at)
    came = came.exclude(status=Customer.Status.DELETED)
    if len(counts) <= _FEW_PERIODS:
        # Each is a stretch of the index, and counting it needs no look at a calendar for every customer.
        begins = [start, *(_begin(name, zone) for name in list(counts)[1:])]
        for name, begin, end in zip(counts, begins, [*begins[1:], None], strict=True):
            until = Q() if end is None else Q(created_at__lt=end)
            counts[name] = came.filter(until, created_at__gte=begin).count()
        return counts
    rows = (
        came.annotate(period=truncate("created_at", tzinfo=zone))
        .values("period")
        .annotate(total=Count("pk"))
        .order_by("period")
    )
    for row in rows:
        counts[row["period"].strftime(shape)] += row["total"]
    return counts


def _begin(name: str, zone: ZoneInfo) -> datetime:
    """Give the first moment of a day, month or year by its name."""
    year, month, day = (*map(int, name.split("-")), 1, 1)[:3]
    return calendar.start_of_day(date(year, month, day), zone)


def _text_conditions(wanted: CustomerFilter, store: Store) -> Q:
    conditions = Q()
    for column in ("first_name", "last_name", "card_number", "city", "postal"):
        text = getattr(wanted, column)
        if text:
            conditions &= Q(**{column if wanted.is_strict else f"{column}__icontains": text})
    if wanted.email:
        key = contact.fold_email(wanted.email)
        conditions &= Q(email_key=key) if wanted.is_strict else Q(email_key__contains=key)
    if wanted.phone:
        conditions &= (
            Q(phone=identification.phone_of(store, wanted.phone) or wanted.phone)
            if wanted.is_strict
            else phone_condition("phone", wanted.phone, store)
        )
    return conditions


def phone_condition(column: str, text: str, store: Store) -> Q:
    """Give what finds a phone number by any part of it, or by the whole in any spelling that the store reads."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits:
        # Text without a digit is part of no number.
        return Q(pk__in=())
    number = identification.phone_of(store, text)
    part = Q(**{f"{column}__contains": digits})
    return part if number is None or digits in number else part | Q(**{column: number})


def _sum_conditions(wanted: CustomerFilter) -> Q:
    conditions = Q()
    for lookup, bound in (
        ("purchases_amount__gte", wanted.amount_from),
        ("purchases_amount__lte", wanted.amount_to),
        ("purchases_count__gte", wanted.count_from),
        ("purchases_count__lte", wanted.count_to),
    ):
        if bound is not None:
            conditions &= Q(**{lookup: bound})
    # The average is compared as it is shown, rounded; before the first purchase it is zero.
    if wanted.average_from is not None and wanted.average_from > 0:
        conditions &= Q(average_amount__gte=to_hundredths(wanted.average_from))
    if wanted.average_to is not None:
        conditions &= Q(purchases_count=0) | Q(average_amount__lte=to_hundredths(wanted.average_to))
    return conditions
