"""What every cockpit template writes with: amounts, instants, states, the dashboard's range."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from loyalty.amounts import quantize
from loyalty.cockpit import formats
from loyalty.cockpit.chips import Chip, chips_of
from loyalty.models import ImportJob, ImportRow, Store

register = template.Library()


@register.filter
def amount(value: Decimal | int | None) -> str:
    """Write an amount: two decimals only where they are not .00."""
    return formats.amount(value)


@register.filter
def signed(value: Decimal) -> str:
    """Write an amount with its sign."""
    return formats.signed(value)


@register.filter
def points(value: Decimal, store: Store | None) -> str:
    """Write points with the programme's word."""
    return formats.points(value, store)


@register.filter
def money(value: Decimal | None, store: Store | None) -> str:
    """Write money with the currency."""
    return formats.money(value, store)


@register.filter
def worth(value: Decimal, store: Store) -> str:
    """Write what points are worth in money, by the programme's value of a point."""
    return f"worth {formats.money(quantize(value * store.programme.points_value), store)}"


@register.filter
def instant(at: datetime | None) -> SafeString | str:
    """Write an instant, relative within a week."""
    return formats.instant(at)


@register.filter
def state_badge(state: str) -> SafeString:
    """Show a state as its colour and its word."""
    return formats.badge(state)


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON for a data attribute (escaped like any text)."""
    return json.dumps(value, default=str)


@register.simple_tag
def list_chips(cl: Any) -> list[Chip]:
    """Give the state filters of a list, each with its count."""
    return chips_of(cl)


@register.simple_tag
def import_rows(job: ImportJob) -> list[ImportRow]:
    """Give the first rows of an import that were refused."""
    return list(job.rows.filter(is_success=False)[:200])
