"""How the portal writes numbers, points, money and days in the reader's language."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from loyalty.cockpit import formats
from loyalty.programme import ProgrammeSettings

register = template.Library()

_DEFAULT_WORDS = ("point", "points")
_FEW_DAYS = 7


@register.filter
def amount(value: Decimal) -> str:
    """Write an amount grouped as the locale does, with decimals only where they are not .00."""
    return formats.amount(value)


@register.filter
def signed(value: Decimal) -> str:
    """Write an amount with its sign."""
    return formats.signed(value)


@register.filter
def points_word(value: Decimal, programme: ProgrammeSettings) -> str:
    """Give the programme's word for so many points; its own words have two forms, ours as many as the language."""
    size = abs(value)
    own_words = (programme.program_points_singular, programme.program_points_plural)
    if own_words != _DEFAULT_WORDS:
        return own_words[0] if size == 1 else own_words[1]
    if size != size.to_integral_value():
        return pgettext("a fraction of points, like 12.40", "points")
    return ngettext("point", "points", int(size))


@register.filter
def points(value: Decimal, programme: ProgrammeSettings) -> str:
    """Write so many points with the programme's word for them."""
    return f"{formats.amount(value)}\xa0{points_word(value, programme)}"


@register.filter
def money(value: Decimal, currency: str) -> str:
    """Write money with its currency, always with two decimals."""
    return f"{number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)}\xa0{currency}"


@register.simple_tag
def day(value: date, today: date) -> SafeString:
    """Write a day: in words within a week of today, as a date beyond; the whole date on hover."""
    whole = date_format(value, "DATE_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), whole, _in_words(value, today)
    )


@register.simple_tag
def due_day(value: date, today: date) -> SafeString:
    """Write a day that people plan for: always its date, and below it how far off it is within a week."""
    form = "MONTH_DAY_FORMAT" if value.year == today.year else "DATE_FORMAT"
    near = _in_words(value, today) if abs((value - today).days) < _FEW_DAYS else ""
    return format_html(
        '<time datetime="{}">{}<span class="block text-sm text-quiet">{}</span></time>',
        value.isoformat(),
        date_format(value, form),
        near,
    )


@register.simple_tag
def moment(at: datetime, today: date) -> SafeString:
    """Write an instant as its local day, with the time of day where the day is today or yesterday."""
    local = timezone.localtime(at)
    words = _in_words(local.date(), today)
    if abs((today - local.date()).days) <= 1:
        words = f"{words}, {date_format(local, 'TIME_FORMAT')}"
    whole = date_format(local, "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), whole, words)


def _in_words(value: date, today: date) -> str:
    days = (value - today).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    if 0 < days < _FEW_DAYS:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    if -_FEW_DAYS < days < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    return date_format(value, "DATE_FORMAT")
