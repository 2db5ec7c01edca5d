"""New customers: what is written, what is refused, what two at once may do."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from customers import refusals, registration
from customers.levels import UnknownLevel
from customers.models import Customer
from customers.registration import Door
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from loyalty.refusals import Refusal
from tests.factories import NOON, make_customer, make_level, make_pos, make_seller, make_store
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


def register(store, *, door=Door.ADMIN, password="", is_active=None, **details):
    details.setdefault("first_name", "Alice")
    details.setdefault("last_name", "Doe")
    return registration.register_customer(
        store, door=door, details=details, at=NOON, actor=SYSTEM, password=password, is_active=is_active
    )


def test_everything_said_is_written_down_and_a_wallet_is_opened(store):
    bronze = make_level(store)
    shop, seller = make_pos(store), make_seller(store)
    alice = register(
        store,
        gender="female",
        birth_date=date(1990, 1, 1),
        email=" Alice@Example.com ",
        phone="+48 234 234 000",
        card_number=" 0000 4711 ",
        address={"street": "Bagno", "city": "Warszawa", "postal": "00-000", "country": "PL"},
        company={"name": "Doe", "tax_id": "111-222-33-44"},
        labels=[
            {"key": "vip", "value": "yes"},
            {"key": "vip", "value": "yes"},
            {"key": "vip", "value": "no"},
        ],
        agreement1=True,
        agreement3=True,
        point_of_sale_id=shop.pk,
        seller_id=seller.pk,
        created_at=datetime(2017, 1, 1, 14, 15, 16, tzinfo=UTC),
    )
    row = Customer.objects.get(pk=alice.pk)
    assert (row.email, row.email_key, row.phone) == ("Alice@Example.com", "alice@example.com", "+48234234000")
    assert (row.card_number, row.birth_date, row.gender) == ("0000 4711", date(1990, 1, 1), "female")
    assert (row.street, row.city, row.company_name, row.company_tax_id) == (
        "Bagno",
        "Warszawa",
        "Doe",
        "111-222-33-44",
    )
    assert (row.agreement1, row.agreement2, row.agreement3) == (True, False, True)
    assert (row.level, row.level_is_manual, row.point_of_sale, row.seller) == (bronze, False, shop, seller)
    assert row.created_at == datetime(2017, 1, 1, 14, 15, 16, tzinfo=UTC)
    assert [str(label) for label in row.labels.all()] == ["vip:yes", "vip:no"]
    assert Wallet.objects.filter(pk=row.pk, store=store).exists()


def test_the_event_tells_the_door_and_no_personal_value(store):
    alice = register(store, email="alice@example.com", phone="+48234234000")
    event = Event.objects.get(type="customer.registered")
    assert (event.subject_kind, event.subject_id) == ("customer", str(alice.pk))
    assert event.payload == {"by": "admin", "status": "active", "level_id": None}
    assert "alice" not in str(AuditEntry.objects.get().data).lower()


@pytest.mark.parametrize(
    ("door", "required", "status"),
    [
        (Door.ADMIN, True, "active"),
        (Door.SELLER, True, "active"),
        (Door.PARTNER, True, "active"),
        (Door.SELF, True, "new"),
        (Door.SELF, False, "active"),
    ],
)
def test_only_those_who_come_by_themselves_may_have_to_activate(db, door, required, status):
    store = make_store(account_activation_required=required)
    assert register(store, door=door).status == status


@pytest.mark.parametrize(("is_active", "status"), [(True, "active"), (False, "new")])
def test_an_import_may_say_the_state_itself(store, is_active, status):
    assert register(store, door=Door.IMPORT, is_active=is_active).status == status


def test_a_level_given_at_registration_is_a_floor(store):
    make_level(store)
    gold = make_level(store, "gold", 500)
    alice = register(store, level_id=gold.pk)
    assert (alice.level, alice.level_is_manual) == (gold, True)


def test_customers_without_contacts_do_not_collide(store):
    for _ in range(2):
        register(store, email="", phone="", card_number="")
    assert Customer.objects.filter(email_key=None, phone=None, card_number=None).count() == 2


@pytest.mark.parametrize(
    ("details", "refusal", "field"),
    [
        ({"email": " ALICE@Example.COM"}, refusals.EmailTaken, "email"),
        ({"phone": "+48 234-234-000"}, refusals.PhoneTaken, "phone"),
        ({"phone": "0048234234000"}, refusals.PhoneTaken, "phone"),
        ({"card_number": " ab 4711 "}, refusals.CardNumberTaken, "card_number"),
        ({"card_number": "AB4711"}, refusals.CardNumberTaken, "card_number"),
        ({"card_number": "aB47 11"}, refusals.CardNumberTaken, "card_number"),
        ({"email": "new@example.com\u200b"}, refusals.EmailInvalid, "email"),
        ({"birth_date": date(2099, 1, 1)}, refusals.InvalidProfileField, "birth_date"),
        ({"created_at": NOON + timedelta(days=2)}, refusals.InvalidProfileField, "created_at"),
        ({"address": {"country": "ZZ"}}, refusals.InvalidProfileField, "country"),
        ({"email": "no address"}, refusals.EmailInvalid, "email"),
        ({"phone": "+440000000"}, refusals.PhoneInvalid, "phone"),
        ({"phone": "call me"}, refusals.PhoneInvalid, "phone"),
        ({"first_name": "x" * 256}, refusals.InvalidProfileField, "first_name"),
        ({"last_name": "nul\x00"}, refusals.InvalidProfileField, "last_name"),
        ({"card_number": "1" * 129}, refusals.InvalidProfileField, "card_number"),
        ({"gender": "martian"}, refusals.InvalidProfileField, "gender"),
        ({"password": "short"}, refusals.PasswordTooWeak, "password"),
        ({"password": "password123"}, refusals.PasswordTooWeak, "password"),
    ],
)
def test_a_refused_registration_writes_nothing(store, details, refusal, field):
    make_customer(store, "alice", email="Alice@example.com", phone="+48234234000", card_number="ab 4711")
    with pytest.raises(refusal) as refused:
        register(store, **details)
    assert refused.value.at_field == field
    assert (Customer.objects.count(), Wallet.objects.count(), Event.objects.count()) == (1, 1, 0)


def test_what_belongs_to_another_store_is_unknown_here(store):
    other = make_store("OTHER")
    for details, refusal in (
        ({"point_of_sale_id": make_pos(other).pk}, refusals.UnknownPointOfSale),
        ({"seller_id": make_seller(other).pk}, refusals.UnknownSeller),
        ({"level_id": make_level(other).pk}, UnknownLevel),
    ):
        with pytest.raises(refusal):
            register(store, **details)
    assert not Customer.objects.exists()


def test_the_same_address_may_join_another_store(store):
    make_customer(make_store("OTHER"), "alice", email="alice@example.com", phone="+48234234000")
    assert register(store, email="alice@example.com", phone="+48234234000").store == store


def test_a_password_is_kept_hashed_and_opens_the_account(store):
    alice = register(store, email="alice@example.com", password="correct horse battery")
    row = Customer.objects.get(pk=alice.pk)
    assert "correct" not in row.password
    assert row.check_password("correct horse battery")


def test_registering_costs_the_same_however_many_there_are(store):
    make_level(store)
    costs = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            register(store, email=f"first{number}@example.com")
        costs.append(len(queries))
        for _ in range(30):
            make_customer(store, "bob")
    assert costs[0] == costs[1]


@pytest.mark.torture
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"email": "alice@example.com"}, "customer.email_taken"),
        ({"phone": "+48234234000"}, "customer.phone_taken"),
        ({"card_number": "4711"}, "customer.card_taken"),
    ],
)
def test_of_many_registrations_at_once_one_succeeds(details, code):
    store = make_store()
    make_level(store)
    together = threading.Barrier(8, timeout=60)

    def try_it(number: int) -> str:
        try:
            together.wait(timeout=30)
            register(store, first_name=f"Alice{number}", **details)
            return "registered"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(try_it, range(8)))
    assert outcomes == sorted([code] * 7 + ["registered"])
    assert (Customer.objects.count(), Wallet.objects.count()) == (1, 1)
    assert Event.objects.filter(type="customer.registered").count() == 1
