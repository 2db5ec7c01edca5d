"""How the cockpit writes numbers, instants and states."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from loyalty.models import Store

_SIGNED_NUMBER = re.compile(r"[+−-]?[0-9.,]+")
# One colour per state, the same in every face: state -> (colour, label).
STATES: dict[str, tuple[str, str]] = {
    "active": ("green", "Active"),
    "done": ("green", "Done"),
    "with-card": ("green", "With card"),
    "new": ("amber", "New"),
    "pending": ("amber", "Pending"),
    "waiting": ("amber", "Waiting"),
    "running": ("amber", "Running"),
    "card-sent": ("amber", "Card sent"),
    "blocked": ("violet", "Blocked"),
    "frozen": ("violet", "Frozen"),
    "expired": ("slate", "Expired"),
    "inactive": ("slate", "Inactive"),
    "no-card": ("slate", "No card"),
    "canceled": ("red", "Cancelled"),
    "deleted": ("red", "Deleted"),
    "revoked": ("red", "Revoked"),
    "failed": ("red", "Failed"),
    "used": ("blue", "Used"),
    "invited": ("amber", "Invited"),
    "registered": ("blue", "Registered"),
    "made_purchase": ("green", "Made a purchase"),
    "sell": ("green", "Sale"),
    "return": ("amber", "Return"),
}


def amount(value: Decimal | int | float | None) -> str:
    """Write an amount, grouped by the locale, with two decimals only where they are not .00."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    places = 0 if exact == exact.to_integral_value() else 2
    figure = number_format(abs(exact), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"−{figure}" if exact < 0 else figure


def signed(value: Decimal) -> str:
    """Write an amount with its sign."""
    return f"+{amount(value)}" if value > 0 else amount(value)


def points(value: Decimal, store: Store | None) -> str:
    """Write points with the programme's own word for them."""
    if store is None:
        return amount(value)
    programme = store.programme
    word = programme.program_points_singular if abs(value) == 1 else programme.program_points_plural
    return f"{amount(value)} {word}"


def money(value: Decimal | None, store: Store | None) -> str:
    """Write money with the store's currency, always with two decimals."""
    if value is None:
        return "–"
    figure = number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True).replace("-", "−")
    return f"{figure} {store.currency}" if store else figure


def sentence(text: str) -> str:
    """Write what a dialect says in small letters as a sentence for people."""
    ended = text if text.endswith((".", "?", "…")) else f"{text}."
    return ended[:1].upper() + ended[1:] if text else ""


def rule_detail(sentence: str, name: str) -> str:
    """Shorten "Double dairy ×2: +6.20" to "×2" where the rule's name and its points stand in columns of their own."""
    said = sentence.removeprefix(name).lstrip(": ")
    detail, _, result = said.rpartition(": ")
    return detail if detail and _SIGNED_NUMBER.fullmatch(result) else said


def number(text: str) -> SafeString:
    """Mark a written number for its column: right-aligned, tabular figures."""
    return format_html('<span class="ck-num">{}</span>', text)


def badge(state: str, label: str = "") -> SafeString:
    """Show a state as its colour and its word."""
    colour, known = STATES.get(state, ("slate", state.replace("_", " ").capitalize()))
    return format_html('<span class="ck-badge ck-{}">{}</span>', colour, label or known)


def instant(at: datetime | None) -> SafeString | str:
    """Write an instant: relative within a week, a date before that; the exact time on hover."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    exact = f"{date_format(local, 'j M Y, H:i:s')} {local.tzname()}"
    return format_html(
        '<time datetime="{}" title="{}" class="ck-time">{}</time>', local.isoformat(), exact, _relative(local)
    )


def _relative(local: datetime) -> str:
    now = timezone.localtime()
    age = now - local
    if timedelta(0) <= age < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= age < timedelta(days=7):
        return f"{timesince(local, now, depth=1)} ago"
    if -timedelta(days=7) < age < timedelta(0):
        return f"in {timesince(now, local, depth=1)}"
    return date_format(local, "j M Y")
