"""What every cockpit template writes with: amounts, instants, states, the dashboard's range."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from loyalty.amounts import quantize
from loyalty.cockpit import formats, ranges, stores
from loyalty.cockpit.chips import AppliedFilter, ChipGroup, applied_filters, chips_of
from loyalty.cockpit.navigation import NAVIGATION
from loyalty.models import ImportJob, Store

register = template.Library()


@dataclass(frozen=True)
class Crumb:
    """One part of the path to a page."""

    title: str
    link: str = ""


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
def rule_detail(sentence: str, name: str) -> str:
    """Write what a rule did without its name and its points, which stand beside it."""
    return formats.rule_detail(sentence, name)


@register.filter
def worth(value: Decimal, store: Store) -> str:
    """Write what points are worth in money, by the programme's value of a point."""
    return f"worth {formats.money(quantize(value * store.programme.points_value), store)}"


@register.filter
def instant(at: datetime | None) -> SafeString | str:
    """Write an instant, relative within a week."""
    return formats.instant(at)


@register.filter
def state_badge(state: str, label: str = "") -> SafeString:
    """Show a state as its colour and its word."""
    return formats.badge(state, label)


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON for a data attribute (escaped like any text)."""
    return json.dumps(value, default=str)


@register.simple_tag
def list_chips(cl: Any) -> list[ChipGroup]:
    """Give the filters that stay over a list, column by column, each chip with its count."""
    return chips_of(cl)


@register.simple_tag
def list_filters_in_use(cl: Any) -> list[AppliedFilter]:
    """Give the other filters in use, each with the link that takes it away."""
    return applied_filters(cl)


@register.simple_tag(takes_context=True)
def dashboard_range(context: dict[str, Any]) -> ranges.Range:
    """Give the range of days that the dashboard's address asks for."""
    request = context["request"]
    return ranges.read(request.GET, today=timezone.localdate(), zone=stores.zone(request))


@register.simple_tag
def range_presets() -> list[tuple[str, str]]:
    """Give the ranges that one click opens: address word and label."""
    return [(word, label) for word, (_days, label) in ranges.PRESETS.items()]


@register.simple_tag
def range_query(wanted: ranges.Range, field: str) -> str:
    """Give the address part that narrows a list to the rows behind a figure."""
    return mark_safe(wanted.filters(field))


@register.simple_tag
def imports_that_failed(store: Store) -> list[ImportJob]:
    """Give the newest imports with rows that did not land."""
    return list(ImportJob.objects.filter(store=store, failed__gt=0)[:5])


@register.simple_tag(takes_context=True)
def page_path(context: dict[str, Any]) -> list[Crumb]:
    """Give where this page is: the page of the sidebar, then the row or the act."""
    model, original, title = context.get("opts"), context.get("original"), str(context.get("title") or "")
    if model is None:
        return [Crumb(title)]
    listed = reverse(f"admin:{model.app_label}_{model.model_name}_changelist")
    known = [item["title"] for group in NAVIGATION for item in group["items"] if str(item["link"]) == listed]
    crumb = Crumb(known[0] if known else str(model.verbose_name_plural).capitalize(), listed)
    if context.get("cl"):
        return [crumb]
    admin = context.get("model_admin")
    if context.get("add"):
        return [crumb, Crumb(f"New {getattr(admin, 'noun', '') or model.verbose_name}")]
    if original is None:
        return [crumb, Crumb(title)]
    name = getattr(admin, "title_of", str)
    return [crumb, Crumb(name(original))]
