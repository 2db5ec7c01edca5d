"""Makers of earning rules and baskets, and callers of the rule routes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from campaigns import rules
from campaigns.drafts import RuleDraft
from campaigns.evaluation import Basket, BasketLine, Label
from campaigns.models import EarningRule
from customers.models import Level, Segment, SegmentMember
from loyalty import tokens
from loyalty.actors import SYSTEM
from loyalty.models import Store
from tests.factories import NOON

# The least that a rule of each kind needs.
OF_KIND: dict[str, dict[str, Any]] = {
    "points": {"points_per_unit": Decimal(1)},
    "product_purchase": {"points_amount": Decimal(5), "skus": ("bread",)},
    "multiply_for_product": {"multiplier": Decimal(2), "skus": ("milk",)},
    "multiply_by_product_labels": {},
}


def draft(level: Level | None = None, kind: str = "points", **fields: Any) -> RuleDraft:
    """Make a draft that can be kept: a point per unit of money unless the kind or fields say otherwise."""
    defaults = OF_KIND[kind]
    level_ids = (level.pk,) if level else ()
    return RuleDraft(
        **{
            "kind": kind,
            "name": f"Rule {kind}",
            "is_active": True,
            "level_ids": level_ids,
            **defaults,
            **fields,
        }
    )


def make_rule(level: Level, kind: str = "points", **fields: Any) -> EarningRule:
    """Make an active rule of the level's store."""
    return rules.create_rule(level.store, draft(level, kind, **fields), at=NOON, actor=SYSTEM)


def make_segment(store: Store, name: str, *members: Any, **fields: Any) -> Segment:
    """Make a segment with these customers in it."""
    segment = Segment.objects.create(store=store, name=name, **fields)
    SegmentMember.objects.bulk_create([SegmentMember(segment=segment, customer=member) for member in members])
    return segment


def make_basket(*lines: tuple[str, str] | BasketLine, at: datetime = NOON, **fields: Any) -> Basket:
    """Make a basket of (sku, gross value) pairs or lines."""
    return Basket(
        lines=tuple(
            line if isinstance(line, BasketLine) else BasketLine(sku=line[0], gross_value=Decimal(line[1]))
            for line in lines
        ),
        purchased_at=at,
        **fields,
    )


def labelled(sku: str, gross: str, *labels: tuple[str, str]) -> BasketLine:
    """Make a line with labels."""
    return BasketLine(
        sku=sku, gross_value=Decimal(gross), labels=frozenset(Label(*label) for label in labels)
    )


RULES = "/api/DEFAULT/earningRule"


def wire(gold, **fields: Any) -> dict[str, Any]:
    """The fields of the document's example, for general spending."""
    return {
        "active": True,
        "type": "points",
        "description": "test",
        "endAt": "2027-03-19 09:45",
        "levels": [str(gold.pk)],
        "name": "new rule",
        "pointValue": "1.1",
        "startAt": "2026-03-19 09:45",
        "target": "level",
        "allTimeActive": False,
        "excludeDeliveryCost": True,
        "excludedSKUs": "123;222;111",
        "minOrderValue": "2",
        "inclusionType": "exclude_labels",
        "excludedLabels": "asas:aaa;ccc:eee",
        **fields,
    }


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def errors_at(answer: Any, *path: str) -> list[str]:
    here = answer.json()["form"]
    for name in path:
        here = here["children"][name]
    return here["errors"]


def token_of(holder: Any, kind: str) -> str:
    """Give an access token of a person."""
    return tokens.log_in(kind, holder, at=timezone.now()).access


def partner_token(store: Store | None, *abilities: str) -> str:
    """Give a permanent token with abilities."""
    return tokens.create_permanent("partner", store=store, abilities=abilities)[1]
