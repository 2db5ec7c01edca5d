"""Customers' passwords: forgotten, reset, changed."""

import pytest
from django.core import mail
from django.utils import timezone

from customers import passwords
from customers.models import Customer
from loyalty import codes, knocks, tokens
from loyalty import passwords as rules
from loyalty.actors import Actor, ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.models import AuditEntry, Event, OneTimeCode, StaffUser
from tests.factories import NOON, make_customer, make_staff, make_store
from tests.post import deliver, mails_to, token_in
from tests.statements import noting_statements

pytestmark = pytest.mark.django_db
OLD, NEW = "correct horse battery", "Example321!@#"
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


@pytest.fixture
def alice(store):
    alice = make_customer(
        store, "alice", email="alice@example.com", phone="+48500100200", card_number="9912345678"
    )
    alice.set_password(OLD)
    alice.save()
    return alice


def ask(store, identifier="alice@example.com"):
    passwords.request_reset(store, identifier=identifier, at=NOON, address=HERE)


def reset(store, raw, password=NEW):
    return passwords.reset(raw, password=password, at=timezone.now(), address=HERE, store=store)


def link_for(customer):
    holder = Holder.customer(customer.pk, customer.store_id)
    return codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=timezone.now())


def stored():
    return Customer.objects.get()


class TestForgotten:
    @pytest.mark.parametrize("identifier", ["ALICE@example.com", "+48 500 100 200", "9912345678"])
    def test_a_link_comes_and_sets_a_new_password(self, store, alice, identifier):
        ask(store, identifier)
        deliver()
        (message,) = mails_to("alice@example.com")
        assert "/portal/DEFAULT/reset-password/" in message.body
        assert reset(store, token_in(message.body)) == alice
        assert stored().check_password(NEW)

    def test_the_link_comes_by_text_message_where_the_programme_prefers_it(self, capsys):
        store = make_store("TEXT", preferred_communication_method="sms")
        bob = make_customer(store, email="bob@example.com", phone="+48500100200")
        ask(store, "bob@example.com")
        deliver()
        assert not mail.outbox
        assert reset(store, token_in(capsys.readouterr().out)) == bob

    @pytest.mark.parametrize("status", ["blocked", "deleted"])
    def test_who_has_no_open_account_gets_nothing(self, store, alice, status):
        Customer.objects.update(status=status)
        ask(store)
        ask(store, "nobody@example.com")
        ask(make_store("OTHER"))
        assert deliver() == 3
        assert not mail.outbox
        assert not OneTimeCode.objects.exists()

    def test_known_blocked_and_unknown_accounts_cost_the_same_statements(self, store, alice):
        make_customer(store, email="bob@example.com", status="blocked")
        costs = []
        for _ in range(2):  # the second within a minute
            for name in ("alice", "bob", "nobody"):
                with noting_statements() as statements:
                    ask(store, f"{name}@example.com")
                costs.append(statements)
        assert costs[0] == costs[1] == costs[2]
        assert costs[3] == costs[4] == costs[5]
        assert costs[0] != costs[3]

    def test_an_event_tells_nothing_about_who_was_typed(self, store, alice):
        ask(store)
        ask(store, "nobody@example.com")
        known, unknown = Event.objects.order_by("id").values()
        assert (known["subject_id"], unknown["subject_id"]) == (str(alice.pk), str(knocks.NOBODY))
        for column in ("type", "store_id", "subject_kind", "actor_kind", "payload"):
            assert known[column] == unknown[column]

    def test_an_account_gets_one_message_a_minute_however_it_is_named(self, store, alice):
        for identifier in ("alice@example.com", "+48500100200", "9912345678"):
            ask(store, identifier)
        deliver()
        assert len(mail.outbox) == 1

    def test_an_address_that_asks_all_the_time_is_refused(self, store):
        for number in range(100):
            ask(store, f"name{number}@example.com")
        with pytest.raises(knocks.TooManyRequests):
            ask(store)


class TestReset:
    def test_everything_that_rests_on_the_old_password_ends(self, store, alice):
        pair = tokens.log_in("customer", alice, at=timezone.now())
        raw = link_for(alice)
        reset(store, raw)
        with pytest.raises(tokens.InvalidToken):
            tokens.read_access(pair.access)
        assert tokens.refresh(pair.refresh, at=timezone.now()) is None
        entry = AuditEntry.objects.get()
        assert (entry.event_type, entry.entity_id, entry.data) == (
            "customer.password_changed",
            str(alice.pk),
            {},
        )
        with pytest.raises(codes.UnknownCode):
            reset(store, raw)

    def test_a_weak_password_leaves_the_link_good(self, store, alice):
        raw = link_for(alice)
        with pytest.raises(rules.PasswordTooWeak):
            reset(store, raw, password="example123!@#")
        assert stored().check_password(OLD)
        assert reset(store, raw)

    def test_a_new_customer_stays_new(self, store, alice):
        Customer.objects.update(status="new")
        assert reset(store, link_for(alice)).status == "new"

    def test_who_was_blocked_meanwhile_keeps_the_old_password(self, store, alice):
        raw = link_for(alice)
        Customer.objects.update(status="blocked")
        with pytest.raises(codes.UnknownCode):
            reset(store, raw)
        assert stored().check_password(OLD)

    def test_a_store_takes_links_of_its_own_customers_only(self, store, alice):
        boss = Holder(kind=ActorKind.ADMIN, id=make_staff().pk, store_id=None)
        of_staff = codes.issue_link(Purpose.PASSWORD_RESET, holder=boss, at=timezone.now())
        foreign = link_for(make_customer(make_store("OTHER")))
        for raw in (of_staff, foreign, "x" * 43):
            with pytest.raises(codes.UnknownCode):
                reset(store, raw)
        assert StaffUser.objects.get().check_password("open")

    def test_where_no_store_is_named_the_links_of_everybody_are_taken(self, store, alice):
        boss = Holder(kind=ActorKind.ADMIN, id=make_staff().pk, store_id=None)
        of_staff = codes.issue_link(Purpose.PASSWORD_RESET, holder=boss, at=timezone.now())
        for raw in (of_staff, link_for(alice)):
            passwords.reset_anybodys(raw, password=NEW, at=timezone.now(), address=HERE)
        assert stored().check_password(NEW)
        assert StaffUser.objects.get().check_password(NEW)


class TestChange:
    def change(self, alice, current=OLD, new=NEW):
        actor = Actor(kind=ActorKind.CUSTOMER, id=str(alice.pk))
        return passwords.change(alice, current=current, new=new, at=NOON, actor=actor)

    def test_the_new_password_counts_and_the_returned_customer_can_open_a_session(self, alice):
        changed = self.change(alice)
        assert stored().check_password(NEW)
        assert changed.token_version == stored().token_version > alice.token_version

    @pytest.mark.parametrize(
        ("current", "new", "refusal"),
        [("wrong", NEW, rules.WrongCurrentPassword), (OLD, "weak", rules.PasswordTooWeak)],
    )
    def test_a_refused_change_changes_nothing(self, alice, current, new, refusal):
        with pytest.raises(refusal):
            self.change(alice, current, new)
        assert (stored().password, stored().token_version) == (alice.password, alice.token_version)
        assert not Event.objects.exists()

    def test_an_account_without_password_has_none_to_prove(self, alice):
        Customer.objects.update(password="")
        with pytest.raises(rules.WrongCurrentPassword):
            self.change(stored(), current="")

    def test_who_found_an_open_session_cannot_guess_the_password(self, alice):
        for _ in range(10):
            with pytest.raises(rules.WrongCurrentPassword):
                self.change(alice, current="wrong")
        with pytest.raises(rules.TooManyWrongPasswords):
            self.change(alice)
