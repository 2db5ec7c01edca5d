"""Events and what follows from them: every name in the table leads somewhere, every event can be read by people."""

import importlib
import string
from dataclasses import fields

import pytest
from django.utils.module_loading import import_string

from customers.segments import conditions
from customers.segments.criteria import FIELDS_OF_KIND
from loyalty import reactions
from loyalty.events import Event
from tests.architecture.source import app_modules, dotted

# Fields that would carry what belongs to a person (erasing a customer must leave history true and nameless).
PERSONAL = {
    "email",
    "phone",
    "first_name",
    "last_name",
    "birth_date",
    "street",
    "city",
    "postal",
    "card_number",
}


@pytest.fixture(scope="module", autouse=True)
def events() -> dict[str, type[Event]]:
    for path in app_modules():
        if path.name == "events.py":
            importlib.import_module(dotted(path))
    return {name: event for name, event in Event.registry.items() if not event.__module__.startswith("tests")}


def test_every_reaction_exists_and_reacts_to_an_event_that_exists(events: dict[str, type[Event]]) -> None:
    for event_type, paths in (
        *reactions.TOGETHER.items(),
        *reactions.NOW.items(),
        *reactions.LATER.items(),
        *reactions.SENDING.items(),
    ):
        assert event_type in events
        assert all(callable(import_string(path)) for path in paths)


def test_every_event_has_a_sentence_that_its_own_facts_fill(events: dict[str, type[Event]]) -> None:
    for event in events.values():
        named = {name for _, name, _, _ in string.Formatter().parse(event.sentence) if name}
        assert event.sentence, event
        assert named <= {field.name for field in fields(event)}, event


def test_no_event_carries_personal_values(events: dict[str, type[Event]]) -> None:
    carried = {name: PERSONAL & {field.name for field in fields(event)} for name, event in events.items()}
    assert {name: found for name, found in carried.items() if found} == {}


def test_every_event_type_is_a_subject_and_what_happened(events: dict[str, type[Event]]) -> None:
    assert [name for name in events if name.count(".") != 1] == []


def test_every_kind_of_criterion_has_one_condition() -> None:
    here = {*conditions._OWN, *conditions._LABELS}
    assert here | set(reactions.SEGMENT_CRITERIA) == set(FIELDS_OF_KIND)
    assert not here & set(reactions.SEGMENT_CRITERIA)
    assert all(callable(import_string(path)) for path in reactions.SEGMENT_CRITERIA.values())
