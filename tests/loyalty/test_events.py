"""Reactions within the transaction: all events of a type at once first, then one by one, until nothing new happens."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from loyalty import events, reactions
from loyalty.actors import SYSTEM
from loyalty.events import Subject
from loyalty.models import Event
from tests.factories import NOON

pytestmark = pytest.mark.django_db
seen: list[tuple[str, list[str]]] = []


@dataclass(frozen=True)
class Struck(events.Event):
    type: ClassVar[str] = "test.struck"


def say(name):
    events.record(Struck(), store_id=None, actor=SYSTEM, subject=Subject("bell", name), at=NOON)


def together(recorded):
    seen.append(("together", [each.subject.id for each in recorded]))


def one(recorded):
    seen.append(("one", [recorded.subject.id]))
    if recorded.subject.id == "a":
        say("echo")


@pytest.fixture(autouse=True)
def _reactions(monkeypatch):
    seen.clear()
    monkeypatch.setitem(reactions.TOGETHER, Struck.type, (f"{__name__}.together",))
    monkeypatch.setitem(reactions.NOW, Struck.type, (f"{__name__}.one",))
    yield
    events.Event.registry.pop(Struck.type, None)


def test_a_reaction_gets_all_of_a_round_at_once_before_those_that_take_one():
    with events.atomic():
        say("a")
        say("b")
    assert seen == [
        ("together", ["a", "b"]),
        ("one", ["a"]),
        ("one", ["b"]),
        ("together", ["echo"]),
        ("one", ["echo"]),
    ]
    assert list(Event.objects.values_list("subject_id", flat=True)) == ["a", "b", "echo"]


def test_nothing_is_said_when_a_reaction_fails(monkeypatch):
    monkeypatch.setitem(reactions.TOGETHER, Struck.type, (f"{__name__}.fail",))
    with pytest.raises(ZeroDivisionError), events.atomic():
        say("a")
    assert not Event.objects.exists()


def fail(recorded):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("kind", "payload", "said"),
    [
        ("points.expired", {"points": "12.00"}, "12 points expired"),
        ("points.expired", {"points": "1.00"}, "1 point expired"),
        ("points.expired", {"points": "11.50"}, "11.50 points expired"),
        ("points.released", {"points": "1.00"}, "1 blocked point released"),
        ("points.expired", {}, "points.expired"),
    ],
)
def test_amounts_are_read_as_people_write_them(kind, payload, said):
    assert events.describe(Event(type=kind, payload=payload)) == said
