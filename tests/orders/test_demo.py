"""The demo programme: everything through the front door, and everything once."""

import csv
import gzip
import socket
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import EarningRule
from customers.authentication import verify_password
from customers.models import Customer, Level
from loyalty.models import PointOfSale, Seller, StaffUser, Store
from orders.demo import people, programme, story
from orders.management.commands import demo
from orders.models import Purchase
from wallet import verification
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BASKETS = 420


@pytest.fixture
def short_sample(tmp_path, monkeypatch):
    """The sample's first baskets."""
    path = tmp_path / "short.csv.gz"
    seen: set[str] = set()
    with gzip.open(story.SAMPLE, "rt") as whole, gzip.open(path, "wt", newline="") as part:
        rows = csv.DictReader(whole)
        out = csv.DictWriter(part, rows.fieldnames or [])
        out.writeheader()
        for row in rows:
            seen.add(row["basket_id"])
            if len(seen) > BASKETS:
                break
            out.writerow(row)
    monkeypatch.setattr(story, "SAMPLE", path)


@pytest.fixture
def served(monkeypatch):
    """Where the command would have served."""
    calls = []
    monkeypatch.setattr(demo.DemoServer, "__init__", lambda self, **options: calls.append(options))
    monkeypatch.setattr(demo.DemoServer, "run", lambda self: None)
    return calls


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def counts():
    models = (Store, StaffUser, Seller, PointOfSale, Level, EarningRule, Customer, Purchase, PointsTransfer)
    return {model.__name__: model.objects.count() for model in models}


def test_the_demo_is_a_year_of_a_programme_that_ended_yesterday(short_sample, served, capsys):
    call_command("demo", port=free_port())

    found = counts()
    assert found["Purchase"] > BASKETS
    assert (found["Level"], found["EarningRule"], found["PointOfSale"]) == (4, 9, 8)
    yesterday = datetime.now(tz=Store.objects.get().programme.zone).date() - timedelta(days=1)
    newest = Purchase.objects.latest("purchased_at").purchased_at
    assert newest.astimezone(Store.objects.get().programme.zone).date() == yesterday
    assert not Purchase.objects.filter(customer=None).exists()
    kinds = set(PointsTransfer.objects.values_list("kind", flat=True))
    assert kinds == {"adding", "spending"}
    assert Purchase.objects.filter(document_type="return").exists()
    assert list(verification.find_drifts()) == []

    out = capsys.readouterr().out
    assert "baskets of" in out
    for told in (
        *programme.ADMIN,
        *people.CUSTOMER,
        *programme.SELLER,
        "/cockpit/",
        "/portal/",
        "/api/docs/",
    ):
        assert told in out
    assert len(served) == 1

    call_command("demo", port=free_port())
    assert counts() == found


def test_the_people_of_the_demo_can_log_in(short_sample, served):
    call_command("demo", port=free_port())

    store = Store.objects.get()
    username, password = programme.ADMIN
    admin = StaffUser.objects.get(username=username)
    assert (username, password) == ("admin", "open")
    assert admin.check_password("open")
    assert admin.is_superuser
    email, password = people.CUSTOMER
    customer = verify_password(store, identifier=email, password=password)
    assert customer is not None
    assert customer.purchases_count > 5
    email, password = programme.SELLER
    assert Seller.objects.get(email=email).check_password(password)


def test_an_empty_demo_has_a_store_an_administrator_and_a_level(served, capsys):
    for _ in range(2):
        call_command("demo", port=free_port(), empty=True)

    found = counts()
    assert {name: count for name, count in found.items() if count} == {"Store": 1, "StaffUser": 1, "Level": 1}
    assert Level.objects.get().condition_value == 0
    assert (Store.objects.get().code, Store.objects.get().currency) == ("DEFAULT", "EUR")
    assert "admin / open" in capsys.readouterr().out


def test_a_taken_port_is_told_at_once(served):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="Cannot serve"):
            call_command("demo", port=taken.getsockname()[1])

    assert counts()["Store"] == 0
    assert served == []


def test_the_first_moment_lies_a_year_before_the_last_day(db):
    store = programme.make_store(at=NOW)
    programme.dress_store(store, at=NOW)

    first = story.first_moment(store, last_day=date(2026, 11, 20))

    assert first.isoformat() == "2025-11-20T00:00:00+01:00"
