"""The event store on the wire."""

import pytest
from django.utils import timezone

from loyalty.api.open_loyalty.events import NAMES
from loyalty.models import Event
from tests.callers import Caller, as_partner
from tests.factories import make_store

pytestmark = pytest.mark.django_db
CUSTOMER, TRANSFER = "00000000-0000-474c-b092-b0dd880c07e1", "e82c96cf-32a3-43bd-9034-4df343e5f333"


def make_event(store, kind="points.spent", **payload):
    return Event.objects.create(
        store=store,
        type=kind,
        subject_kind="customer",
        subject_id=CUSTOMER,
        actor_kind="system",
        payload=payload or {"transfer_id": TRANSFER, "points": "100.00", "balance": "0.00"},
        occurred_at=timezone.now(),
    )


def test_points_have_the_document_s_shape(store):
    row = make_event(store)
    body = as_partner(store, "AUDIT")("GET", "/api/event").json()
    assert body["total"] == 1
    event = body["events"][0]
    assert event["type"] == "OpenLoyalty.Domain.Account.Event.PointsWereSpent"
    assert (event["id"], event["uuid"]) == (row.pk, str(row.uuid))
    assert event["payload"]["accountId"] == {"accountId": CUSTOMER}
    transfer = event["payload"]["pointsTransfer"]
    assert transfer.pop("createdAt")[-6:] == "+00:00"
    assert transfer == {
        "id": {"pointsTransferId": TRANSFER},
        "value": 100,
        "canceled": False,
        "issuer": "system",
    }
    assert event["recorderOn"].endswith("+00:00")


def test_ids_of_other_events_are_wrapped(store):
    row = make_event(
        store, "customer.level_changed", level_id=TRANSFER, previous_level_id=CUSTOMER, move="up"
    )
    event = as_partner(store)("GET", f"/api/event/{row.pk}").json()
    assert event["type"] == "OpenLoyalty.Domain.User.Event.CustomerWasMovedToLevel"
    assert event["payload"] == {
        "customerId": {"customerId": CUSTOMER},
        "levelId": {"levelId": TRANSFER},
        "oldLevelId": {"levelId": CUSTOMER},
        "move": "up",
        "updateAt": row.occurred_at.isoformat(timespec="seconds"),
        "manually": False,
        "removeLevelManually": False,
    }


def test_amounts_of_other_events_are_numbers(store):
    row = make_event(store, "purchase.assigned", gross_value="4.99", points="8.00", document_number="0815")
    payload = as_partner(store)("GET", f"/api/event/{row.pk}").json()["payload"]
    assert (payload["grossValue"], payload["points"], payload["documentNumber"]) == (4.99, 8, "0815")


def test_a_level_given_by_hand_says_so(store):
    row = make_event(store, "customer.level_assigned", level_id=TRANSFER, previous_level_id=None)
    assert as_partner(store)("GET", f"/api/event/{row.pk}").json()["payload"]["manually"] is True


def test_lists_begin_at_an_id_and_leave_out_what_the_document_does_not_name(store):
    rows = [make_event(store) for _ in range(3)]
    make_event(store, "store.updated", fields=["name"])
    caller = as_partner(store)
    body = caller("GET", "/api/event", fromId=str(rows[1].pk)).json()
    assert [event["id"] for event in body["events"]] == [rows[1].pk, rows[2].pk]
    assert caller("GET", "/api/event", direction="DESC", perPage="1").json()["events"][0]["id"] == rows[2].pk
    assert caller("GET", "/api/event", fromId="x").status_code == 400


def test_events_of_other_stores_are_unknown(store):
    row = make_event(make_store("FOREIGN"))
    caller = as_partner(store)
    assert caller("GET", "/api/event").json()["total"] == 0
    for key in (row.pk, 999, "x", "-1", "9" * 30):
        assert caller("GET", f"/api/event/{key}").status_code == 404


def test_who_may(store):
    assert Caller()("GET", "/api/event").status_code == 401
    assert as_partner(store, "CUSTOMER")("GET", "/api/event").status_code == 403


@pytest.mark.parametrize("number", [1, 30])
def test_a_list_costs_the_same_for_many_rows(store, number, django_assert_num_queries):
    for _ in range(number):
        make_event(store)
    caller = as_partner(store)
    caller("GET", "/api/event")
    with django_assert_num_queries(3):
        assert len(caller("GET", "/api/event", perPage="30").json()["events"]) == number


def test_every_name_stands_for_an_event_of_the_house():
    import importlib
    import pkgutil

    import campaigns
    import customers
    import orders
    import wallet
    from loyalty.events import Event as Declared

    for package in (customers, wallet, campaigns, orders):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and ".management" not in module.name:
                importlib.import_module(module.name)
    assert set(NAMES) - set(Declared.registry) == set()
