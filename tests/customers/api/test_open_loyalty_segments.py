"""The Open Loyalty routes of segments, and the files of who is in a segment or on a level."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import segments
from customers.models import Segment
from loyalty.models import Event
from tests.callers import Caller, as_partner, as_person
from tests.campaigns.factories import make_rule
from tests.customers.segmenting import criterion, make_segment, members, one_of
from tests.factories import make_customer, make_level, make_pos, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}
BLANK = {"errors": ["This value should not be blank."]}
INVALID = {"errors": ["This value is not valid."]}
EVERYBODY = one_of(criterion("transaction_count", min=0, max=99))
BIRTHDAY = criterion("anniversary", days="2", anniversaryType="registration")


@pytest.fixture(params=["json", "form"])
def admin(request, store):
    return as_person(make_staff(), "admin", encoding=request.param)


def body(*parts, **changes):
    return {
        "segment": {"name": "testsm", "active": "1", "description": "desc", "parts": list(parts), **changes}
    }


def children(answer):
    assert answer.status_code == 400, answer.content
    return answer.json()["form"]["children"]


def at(answer, *path):
    here = children(answer)
    for name in path[:-1]:
        here = here[name]["children"]
    return here[path[-1]]


def test_a_segment_is_made_as_the_document_says_and_shown(admin, store):
    shop = make_pos(store)
    parts = [
        one_of(BIRTHDAY, criterion("transaction_amount", fromAmount="10", toAmount="50.50")),
        one_of(
            criterion("bought_in_pos", posIds=[str(shop.pk)]),
            criterion("bought_labels", labels=[{"key": "a", "value": "b"}]),
            criterion("customer_has_labels_with_values", labels=[{"key": "c", "value": "d"}]),
            criterion("customer_has_labels", labels=[{"key": "e"}]),
            criterion("purchase_period", fromDate="2026-01-01", toDate="2026-01-31"),
            criterion("transaction_percent_in_pos", posId=str(shop.pk), percent="50"),
            criterion("bought_skus", skuIds=["x", "y"]),
        ),
    ]
    answer = admin("POST", f"{BASE}/segment", body(*parts))
    segment = Segment.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"segmentId": str(segment.pk)})
    shown = admin("GET", f"{BASE}/segment/{segment.pk}").json()
    assert {name: shown[name] for name in shown if name not in {"parts", "createdAt"}} == {
        "segmentId": str(segment.pk),
        "name": "testsm",
        "description": "desc",
        "active": True,
        "customersCount": 0,
        "averageTransactionAmount": 0,
        "averageTransactions": 0,
        "averageClv": 0,
        "currency": "EUR",
    }
    ids = [part.pop("segmentPartId") for part in shown["parts"]]
    ids += [each.pop("criterionId") for part in shown["parts"] for each in part["criteria"]]
    assert len(set(ids)) == 11
    first, second = (part["criteria"] for part in shown["parts"])
    assert first == [
        {"type": "anniversary", "anniversaryType": "registration", "days": 2},
        {"type": "transaction_amount", "fromAmount": 10, "toAmount": 50.5},
    ]
    assert second == [
        {"type": "bought_in_pos", "posIds": [str(shop.pk)]},
        {"type": "bought_labels", "labels": [{"key": "a", "value": "b"}]},
        {"type": "customer_with_labels_values", "labels": [{"key": "c", "value": "d"}]},
        {"type": "customer_has_labels", "labels": [{"key": "e"}]},
        {"type": "purchase_period", "fromDate": "2026-01-01", "toDate": "2026-01-31"},
        {"type": "transaction_percent_in_pos", "posId": str(shop.pk), "percent": 50},
        {"type": "bought_skus", "skuIds": ["x", "y"]},
    ]


def test_what_was_shown_can_be_sent_back(admin, store):
    segment = make_segment(store, EVERYBODY, one_of(criterion("bought_makers", makers=["Farm"])))
    shown = admin("GET", f"{BASE}/segment/{segment.pk}").json()
    events = Event.objects.count()
    for name in ("segmentId", "createdAt", "customersCount", "currency"):
        del shown[name]
    answer = admin("PUT", f"{BASE}/segment/{segment.pk}", {"segment": shown})
    assert (answer.status_code, answer.json()) == (200, {"segmentId": str(segment.pk)})
    assert Segment.objects.get().parts == segment.parts
    assert Event.objects.count() == events


def test_members_and_count_follow_what_is_written(admin, store, django_capture_on_commit_callbacks):
    make_customer(store, "alice", purchases_count=2, purchases_amount=Decimal("44.97"))
    make_customer(store, "bob")
    wanted = one_of(criterion("transaction_count", min="1", max="9"))
    with django_capture_on_commit_callbacks(execute=True):
        segment_id = admin("POST", f"{BASE}/segment", body(wanted)).json()["segmentId"]
    shown = admin("GET", f"{BASE}/segment/{segment_id}").json()
    assert (shown["customersCount"], shown["averageClv"], shown["averageTransactions"]) == (1, 44.97, 2)
    assert shown["averageTransactionAmount"] == 22.49
    listed = admin("GET", f"{BASE}/segment/{segment_id}/customers").json()
    assert listed["total"] == 1
    found = listed["customers"][0]
    assert (found["segmentId"], found["segmentName"], found["firstName"]) == (segment_id, "testsm", "Alice")
    assert (found["status"]["type"], found["transactionsAmount"]) == ("active", 44.97)
    details = admin("GET", f"{BASE}/customer/{found['customerId']}").json()
    assert details["segments"] == [{"segmentId": segment_id, "name": "testsm"}]
    with django_capture_on_commit_callbacks(execute=True):
        assert admin("POST", f"{BASE}/segment/{segment_id}/deactivate").status_code == 204
    assert admin("GET", f"{BASE}/segment/{segment_id}").json()["customersCount"] == 0
    assert admin("GET", f"{BASE}/segment/{segment_id}/customers").json() == {"customers": [], "total": 0}
    assert admin("GET", f"{BASE}/customer/{found['customerId']}").json()["segments"] == []
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin("POST", f"{BASE}/segment/{segment_id}/activate")
    assert (answer.status_code, answer.content) == (204, b"")
    assert admin("GET", f"{BASE}/segment/{segment_id}").json()["customersCount"] == 1


@pytest.mark.parametrize(
    ("written", "place", "shown"),
    [
        (criterion("anniversary", anniversaryType="birthday"), "days", BLANK),
        (criterion("anniversary", anniversaryType="name", days="1"), "anniversaryType", None),
        (criterion("transaction_count", min="3", max="2"), "max", None),
        (criterion("transaction_count", min="-3", max="2"), "min", INVALID),
        (criterion("transaction_count", min="1", max="2", posId=NOWHERE), "posId", INVALID),
        (criterion("transaction_percent_in_pos", posId=NOWHERE, percent="5"), "posId", INVALID),
        (criterion("purchase_period", fromDate="yesterday", toDate="2026-01-01"), "fromDate", INVALID),
        (criterion("transaction_amount", fromAmount="1.234", toAmount="2"), "fromAmount", INVALID),
        (criterion("nonsense"), "type", {"errors": ["The value you selected is not a valid choice."]}),
        ({"days": "1"}, "type", BLANK),
    ],
)
def test_bad_input_is_a_400_at_its_field_and_makes_nothing(admin, written, place, shown):
    answer = admin("POST", f"{BASE}/segment", body(one_of(BIRTHDAY), one_of(BIRTHDAY, written)))
    found = at(answer, "parts", "1", "criteria", "1", place)
    assert found == shown if shown else found["errors"]
    assert not Segment.objects.exists()
    assert not Event.objects.exists()


def test_lists_are_refused_at_the_item_that_is_wrong(admin, store):
    shops = criterion("bought_in_pos", posIds=[str(make_pos(store).pk), NOWHERE])
    found = at(
        admin("POST", f"{BASE}/segment", body(one_of(shops))), "parts", "0", "criteria", "0", "posIds", "1"
    )
    assert found == INVALID
    people = criterion("customer_list", customers=["nobody@example.com"])
    found = at(
        admin("POST", f"{BASE}/segment", body(one_of(people))),
        "parts",
        "0",
        "criteria",
        "0",
        "customers",
        "0",
    )
    assert found == {"errors": ["Customer does not exist."]}


def test_a_name_and_parts_are_needed(admin):
    found = children(admin("POST", f"{BASE}/segment", {}))
    assert (found["name"], found["parts"]) == (BLANK, BLANK)
    found = children(
        admin("POST", f"{BASE}/segment", {"segment": {"name": "x", "parts": {"0": {"criteria": ""}}}})
    )
    assert found["parts"]["children"]["0"]["children"]["criteria"] == BLANK


def test_segments_are_listed_sorted_and_paged(admin, store):
    for name in ("beta", "alpha", "gamma"):
        make_segment(store, EVERYBODY, name=name)
    make_segment(make_store("OTHER"), EVERYBODY, name="foreign")
    listed = admin("GET", f"{BASE}/segment").json()
    assert ([each["name"] for each in listed["segments"]], listed["total"]) == (["alpha", "beta", "gamma"], 3)
    listed = admin("GET", f"{BASE}/segment", perPage="1", page="2", sort="name", direction="DESC").json()
    assert ([each["name"] for each in listed["segments"]], listed["total"]) == (["beta"], 3)
    assert admin("GET", f"{BASE}/segment", sort="parts").status_code == 400


def test_members_are_filtered_sorted_and_paged(admin, store):
    for name in ("carol", "alice", "bob"):
        make_customer(store, name, last_name=name.capitalize())
    segment = make_segment(store, EVERYBODY)
    address = f"{BASE}/segment/{segment.pk}/customers"
    listed = admin("GET", address, perPage="2").json()
    assert ([each["firstName"] for each in listed["customers"]], listed["total"]) == (["Alice", "Bob"], 3)
    listed = admin("GET", address, firstName="aro").json()
    assert [each["firstName"] for each in listed["customers"]] == ["Carol"]
    assert admin("GET", address, sort="password").status_code == 400


@pytest.mark.parametrize("path", ["/segment", "/segment/{id}/customers"])
def test_lists_cost_the_same_for_one_and_for_thirty(store, path):
    admin = as_partner(store)
    segment = make_segment(store, EVERYBODY)

    def statements(more):
        for _ in range(more):
            make_customer(store)
            make_segment(store, EVERYBODY)
        segments.refresh(segment, at=segment.created_at)
        with CaptureQueriesContext(connection) as captured:
            assert admin("GET", BASE + path.format(id=segment.pk), perPage="50").status_code == 200
        return len(captured)

    statements(0)  # the first use of a token is written down
    assert statements(1) == statements(29)


def rows_of(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_files_hold_the_customers_of_a_segment_and_of_a_level(store):
    level = make_level(store, "gold")
    make_customer(store, "alice", level=level, first_name="=cmd()", phone="+48600700800", purchases_count=1)
    make_customer(store, "bob")
    segment = make_segment(store, one_of(criterion("transaction_count", min=1, max=9)))
    admin = as_person(make_staff(), "admin")
    for address in (f"{BASE}/csv/segment/{segment.pk}", f"{BASE}/csv/level/{level.pk}"):
        (row,) = rows_of(admin("GET", address))
        assert (row["firstName"], row["phone"], row["level"]) == ("'=cmd()", "+48600700800", "gold")
        assert (row["transactionsCount"], row["transactionsAmount"]) == ("1", "0.00")


def test_a_file_needs_the_right_to_download(store):
    segment, level = make_segment(store, EVERYBODY), make_level(store)
    for resource, allowed in (("SEGMENT_EXPORT", "segment"), ("LEVEL", "level"), ("SEGMENT", None)):
        partner = as_partner(store, resource)
        for kind, row in (("segment", segment), ("level", level)):
            expected = 200 if kind == allowed else 403
            assert partner("GET", f"{BASE}/csv/{kind}/{row.pk}").status_code == expected


def test_a_segment_is_deleted_unless_something_is_offered_to_it(admin, store):
    used, unused = make_segment(store, EVERYBODY), make_segment(store, EVERYBODY)
    make_rule(make_level(store)).segments.add(used)
    answer = admin("DELETE", f"{BASE}/segment/{unused.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused = admin("DELETE", f"{BASE}/segment/{used.pk}")
    assert (refused.status_code, list(refused.json())) == (400, ["error"])
    assert list(Segment.objects.all()) == [used]


ROUTES = [
    ("GET", "/segment/{id}"),
    ("PUT", "/segment/{id}"),
    ("DELETE", "/segment/{id}"),
    ("POST", "/segment/{id}/activate"),
    ("POST", "/segment/{id}/deactivate"),
    ("GET", "/segment/{id}/customers"),
    ("GET", "/csv/segment/{id}"),
    ("GET", "/csv/level/{id}"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_unknown_segment_is_a_404_and_so_is_one_of_another_store(admin, method, path):
    foreign = make_segment(make_store("OTHER"), EVERYBODY)
    before = Segment.objects.values().get()
    for unknown in (NOWHERE, "no-id", foreign.pk):
        answer = admin(method, BASE + path.format(id=unknown), body(EVERYBODY))
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert Segment.objects.values().get() == before


@pytest.mark.parametrize(("method", "path"), [*ROUTES[:-1], ("GET", "/segment"), ("POST", "/segment")])
def test_segments_are_for_staff_alone(store, method, path):
    segment = make_segment(store, EVERYBODY)
    before = Segment.objects.values().get()
    callers = (
        as_person(make_seller(store), "seller"),
        as_person(make_customer(store), "customer"),
        as_partner(store, "CUSTOMER"),
    )
    for caller in callers:
        assert caller(method, BASE + path.format(id=segment.pk), body(EVERYBODY)).status_code == 403
    assert Caller()(method, BASE + path.format(id=segment.pk)).status_code == 401
    assert Segment.objects.values().get() == before
    assert members(segment) == set()
