"""Store, staff, levels, points of sale and earning rules of the demo."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from campaigns import rules
from campaigns.drafts import RuleDraft
from campaigns.evaluation import Label, LabelMultiplier, LabelsInclusion
from campaigns.models import EarningRule
from customers import ladder, segments
from customers.models import Level, Segment
from loyalty import access, shops, staff, stores
from loyalty.actors import SYSTEM
from loyalty.models import PointOfSale, Seller, StaffUser, Store
from loyalty.programme import ProgrammeSettings

STORE_CODE = "DEFAULT"
ADMIN = ("admin", "open")
SELLER = ("seller@example.com", "till-demo-1")
_SETTINGS = ProgrammeSettings(
    program_name="Corner & Co.",
    program_points_singular="point",
    program_points_plural="points",
    timezone="Europe/Berlin",
    points_days_active_count=180,
    points_gift_daily_limit=Decimal(500),
    help_email_address="help@example.com",
)
# Name, purchases that reach it, reward in per cent of what it may take off a price.
_LEVELS = (("Bronze", 0, "0"), ("Silver", 500, "0.02"), ("Gold", 1500, "0.05"), ("Platinum", 3500, "0.10"))
_SHOPS = (
    ("Market Square", "10115", "Berlin"),
    ("Mill Lane", "10115", "Berlin"),
    ("Harbour Front", "20095", "Hamburg"),
    ("Old Town", "20095", "Hamburg"),
    ("Cathedral Street", "50667", "Köln"),
    ("Garden District", "50667", "Köln"),
    ("Central Station", "80331", "München"),
    ("Riverside", "80331", "München"),
)
_FUEL, _OWN_BRAND = Label("department", "Fuel"), Label("brand", "Private")
# Name, description, parts.
_SEGMENTS = (
    (
        "Bought in the last 30 days",
        "Who was here lately.",
        {"criteria": [{"type": "last_purchase_n_days_before", "days": 30}]},
    ),
    (
        "Birthday soon",
        "In the month to come.",
        {"criteria": [{"type": "anniversary", "anniversaryType": "birthday", "days": 30}]},
    ),
    (
        "Fresh regulars",
        "At least ten purchases, and something from the fresh departments.",
        {"criteria": [{"type": "transaction_count", "min": 10, "max": 100_000}]},
        {
            "criteria": [
                {"type": "bought_labels", "labels": [{"key": "department", "value": name}]}
                for name in ("Produce", "Salad bar")
            ]
        },
    ),
)
_MILK = ("1029743", "995242", "1106523", "862349", "1133018")
_BANANAS = ("1082185",)


def make_store(*, at: datetime) -> Store:
    """Make the store DEFAULT with a programme of default settings."""
    store = Store.objects.filter(code=STORE_CODE).first()
    return store or stores.create_store(
        code=STORE_CODE, name="Default store", currency="EUR", is_active=True, actor=SYSTEM, at=at
    )


def make_admin(*, at: datetime) -> StaffUser:
    """Make the standard roles and the administrator who may do everything."""
    roles = access.ensure_roles()
    username, password = ADMIN
    known = StaffUser.objects.filter(username=username).first()
    return known or staff.save_user(
        values={
            "username": username,
            "email": "admin@example.com",
            "first_name": "Ada",
            "last_name": "Admin",
            "is_superuser": True,
        },
        roles=roles[:1],
        stores=[],
        password=password,
        actor=SYSTEM,
        at=at,
    )


def make_lowest_level(store: Store, *, at: datetime) -> None:
    """Make the level that everybody starts on, where a store has none."""
    if not Level.objects.filter(store=store).exists():
        values: ladder.LevelDetails = {"name": "level0", "condition_value": Decimal(0), "is_active": True}
        ladder.save_level(store, values=values, actor=SYSTEM, at=at)


def dress_store(store: Store, *, at: datetime) -> None:
    """Give the demo's store its settings, its name and its levels."""
    store.settings = _SETTINGS.to_json()
    store.save(update_fields=["settings"])
    stores.update_store(store, name="Corner & Co.", actor=SYSTEM, at=at)
    present = set(Level.objects.filter(store=store).values_list("name", flat=True))
    for name, amount, reward in _LEVELS:
        if name not in present:
            values: ladder.LevelDetails = {
                "name": name,
                "description": f"From {amount} spent" if amount else "Where everybody starts",
                "condition_value": Decimal(amount),
                "reward_name": f"{name} thank-you",
                "reward_value": Decimal(reward),
                "reward_code": name.lower(),
                "is_active": True,
            }
            ladder.save_level(store, values=values, actor=SYSTEM, at=at)


def make_shops(store: Store, identifiers: Sequence[str], *, at: datetime) -> list[PointOfSale]:
    """Open the demo's points of sale under the busiest of the identifiers."""
    present = {shop.identifier: shop for shop in PointOfSale.objects.filter(store=store)}
    opened = []
    for identifier, (name, postal, city) in zip(identifiers, _SHOPS, strict=False):
        address = {"street": name, "postal": postal, "city": city, "country": "DE"}
        values = {"identifier": identifier, "name": f"Corner & Co. {name}", "address": address}
        opened.append(
            present.get(identifier) or shops.save_point_of_sale(store, values=values, actor=SYSTEM, at=at)
        )
    return opened


def make_seller(store: Store, shop: PointOfSale, *, at: datetime) -> None:
    """Put a seller at the till of a point of sale."""
    email, password = SELLER
    if not Seller.objects.filter(store=store, email=email).exists():
        values = {"first_name": "Sam", "last_name": "Seller", "email": email, "point_of_sale": shop}
        shops.save_seller(store, values=values, password=password, actor=SYSTEM, at=at)


def make_rules(store: Store, *, at: datetime) -> None:
    """Make the demo's earning rules, where the store has none."""
    if EarningRule.objects.filter(store=store).exists():
        return
    levels = {level.name: level.pk for level in Level.objects.filter(store=store)}
    everybody = tuple(levels.values())
    best = (levels["Gold"], levels["Platinum"])
    for draft in _drafts(everybody=everybody, best=best, at=at):
        rules.create_rule(store, draft, at=at, actor=SYSTEM)


def make_segments(store: Store, *, at: datetime) -> None:
    """Make the demo's segments, where the store has none."""
    if Segment.objects.filter(store=store).exists():
        return
    for name, description, *parts in _SEGMENTS:
        values: segments.SegmentDetails = {"name": name, "description": description, "parts": parts}
        segment = segments.save_segment(store, values=values, at=at, actor=SYSTEM)
        segments.refresh(segment, at=at)


def _drafts(*, everybody: tuple[UUID, ...], best: tuple[UUID, ...], at: datetime) -> list[RuleDraft]:
    return [
        RuleDraft(
            kind="points",
            name="A point for every euro",
            description="Whatever is bought, except fuel.",
            is_active=True,
            level_ids=everybody,
            points_per_unit=Decimal(1),
            labels_inclusion=LabelsInclusion.EXCLUDE,
            excluded_labels=(_FUEL,),
        ),
        RuleDraft(
            kind="points",
            name="Fuel",
            description="A fifth of a point for every euro of fuel.",
            is_active=True,
            level_ids=everybody,
            points_per_unit=Decimal("0.2"),
            labels_inclusion=LabelsInclusion.INCLUDE,
            included_labels=(_FUEL,),
        ),
        RuleDraft(
            kind="points",
            name="Gold and Platinum get half a point more",
            is_active=True,
            level_ids=best,
            points_per_unit=Decimal("0.5"),
            labels_inclusion=LabelsInclusion.EXCLUDE,
            excluded_labels=(_FUEL,),
        ),
        RuleDraft(
            kind="points",
            name="Big basket",
            description="A quarter of a point more for every euro, from 50 on.",
            is_active=True,
            level_ids=everybody,
            points_per_unit=Decimal("0.25"),
            min_order_value=Decimal(50),
        ),
        RuleDraft(
            kind="multiply_by_product_labels",
            name="Our own brand counts one and a half times",
            is_active=True,
            level_ids=everybody,
            label_multipliers=(LabelMultiplier(_OWN_BRAND, Decimal("1.5")),),
        ),
        RuleDraft(
            kind="multiply_for_product",
            name="Double points on fresh things",
            is_active=True,
            level_ids=everybody,
            multiplier=Decimal(2),
            labels=(Label("department", "Produce"), Label("department", "Salad bar")),
        ),
        RuleDraft(
            kind="multiply_for_product",
            name="Milk weeks",
            description="Milk counts three times, these two months.",
            is_active=True,
            is_all_time_active=False,
            start_at=at - timedelta(days=45),
            end_at=at + timedelta(days=15),
            level_ids=everybody,
            multiplier=Decimal(3),
            skus=_MILK,
        ),
        RuleDraft(
            kind="product_purchase",
            name="Five points for bananas",
            is_active=True,
            level_ids=everybody,
            points_amount=Decimal(5),
            skus=_BANANAS,
        ),
        RuleDraft(
            kind="product_purchase",
            name="Next season: points for chocolate milk",
            description="Switched off; try it on a basket first.",
            is_active=False,
            level_ids=everybody,
            points_amount=Decimal(10),
            skus=("908531",),
        ),
    ]
