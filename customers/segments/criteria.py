"""The kinds of criteria and the fields of each, by the names that they have on the wire and in the kept form."""

from typing import Any, TypedDict

# A criterion as it is kept: `criterionId`, `type` and the fields of its kind. Amounts are text with two decimals,
# days `YYYY-MM-DD`, ids text.
Criterion = dict[str, Any]


class Part(TypedDict):
    """Criteria of which one is enough."""

    segmentPartId: str
    criteria: list[Criterion]


# Kind -> its fields, all of which must come.
FIELDS_OF_KIND: dict[str, tuple[str, ...]] = {
    "transaction_count": ("min", "max"),
    "transaction_amount": ("fromAmount", "toAmount"),
    "average_transaction_amount": ("fromAmount", "toAmount"),
    "last_purchase_n_days_before": ("days",),
    "purchase_period": ("fromDate", "toDate"),
    "anniversary": ("anniversaryType", "days"),
    "bought_skus": ("skuIds",),
    "bought_makers": ("makers",),
    "bought_labels": ("labels",),
    "bought_in_pos": ("posIds",),
    "transaction_percent_in_pos": ("posId", "percent"),
    "customer_has_labels": ("labels",),
    "customer_with_labels_values": ("labels",),
    "customer_list": ("customers",),
}
# The name of the newer document -> the name that is written.
OTHER_NAMES = {"customer_has_labels_with_values": "customer_with_labels_values"}
# Ranges: the lower end, the upper end.
RANGES = (("min", "max"), ("fromAmount", "toAmount"), ("fromDate", "toDate"))
ANNIVERSARIES = ("birthday", "registration")
# Kinds whose members change with the calendar, though nobody did anything.
BY_THE_CLOCK = frozenset({"anniversary", "last_purchase_n_days_before"})

MAX_PARTS = 20
MAX_CRITERIA = 20
MAX_ITEMS = 500
MAX_CUSTOMERS = 5_000
# Values listed in all criteria of a segment together: each is sought again whenever customers change.
MAX_LISTED = 10_000
MAX_DAYS = 36_500
MAX_COUNT = 2_147_483_647


def kind_named(name: Any) -> str | None:
    """Give the kind that a word means, or None."""
    kind = OTHER_NAMES.get(name, name) if isinstance(name, str) else None
    return kind if kind in FIELDS_OF_KIND else None


def follows_the_clock(parts: list[Part]) -> bool:
    """Tell whether time alone moves customers in and out."""
    return any(criterion["type"] in BY_THE_CLOCK for part in parts for criterion in part["criteria"])
