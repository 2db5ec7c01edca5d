"""Forgetting customers: what goes, what stays, and who they are afterwards."""

from datetime import date

import pytest

from customers import (
    activation,
    devices,
    erasure,
    identification,
    invitations,
    ladder,
    levels,
    profile,
    registration,
    segments,
)
from customers.models import Customer, CustomerLabel, PushToken, Segment
from customers.refusals import CustomerAnonymized, CustomerDeleted
from customers.registration import Door
from loyalty import tokens
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.models import AuditEntry, Event, RefreshToken
from loyalty.refusals import NotFound
from tests.factories import NOON, make_customer, make_level, make_store
from tests.orders.factories import register, returning
from tests.wallet.ledgers import add, block, sums

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind=ActorKind.ADMIN, id="1", name="admin")
PERSONAL = {
    "first_name": "Alicia",
    "last_name": "Marker",
    "gender": "female",
    "birth_date": date(1990, 2, 1),
    "email": "Alicia@Example.com",
    "phone": "+48234234000",
    "card_number": "47834433524",
    "card_state": "with-card",
    "street": "Bagno",
    "address1": "1a",
    "address2": "12",
    "postal": "00-800",
    "city": "Warszawa",
    "province": "Mazowieckie",
    "country": "PL",
    "company_name": "Marker Ltd",
    "company_tax_id": "5170359458",
    "subscribed_at": NOON,
    "last_login_at": NOON,
}

WRITING = [
    lambda who: profile.update_profile(who, profile={"city": "X"}, at=NOON, actor=SYSTEM),
    lambda who: devices.add_token(who, "phone"),
]


@pytest.fixture
def alicia(store):
    customer = make_customer(store, agreement1=True, **PERSONAL)
    customer.set_password("her-password-1")
    customer.save()
    return customer


def fresh(customer):
    return Customer.objects.get(pk=customer.pk)


class TestAnonymising:
    def test_every_personal_value_goes_and_the_account_is_blocked(self, alicia):
        erased = erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        row = fresh(alicia)
        assert {name: getattr(row, name) for name in erasure.BLANK} == erasure.BLANK
        assert PERSONAL.keys() - erasure.BLANK.keys() == set()
        assert (row.status, row.anonymized_at, erased) == ("blocked", NOON, row)

    @pytest.mark.parametrize("write", [*WRITING, lambda who: activation.activate(who, at=NOON, actor=SYSTEM)])
    def test_who_is_blank_stays_blank_and_closed(self, alicia, write):
        looked = fresh(alicia)
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        before = Customer.objects.filter(pk=alicia.pk).values().get()
        with pytest.raises(CustomerAnonymized):
            write(looked)
        assert Customer.objects.filter(pk=alicia.pk).values().get() == before
        assert not PushToken.objects.exists()
        assert Event.objects.count() == 1

    def test_what_names_nobody_stays(self, alicia):
        add(alicia, 70)
        Customer.objects.filter(pk=alicia.pk).update(purchases_count=3)
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        row = fresh(alicia)
        assert (row.purchases_count, row.agreement1, row.created_at) == (3, True, alicia.created_at)
        assert sums(alicia) == {"available": "70.00", "earned": "70.00"}

    def test_what_hangs_on_the_customer_goes(self, store, alicia):
        bob = make_customer(store, "bob")
        for customer in (alicia, bob):
            CustomerLabel.objects.create(customer=customer, key="diet", value="vegan")
            PushToken.objects.create(customer=customer, token="device")
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        for model in (CustomerLabel, PushToken):
            assert [row.customer_id for row in model.objects.all()] == [bob.pk]

    @pytest.mark.parametrize("is_active", [True, False])
    def test_the_customer_leaves_every_segment(self, store, alicia, is_active):
        bob = make_customer(store, "bob")
        parts = [{"criteria": [{"type": "customer_list", "customers": [str(alicia.pk), str(bob.pk)]}]}]
        segment = segments.save_segment(store, values={"name": "all", "parts": parts}, at=NOON, actor=SYSTEM)
        segments.refresh(segment, at=NOON)
        Segment.objects.update(is_active=is_active)
        assert segment.members.count() == 2
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        segment.refresh_from_db()
        if is_active:
            segments.refresh(segment, at=NOON)
            segment.refresh_from_db()
        assert [member.customer_id for member in segment.members.all()] == [bob.pk]
        assert segment.customers_count == 1

    def test_invitations_lose_their_address_either_way_and_lead_nowhere(self, store, alicia):
        bob = make_customer(store, "bob")
        invitations.invite(alicia, email="friend@example.com", at=NOON, actor=SYSTEM)
        invitations.invite(bob, email="ALICIA@example.com", at=NOON, actor=SYSTEM)
        invitations.invite(bob, phone="+48 234 234 000", at=NOON, actor=SYSTEM)
        kept = invitations.invite(bob, email="other@example.com", at=NOON, actor=SYSTEM)
        tokens_before = set(invitations.invitations_of(store).values_list("token", flat=True))
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        addresses = {
            (row.recipient_email, row.recipient_email_key, row.recipient_phone): row.token
            for row in invitations.invitations_of(store)
        }
        assert addresses.keys() == {("", "", ""), ("other@example.com", "other@example.com", "")}
        still_good = tokens_before & set(invitations.invitations_of(store).values_list("token", flat=True))
        assert still_good == {kept.token}

    def test_segments_that_list_the_customer_by_address_forget_it(self, store, alicia):
        listed = ["alicia@example.com", "+48234234000", "47834433524", "bob@example.com", str(alicia.pk)]
        parts = [{"criteria": [{"type": "customer_list", "customers": listed}]}]
        segment = Segment.objects.create(store=store, name="chosen", parts=parts)
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        segment.refresh_from_db()
        assert segment.parts[0]["criteria"][0]["customers"] == ["bob@example.com", str(alicia.pk)]

    def test_every_session_ends(self, alicia):
        pair = tokens.log_in("customer", alicia, at=NOON)
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        assert tokens.refresh(pair.refresh, at=NOON) is None
        assert not RefreshToken.objects.exists()
        assert fresh(alicia).token_version == alicia.token_version + 1

    def test_it_is_said_once_without_a_value(self, alicia):
        for _ in range(2):
            erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        event, entry = Event.objects.get(), AuditEntry.objects.get()
        assert (event.type, event.payload, entry.username) == ("customer.anonymized", {}, "admin")
        assert fresh(alicia).version == 2

    def test_what_was_written_down_since_goes_too(self, alicia):
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        Customer.objects.filter(pk=alicia.pk).update(city="Marker")
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        assert fresh(alicia).city == ""

    def test_people_of_another_store_with_the_same_address_are_other_people(self, alicia):
        namesake = make_customer(make_store("OTHER"), "alicia", email=alicia.email, phone=alicia.phone)
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        row = fresh(namesake)
        assert (row.email, row.phone, row.status) == (alicia.email, alicia.phone, "active")


class TestDeleting:
    def test_a_deleted_customer_is_nobody(self, store, alicia):
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        row = fresh(alicia)
        assert {name: getattr(row, name) for name in erasure.BLANK} == erasure.BLANK
        assert (row.status, row.anonymized_at) == ("deleted", NOON)
        with pytest.raises(NotFound):
            identification.customer_of(store, alicia.pk)
        assert [event.type for event in Event.objects.all()] == ["customer.deleted"]

    def test_a_level_on_which_only_deleted_customers_stood_can_go(self, store, alicia):
        gold = make_level(store, "gold", 10)
        Customer.objects.filter(pk=alicia.pk).update(level=gold, level_is_manual=True)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        assert (fresh(alicia).level, fresh(alicia).level_is_manual) == (None, False)
        ladder.delete_level(gold, at=NOON, actor=ADMIN)

    @pytest.mark.parametrize(
        "write",
        WRITING,
    )
    def test_nothing_is_written_down_by_whoever_looked_before(self, alicia, write):
        looked = fresh(alicia)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        with pytest.raises(CustomerDeleted):
            write(looked)
        assert fresh(alicia).city == ""
        assert not PushToken.objects.exists()

    def test_no_level_is_given_to_nobody(self, store, alicia):
        gold = make_level(store, "gold", 100)
        looked = fresh(alicia)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        with pytest.raises(CustomerDeleted):
            levels.assign_manually(looked, gold.pk, at=NOON, actor=ADMIN)
        assert fresh(alicia).level is None

    def test_what_becomes_of_their_purchases_puts_them_on_no_level(self, store, alicia):
        make_level(store, "basic", 0)
        sale = register(store, of=alicia.card_number)
        assert fresh(alicia).level is not None
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        register(store, what=returning(sale, "10"))
        assert fresh(alicia).level is None

    def test_points_that_are_left_expire(self, alicia):
        add(alicia, 70)
        add(alicia, 30)
        block(alicia, 80)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        assert sums(alicia) == {"earned": "100.00", "expired": "100.00"}

    def test_pending_points_expire_too(self):
        store = make_store(all_time_not_locked=False, points_days_locked=7)
        alicia = make_customer(store, "alicia")
        add(alicia, 70)
        assert sums(alicia) == {"pending": "70.00"}
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        assert sums(alicia) == {"expired": "70.00"}

    @pytest.mark.parametrize("act", [erasure.anonymize, erasure.delete])
    def test_it_cannot_be_done_again(self, alicia, act):
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        before = Customer.objects.filter(pk=alicia.pk).values().get()
        with pytest.raises(CustomerDeleted):
            act(alicia, at=NOON, actor=ADMIN)
        assert Customer.objects.filter(pk=alicia.pk).values().get() == before
        assert Event.objects.count() == 1

    def test_an_anonymised_customer_can_still_be_deleted(self, alicia):
        erasure.anonymize(alicia, at=NOON, actor=ADMIN)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        assert fresh(alicia).status == "deleted"

    def test_the_address_is_free_and_links_nothing(self, store, alicia):
        add(alicia, 70)
        erasure.delete(alicia, at=NOON, actor=ADMIN)
        details = {"email": PERSONAL["email"], "phone": "+48234234000", "card_number": "47834433524"}
        again = registration.register_customer(store, door=Door.ADMIN, details=details, at=NOON, actor=SYSTEM)
        assert again.pk != alicia.pk
        assert sums(again) == {}
        assert identification.find_customer(store, email="alicia@example.com") == again


def test_a_failure_on_an_upper_floor_undoes_all_of_it(alicia, monkeypatch):
    monkeypatch.setattr("orders.erasure.forget", lambda traces: 1 / 0)
    before = Customer.objects.filter(pk=alicia.pk).values().get()
    with pytest.raises(ZeroDivisionError):
        erasure.delete(alicia, at=NOON, actor=ADMIN)
    assert Customer.objects.filter(pk=alicia.pk).values().get() == before
    assert not Event.objects.exists()
