"""Segments made, changed, switched and deleted."""

import pytest

from customers import segments
from customers.models import Segment, SegmentMember
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event, OutboxMessage
from loyalty.refusals import InvalidInput, NotFound
from tests.campaigns.factories import make_rule
from tests.customers.segmenting import criterion, make_segment, members, one_of
from tests.factories import NOON, make_customer, make_level

pytestmark = pytest.mark.django_db
EVERYBODY = one_of(criterion("transaction_count", min=0, max=99))
NOBODY = one_of(criterion("transaction_count", min=98, max=99))


def save(segment, **values):
    return segments.save_segment(segment.store, values=values, at=NOON, actor=SYSTEM, segment=segment)


def test_a_segment_is_saved_with_its_event_and_its_refresh_is_owed(store):
    segment = segments.save_segment(
        store, values={"name": " regulars ", "parts": [EVERYBODY]}, at=NOON, actor=SYSTEM
    )
    event = Event.objects.get()
    assert (segment.name, segment.is_active) == ("regulars", True)
    assert (event.type, event.subject_id, event.payload["fields"]) == (
        "segment.saved",
        str(segment.pk),
        ["name", "parts"],
    )
    assert AuditEntry.objects.get().entity_id == str(segment.pk)
    assert OutboxMessage.objects.get().reaction == "customers.segments.refresh_saved"
    make_customer(store, "alice")
    segments.refresh_saved(event)
    assert members(segment) == {"Alice"}


def test_what_is_already_so_changes_nothing(store):
    segment = make_segment(store, EVERYBODY, description="all")
    events = Event.objects.count()
    same = save(segment, name="regulars", description="all", is_active=True, parts=[EVERYBODY])
    assert same.parts == segment.parts
    assert Event.objects.count() == events


def test_changes_are_named(store):
    segment = make_segment(store, EVERYBODY)
    save(segment, name="others", parts=[NOBODY])
    assert Event.objects.last().payload == {"name": "others", "fields": ["name", "parts"]}
    segment.refresh_from_db()
    assert segment.parts[0]["criteria"][0]["min"] == 98


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "nul\x00"])
def test_a_name_is_needed(store, name):
    with pytest.raises(InvalidInput) as caught:
        make_segment(store, EVERYBODY, name=name)
    assert caught.value.at_field == "name"
    assert not Segment.objects.exists()


def test_a_segment_that_is_off_has_no_members_and_gets_them_back(store):
    make_customer(store, "alice")
    segment = make_segment(store, EVERYBODY)
    off = segments.set_active(segment, is_active=False, at=NOON, actor=SYSTEM)
    segments.refresh(off, at=NOON)
    off.refresh_from_db()
    assert (members(off), off.customers_count) == (set(), 0)
    on = segments.set_active(off, is_active=True, at=NOON, actor=SYSTEM)
    segments.refresh(on, at=NOON)
    assert members(on) == {"Alice"}


def test_a_deleted_segment_takes_its_members_along(store):
    make_customer(store)
    segment = make_segment(store, EVERYBODY)
    segments.delete_segment(segment, at=NOON, actor=SYSTEM)
    assert not Segment.objects.exists()
    assert not SegmentMember.objects.exists()
    assert Event.objects.last().type == "segment.deleted"
    with pytest.raises(NotFound):
        segments.delete_segment(segment, at=NOON, actor=SYSTEM)


def test_a_segment_to_which_something_is_offered_stays(store):
    segment = make_segment(store, EVERYBODY)
    rule = make_rule(make_level(store))
    rule.segments.add(segment)
    with pytest.raises(segments.SegmentInUse):
        segments.delete_segment(segment, at=NOON, actor=SYSTEM)
    assert Segment.objects.exists()
