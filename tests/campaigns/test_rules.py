"""Keeping earning rules: what is written, what is refused, what is said about it."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from campaigns import rules
from campaigns.evaluation import Label, LabelMultiplier, LabelsInclusion
from campaigns.models import EarningRule
from loyalty.actors import Actor, ActorKind
from loyalty.images import ImageNotAccepted
from loyalty.models import AuditEntry, Event
from loyalty.refusals import InvalidInput, NotFound
from tests.campaigns.factories import draft, make_rule, make_segment
from tests.factories import NOON, make_level, make_pos, make_store

pytestmark = pytest.mark.django_db
ADMIN = Actor(ActorKind.ADMIN, str(uuid4()), "admin")
LATER = NOON + timedelta(days=1)


def create(store, wanted):
    return rules.create_rule(store, wanted, at=NOON, actor=ADMIN)


def picture(colour: str = "teal") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, format="PNG")
    out.seek(0)
    return out


def photo_of(rule: EarningRule) -> str:
    """Give the name of the file that a rule shows."""
    return rule.photo.name or ""


def event_types() -> list[str]:
    return list(Event.objects.values_list("type", flat=True))


def test_a_rule_is_created_with_everything_its_kind_has(store, gold):
    families, shop = make_segment(store, "families"), make_pos(store)

    rule = create(
        store,
        draft(
            gold,
            name="Spring",
            description="For spring",
            is_all_time_active=False,
            start_at=NOON,
            end_at=LATER,
            segment_ids=(families.pk,),
            pos_ids=(shop.pk,),
            is_last_executed=True,
            points_per_unit=Decimal("1.5"),
            min_order_value=Decimal(50),
            excludes_delivery_cost=False,
            excluded_skus=("tobacco",),
            labels_inclusion=LabelsInclusion.EXCLUDE,
            excluded_labels=(Label("price", "sale"),),
        ),
    )

    kept = EarningRule.objects.get(pk=rule.pk)
    assert (kept.name, kept.description, kept.start_at, kept.end_at) == ("Spring", "For spring", NOON, LATER)
    assert (kept.points_per_unit, kept.min_order_value) == (Decimal("1.50"), Decimal("50.00"))
    assert (kept.excludes_delivery_cost, kept.excluded_skus) == (False, ["tobacco"])
    assert (kept.labels_inclusion, kept.excluded_labels) == (
        "exclude_labels",
        [{"key": "price", "value": "sale"}],
    )
    assert (list(kept.levels.all()), list(kept.segments.all())) == ([gold], [families])
    assert list(kept.points_of_sale.all()) == [shop]
    assert event_types() == ["earning_rule.created"]
    assert AuditEntry.objects.get().username == "admin"


def test_label_factors_are_kept_exactly(store, gold):
    factors = (LabelMultiplier(Label("eco", "yes"), Decimal("1.10")),)

    rule = create(store, draft(gold, "multiply_by_product_labels", label_multipliers=factors))

    assert EarningRule.objects.get(pk=rule.pk).label_multipliers == [
        {"key": "eco", "value": "yes", "multiplier": "1.10"}
    ]


def test_dates_of_a_rule_that_always_holds_are_not_kept(store, gold):
    rule = create(store, draft(gold, start_at=LATER, end_at=NOON))

    assert (rule.start_at, rule.end_at) == (None, None)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"name": ""}, "name"),
        ({"level_ids": ()}, "level_ids"),
        ({"level_ids": (uuid4(),)}, "level_ids"),
        ({"segment_ids": (uuid4(),)}, "segment_ids"),
        ({"pos_ids": (uuid4(),)}, "pos_ids"),
        ({"points_per_unit": Decimal("0.001")}, "points_per_unit"),
    ],
)
def test_a_bad_draft_is_refused_and_nothing_is_written(store, gold, fields, at_fault):
    with pytest.raises(InvalidInput) as refused:
        create(store, draft(gold, **fields))

    assert refused.value.at_field == at_fault
    assert not EarningRule.objects.exists()
    assert event_types() == []


def test_targets_of_another_store_do_not_exist_here(store, gold):
    other = make_store("OTHER")
    foreign: dict[str, Any] = {
        "level_ids": (make_level(other).pk,),
        "segment_ids": (make_segment(other, "families").pk,),
        "pos_ids": (make_pos(other).pk,),
    }

    for field, ids in foreign.items():
        with pytest.raises(InvalidInput) as refused:
            create(store, draft(gold, **{field: ids}))
        assert refused.value.at_field == field
    assert not EarningRule.objects.exists()


def test_changing_replaces_everything_and_names_what_changed(store, gold):
    silver = make_level(store, "silver", 100)
    rule = make_rule(gold, min_order_value=Decimal(50))

    rules.change_rule(
        rule, draft(silver, "product_purchase", points_amount=Decimal(7)), at=LATER, actor=ADMIN
    )

    kept = EarningRule.objects.get(pk=rule.pk)
    assert (kept.kind, kept.points_amount, kept.skus) == ("product_purchase", Decimal("7.00"), ["bread"])
    assert EarningRule.objects.filter(points_per_unit=None, min_order_value=None).exists()
    assert list(kept.levels.all()) == [silver]
    said = Event.objects.get(type="earning_rule.changed")
    assert set(said.payload["fields"]) == {
        "kind", "name", "points_per_unit", "points_amount", "skus", "min_order_value", "levels",
    }  # fmt: skip


def test_a_change_that_changes_nothing_says_nothing(store, gold):
    rule = make_rule(gold)

    rules.change_rule(rule, draft(gold), at=LATER, actor=ADMIN)

    assert event_types() == ["earning_rule.created"]


def test_a_bad_change_is_refused_and_the_rule_stays(store, gold):
    rule = make_rule(gold)

    with pytest.raises(InvalidInput):
        rules.change_rule(rule, draft(gold, name="New", points_per_unit=None), at=LATER, actor=ADMIN)

    assert EarningRule.objects.get(pk=rule.pk).name == rule.name
    assert event_types() == ["earning_rule.created"]


def test_a_rule_that_is_gone_cannot_be_changed(store, gold):
    rule = make_rule(gold)
    EarningRule.objects.all().delete()

    with pytest.raises(NotFound):
        rules.change_rule(rule, draft(gold), at=LATER, actor=ADMIN)


def test_switching_off_and_on_is_said_once_each(store, gold):
    rule = make_rule(gold)

    for _ in range(2):
        rules.deactivate_rule(rule, at=LATER, actor=ADMIN)
    assert not EarningRule.objects.get(pk=rule.pk).is_active
    for _ in range(2):
        rules.activate_rule(rule, at=LATER, actor=ADMIN)
    assert EarningRule.objects.get(pk=rule.pk).is_active

    assert event_types() == ["earning_rule.created", "earning_rule.deactivated", "earning_rule.activated"]


def test_a_new_picture_takes_the_place_of_the_old(store, gold, django_capture_on_commit_callbacks):
    rule = make_rule(gold)
    old = photo_of(rules.set_photo(rule, picture(), at=LATER, actor=ADMIN))

    with django_capture_on_commit_callbacks(execute=True):
        new = photo_of(rules.set_photo(rule, picture("red"), at=LATER, actor=ADMIN))

    assert photo_of(EarningRule.objects.get(pk=rule.pk)) == new != old
    assert default_storage.exists(new)
    assert not default_storage.exists(old)


def test_a_file_that_is_no_picture_is_refused_and_the_old_one_stays(store, gold):
    rule = make_rule(gold)
    old = photo_of(rules.set_photo(rule, picture(), at=LATER, actor=ADMIN))

    with pytest.raises(ImageNotAccepted):
        rules.set_photo(rule, io.BytesIO(b"<svg/>"), at=LATER, actor=ADMIN)

    assert photo_of(EarningRule.objects.get(pk=rule.pk)) == old
    assert default_storage.exists(old)


def test_a_picture_for_a_rule_that_is_gone_leaves_no_file(store, gold):
    rule = make_rule(gold)
    EarningRule.objects.all().delete()
    before = (
        set(default_storage.listdir("earning-rules")[1]) if default_storage.exists("earning-rules") else set()
    )

    with pytest.raises(NotFound):
        rules.set_photo(rule, picture(), at=LATER, actor=ADMIN)

    after = (
        set(default_storage.listdir("earning-rules")[1]) if default_storage.exists("earning-rules") else set()
    )
    assert after == before


def test_removing_a_picture_removes_the_file_and_may_be_repeated(
    store, gold, django_capture_on_commit_callbacks
):
    rule = make_rule(gold)
    name = photo_of(rules.set_photo(rule, picture(), at=LATER, actor=ADMIN))

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            rules.remove_photo(rule, at=LATER, actor=ADMIN)

    assert not EarningRule.objects.get(pk=rule.pk).photo
    assert not default_storage.exists(name)
    assert event_types().count("earning_rule.changed") == 2
