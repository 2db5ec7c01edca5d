"""The kinds of rows that files may hold: where each is read, whose right it is, in whose name it is done."""

import pytest
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string

from loyalty import access, reactions
from loyalty.access import Access
from loyalty.actors import Actor, ActorKind
from loyalty.imports import kinds
from loyalty.imports.jobs import RowKind
from loyalty.imports.xml_stream import BrokenFile
from loyalty.models import Event, ImportJob
from tests.factories import NOON, make_customer

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind=ActorKind.ADMIN, id="1", name="ada")


def points(*cards: str) -> ContentFile:
    rows = "".join(
        f"<pointsTransfer><customerLoyaltyCardNumber>{card}</customerLoyaltyCardNumber><points>5</points>"
        "<type>adding</type><validityDuration>30</validityDuration><comment>Gift</comment></pointsTransfer>"
        for card in cards
    )
    return ContentFile(f"<pointsTransfers>{rows}</pointsTransfers>".encode())


@pytest.mark.parametrize("name", list(reactions.IMPORTS))
def test_every_kind_reads_rows_under_its_own_name_and_belongs_to_an_area(store, name):
    kind = kinds.kind_named(name)
    rows = kind.rows(store, actor=ADMIN, at=NOON)
    assert isinstance(rows, RowKind)
    assert rows.name == name
    assert kind.permissions(Access.VIEW) == access.permissions_of(reactions.IMPORTS[name][0], Access.VIEW)
    assert callable(import_string(reactions.IMPORTS[name][1]))


def test_an_unknown_kind_is_none():
    with pytest.raises(KeyError):
        kinds.kind_named("dreams")


def test_a_file_waits_and_is_worked_through_in_the_name_of_who_handed_it_in(store):
    make_customer(store, card_number="111")
    kind = kinds.kind_named("points")
    job = kinds.hand_in(
        store, kind=kind, file=points("111", "222"), filename="gifts.xml", actor=ADMIN, at=NOON
    )
    assert (job.kind, job.processed, Event.objects.count()) == ("points", 0, 0)
    for _ in range(2):
        job = kinds.work_through(job, at=NOON)
    assert (job.state, job.succeeded, job.failed) == ("done", 1, 1)
    added = Event.objects.get(type__startswith="points.added")
    assert (added.actor_kind, added.actor_id) == ("admin", "1")


def test_a_broken_file_leaves_nothing_behind(store):
    with pytest.raises(BrokenFile):
        kinds.hand_in(
            store,
            kind=kinds.kind_named("points"),
            file=ContentFile(b"<x/>"),
            filename="x.xml",
            actor=ADMIN,
            at=NOON,
        )
    assert not ImportJob.objects.exists()
