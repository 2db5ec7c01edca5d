"""Groups of new customers: what a single registration promises holds for each, for few statements; the bad stay out."""

import threading
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from customers import intake
from customers.intake import Applicant
from customers.models import Customer
from customers.registration import Door
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event, OutboxMessage
from loyalty.refusals import Refusal
from tests.factories import NOON, make_customer, make_level, make_pos, make_seller, make_store
from tests.statements import noting_statements
from wallet.models import Wallet


def person(email, *, is_active=True, wants_activation=False, **details):
    return Applicant(
        details={"email": email, **details}, is_active=is_active, wants_activation=wants_activation
    )


def register(store, *people):
    return intake.register_group(store, people, door=Door.IMPORT, at=NOON, actor=SYSTEM)


def codes(told):
    return [each.code if isinstance(each, Refusal) else "" for each in told]


@pytest.mark.django_db
def test_each_gets_what_a_registration_promises(store):
    start, shop, seller = make_level(store), make_pos(store), make_seller(store)
    told = register(
        store,
        person(
            "Alice@example.com",
            first_name="Alice",
            birth_date=date(1990, 2, 1),
            phone="+48 234 234 000",
            card_number=" 4711 ",
            address={"city": "Gdynia"},
            labels=[
                {"key": "vip", "value": "yes"},
                {"key": "vip", "value": "yes"},
                {"key": "size", "value": ""},
            ],
            point_of_sale_id=shop.pk,
            seller_id=seller.pk,
        ),
        person("b@example.com", is_active=False),
    )
    alice, bob = (Customer.objects.get(pk=each) for each in told)
    assert (alice.email_key, alice.phone, alice.card_number) == ("alice@example.com", "+48234234000", "4711")
    assert (alice.birth_date, alice.city, alice.first_name) == (date(1990, 2, 1), "Gdynia", "Alice")
    assert (alice.point_of_sale, alice.seller) == (shop, seller)
    assert [str(label) for label in alice.labels.all()] == ["vip:yes", "size:"]
    assert (alice.status, bob.status) == ("active", "new")
    for customer in (alice, bob):
        assert (customer.level, customer.level_changed_at, customer.created_at) == (start, NOON, NOON)
        assert (customer.level_is_manual, customer.updated_at is not None) == (False, True)
        assert Wallet.objects.get(pk=customer.pk).store_id == store.pk
        said = Event.objects.get(subject_id=str(customer.pk))
        assert (said.type, said.payload) == (
            "customer.registered",
            {"by": "import", "status": customer.status, "level_id": str(start.pk)},
        )
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
def test_a_level_by_hand_and_a_wish_for_activation_are_done_as_for_one(store):
    start, gold = make_level(store), make_level(store, "gold", condition="100")
    (told,) = register(
        store, person("a@example.com", is_active=False, wants_activation=True, level_id=gold.pk)
    )
    alice = Customer.objects.get(pk=told)
    assert (alice.level, alice.level_is_manual, alice.version) == (gold, True, 2)
    payloads = dict(Event.objects.values_list("type", "payload"))
    assert payloads["customer.registered"]["level_id"] == str(start.pk)
    assert payloads["customer.level_assigned"]["previous_level_id"] == str(start.pk)
    assert "customer.activation_requested" in payloads
    assert OutboxMessage.objects.filter(event__type="customer.activation_requested").exists()


@pytest.mark.django_db
def test_who_is_refused_stays_out_and_the_others_land(store):
    make_customer(store, email="known@example.com", phone="+48234234001", card_number="1")
    make_customer(make_store("OTHER"), email="elsewhere@example.com")
    foreign, old = make_pos(make_store("THIRD")), make_level(store, "old", is_active=False)
    told = register(
        store,
        person("KNOWN@example.com"),
        person("p@example.com", phone="+48 234 234 001"),
        person("c@example.com", card_number="1"),
        person("elsewhere@example.com"),
        person("no address"),
        person("x@example.com", point_of_sale_id=foreign.pk),
        person("y@example.com", seller_id=uuid4()),
        person("z@example.com", level_id=old.pk),
        person("long@example.com", first_name="x" * 256),
        person("last@example.com"),
    )
    assert codes(told) == [
        "customer.email_taken",
        "customer.phone_taken",
        "customer.card_taken",
        "",
        "customer.email_invalid",
        "customer.point_of_sale_unknown",
        "customer.seller_unknown",
        "level.unknown",
        "customer.field_invalid",
        "",
    ]
    landed = Customer.objects.filter(pk__in=[each for each in told if isinstance(each, UUID)])
    assert set(landed.values_list("email", flat=True)) == {"elsewhere@example.com", "last@example.com"}
    assert Event.objects.count() == Wallet.objects.count() - 2 == 2


@pytest.mark.django_db
def test_of_two_who_share_a_contact_the_first_who_is_not_refused_is_registered(store):
    told = register(
        store,
        person("a@example.com", seller_id=uuid4()),
        person("A@example.com", phone="+48234234000"),
        person("a@example.com"),
        person("b@example.com", phone="+48 234 234 000"),
        person("b@example.com"),
    )
    assert codes(told) == [
        "customer.seller_unknown",
        "",
        "customer.email_taken",
        "customer.phone_taken",
        "",
    ]


@pytest.mark.django_db
def test_nobody_is_no_trouble(store):
    assert register(store) == []
    assert register(store, person("no address"))[0].code == "customer.email_invalid"
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_thirty_cost_as_many_statements_as_two(store):
    make_level(store)
    gold, shop, seller = make_level(store, "gold", condition="9"), make_pos(store), make_seller(store)

    def statements(count):
        people = [
            person(
                f"p{count}-{number}@example.com",
                phone=f"00{count}{number:04d}",
                card_number=f"{count}-{number}",
                labels=[{"key": "batch", "value": str(number)}],
                level_id=gold.pk,
                point_of_sale_id=shop.pk,
                seller_id=seller.pk,
            )
            for number in range(count)
        ]
        with noting_statements() as found:
            told = register(store, *people)
        assert codes(told) == [""] * count
        return found

    assert statements(30) == statements(2)


@pytest.mark.django_db(transaction=True)
def test_somebody_registered_at_the_same_moment_is_never_there_twice():
    store = make_store()
    people = [person(f"p{number}@example.com") for number in range(30)]
    ready, outcomes = threading.Barrier(2, timeout=60), []

    def run():
        try:
            ready.wait(timeout=30)
            with events.atomic():
                outcomes.append(codes(register(store, *people)))
        except IntegrityError:
            outcomes.append("clash")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [""] * 30 in outcomes
    assert any(each in outcomes for each in ("clash", ["customer.email_taken"] * 30))
    assert Customer.objects.count() == Wallet.objects.count() == Event.objects.count() == 30
