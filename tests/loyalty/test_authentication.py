"""Log-ins of staff and sellers are on record; failures name nobody."""

import pytest

from loyalty import authentication
from loyalty.actors import ActorKind
from loyalty.models import AuditEntry, Event
from tests.factories import NOON, make_seller, make_staff

pytestmark = pytest.mark.django_db


def test_a_log_in_says_who_came_in(store):
    boss, sam = make_staff("boss"), make_seller(store, email="sam@example.com")
    authentication.note_success(boss, at=NOON)
    authentication.note_success(sam, at=NOON)
    recorded = AuditEntry.objects.order_by("id").values_list(
        "event_type", "actor_kind", "username", "entity_type", "entity_id", "store_id"
    )
    assert list(recorded) == [
        ("authentication.success", "admin", "boss", "user", str(boss.pk), None),
        ("authentication.success", "seller", "sam@example.com", "user", str(sam.pk), store.pk),
    ]
    assert Event.objects.count() == 2


def test_a_failure_names_nobody(store):
    authentication.note_failure(ActorKind.SELLER, store_id=store.pk, at=NOON)
    entry = AuditEntry.objects.get()
    assert (entry.event_type, entry.actor_kind, entry.store_id) == (
        "authentication.failure",
        "seller",
        store.pk,
    )
    assert (entry.username, entry.actor_id, entry.entity_id, entry.data) == ("", "", "", {})
