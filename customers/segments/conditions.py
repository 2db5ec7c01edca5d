"""Kept parts as one query of customers: parts AND, the criteria of a part OR.

Criteria that look at the customer's own row are conditions of one SELECT; those that look elsewhere (purchases,
labels) are an EXISTS each. Where a part mixes them it becomes a UNION of SELECTs: databases turn an EXISTS that stands
alone into a join, but run one inside an OR again for every customer.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, ExtractDay, ExtractMonth
from django.db.models.lookups import GreaterThanOrEqual, LessThan, Range
from django.utils.module_loading import import_string

from customers.models import Customer, CustomerLabel
from customers.segments.criteria import Criterion, Part
from loyalty import calendar, reactions
from loyalty.amounts import ZERO, to_hundredths
from loyalty.models import Store

# Gives the condition on `Customer` that a criterion of one kind means.
Condition = Callable[[Criterion, Store, datetime], Q]
_LEAP_DAY, _LAST_OF_FEBRUARY = 229, 228


def matching(
    store: Store, parts: Sequence[Part], *, at: datetime, among: Q | None = None
) -> QuerySet[Customer]:
    """Give the active customers of a store who meet every part; nobody when there are no parts.

    `among` narrows the customers who are looked at.
    """
    people = Customer.objects.filter(among or Q(), store=store, status=Customer.Status.ACTIVE).order_by()
    if not parts:
        return people.none()
    found = people
    for part in parts:
        found = _meeting(found, people, part, store=store, at=at)
    return found


def _meeting(
    found: QuerySet[Customer], people: QuerySet[Customer], part: Part, *, store: Store, at: datetime
) -> QuerySet[Customer]:
    own, elsewhere = [], []
    for criterion in part["criteria"]:
        kind = criterion["type"]
        if kind in _OWN:
            own.append(_OWN[kind](criterion, store, at))
        else:
            elsewhere.append(_condition_of(kind)(criterion, store, at))
    branches = [reduce(or_, own), *elsewhere] if own else elsewhere
    if len(branches) == 1:
        return found.filter(branches[0])
    first, *rest = [people.filter(branch).values("pk") for branch in branches]
    return found.filter(pk__in=first.union(*rest))


def _condition_of(kind: str) -> Condition:
    if kind in _LABELS:
        return _LABELS[kind]
    condition: Condition = import_string(reactions.SEGMENT_CRITERIA[kind])
    return condition


# --- What the customer's own row tells ----------------------------------------------------------------------------


def _transaction_count(criterion: Criterion, store: Store, at: datetime) -> Q:
    return Q(purchases_count__range=(criterion["min"], criterion["max"]))


def _transaction_amount(criterion: Criterion, store: Store, at: datetime) -> Q:
    low, high = Decimal(criterion["fromAmount"]), Decimal(criterion["toAmount"])
    bounds = Q(purchases_amount__lte=high)
    # Returns without their sale may leave a sum below nothing; a range that begins at 0 means everybody up to its end.
    return bounds & Q(purchases_amount__gte=low) if low > ZERO else bounds


def _average_amount(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Compare the average as it is shown, rounded half up, without dividing (see `customers.queries`)."""
    low, high = (to_hundredths(Decimal(criterion[name])) for name in ("fromAmount", "toAmount"))
    doubled, counted = _big(F("purchases_amount")) * _big(Value(2)), _big(F("purchases_count"))
    condition = Q(purchases_count=0) | Q(LessThan(doubled, counted * _big(Value(2 * high + 1))))
    if low > 0:
        condition &= Q(GreaterThanOrEqual(doubled, counted * _big(Value(2 * low - 1))), purchases_count__gt=0)
    return condition


def _big(value: Combinable) -> Cast:
    return Cast(value, BigIntegerField())


def _last_purchase(criterion: Criterion, store: Store, at: datetime) -> Q:
    zone = store.programme.zone
    first = at.astimezone(zone).date() - timedelta(days=criterion["days"])
    return Q(last_purchase_at__gte=calendar.start_of_day(first, zone))


def _anniversary(criterion: Criterion, store: Store, at: datetime) -> Q:
    zone = store.programme.zone
    today = at.astimezone(zone).date()
    if criterion["anniversaryType"] == "birthday":
        return Q(birth_date__isnull=False) & _falls_within("birth_date", today, criterion["days"])
    return _falls_within("created_at", today, criterion["days"], zone=zone)


def _falls_within(column: str, today: date, days: int, *, zone: ZoneInfo | None = None) -> Q:
    """Tell whether a day of the year lies from today to so many days later.

    In a year without a 29 February, what began on one falls on the 28th.
    """
    if days >= 365:
        return Q()
    last = today + timedelta(days=days)
    begin, end = _day_of_year(today), _day_of_year(last)
    if end == _LAST_OF_FEBRUARY and not _is_leap(last.year):
        end = _LEAP_DAY
    month, day = ExtractMonth(column, tzinfo=zone), ExtractDay(column, tzinfo=zone)
    falls = month * Value(100, output_field=IntegerField()) + day
    if begin <= end and last.year == today.year:
        return Q(Range(falls, (begin, end)))
    return Q(GreaterThanOrEqual(falls, begin)) | Q(LessThan(falls, end + 1))


def _day_of_year(day: date) -> int:
    return day.month * 100 + day.day


def _is_leap(year: int) -> bool:
    return (year % 4 == 0 and year % 100 != 0) or year % 400 == 0


def _customer_list(criterion: Criterion, store: Store, at: datetime) -> Q:
    return Q(pk__in=[UUID(text) for text in criterion["customers"]])


# --- What hangs on the customer -----------------------------------------------------------------------------------


def _has_labels(criterion: Criterion, store: Store, at: datetime) -> Q:
    keys = [label["key"] for label in criterion["labels"]]
    return Q(Exists(CustomerLabel.objects.filter(customer=OuterRef("pk"), key__in=keys)))


def _has_label_values(criterion: Criterion, store: Store, at: datetime) -> Q:
    wanted = reduce(or_, (Q(key=label["key"], value=label["value"]) for label in criterion["labels"]))
    return Q(Exists(CustomerLabel.objects.filter(wanted, customer=OuterRef("pk"))))


_OWN: dict[str, Condition] = {
    "transaction_count": _transaction_count,
    "transaction_amount": _transaction_amount,
    "average_transaction_amount": _average_amount,
    "last_purchase_n_days_before": _last_purchase,
    "anniversary": _anniversary,
    "customer_list": _customer_list,
}
_LABELS: dict[str, Condition] = {
    "customer_has_labels": _has_labels,
    "customer_with_labels_values": _has_label_values,
}
