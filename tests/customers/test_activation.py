"""Opening and closing accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from customers import activation, registration
from customers.models import Customer
from customers.refusals import CustomerDeleted, PhoneMissing
from customers.registration import Door
from loyalty import codes, knocks
from loyalty.actors import SYSTEM
from loyalty.codes import Holder, Purpose
from loyalty.messages.sending import Channel
from loyalty.models import Event, OneTimeCode
from tests.factories import NOON, make_customer, make_store
from tests.post import code_in, deliver, mails_to, token_in
from tests.statements import noting_statements

pytestmark = pytest.mark.django_db
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


@pytest.mark.parametrize("status", ["new", "blocked"])
def test_activating_opens_the_account_once(store, status):
    alice = make_customer(store, status=status)
    for _ in range(2):
        assert activation.activate(alice, at=NOON, actor=SYSTEM).is_active
    assert Event.objects.filter(type="customer.activated").count() == 1


def test_deactivating_blocks_once_and_ends_every_session(store):
    alice = make_customer(store)
    before = alice.token_version
    for _ in range(2):
        activation.deactivate(alice, at=NOON, actor=SYSTEM)
    row = Customer.objects.get(pk=alice.pk)
    assert (row.status, row.token_version, row.version) == ("blocked", before + 1, 2)
    assert Event.objects.filter(type="customer.deactivated").count() == 1


@pytest.mark.parametrize("change", [activation.activate, activation.deactivate])
def test_a_deleted_customer_stays_deleted(store, change):
    alice = make_customer(store, status="deleted")
    with pytest.raises(CustomerDeleted):
        change(alice, at=NOON, actor=SYSTEM)
    assert Customer.objects.get(pk=alice.pk).status == "deleted"
    assert not Event.objects.exists()


def make_waiting(store, **fields):
    return make_customer(
        store, "alice", email=fields.pop("email", "alice@example.com"), status="new", **fields
    )


def strict_store(**settings):
    return make_store("STRICT", account_activation_required=True, **settings)


def register(store, **details):
    details = {"first_name": "Alice", "email": "alice@example.com", **details}
    return registration.register_customer(
        store, door=Door.SELF, details=details, password="Example321!@#", at=NOON, actor=SYSTEM
    )


def use(store, raw, *, address=HERE):
    return activation.activate_with_code(store, raw, at=timezone.now(), address=address)


class TestRegisteringOneself:
    def test_a_link_comes_by_e_mail_and_opens_the_account(self):
        store = strict_store()
        alice = register(store)
        assert alice.status == "new"
        assert deliver() == 1
        (message,) = mails_to("alice@example.com")
        assert f"/portal/STRICT/activate/{token_in(message.body)}" in message.body
        assert use(store, token_in(message.body)).is_active
        activated = Event.objects.get(type="customer.activated")
        assert (activated.actor_kind, activated.actor_id) == ("customer", str(alice.pk))

    def test_a_code_comes_by_text_message_where_the_programme_prefers_it(self, capsys):
        store = strict_store(preferred_communication_method="sms")
        register(store, phone="+48500100200")
        deliver()
        assert not mail.outbox
        assert use(store, code_in(capsys.readouterr().out.partition("\n")[2])).is_active

    def test_who_has_no_phone_is_written_an_e_mail(self):
        register(strict_store(preferred_communication_method="sms"))
        deliver()
        assert len(mails_to("alice@example.com")) == 1

    def test_where_nobody_asks_for_activation_nothing_is_sent(self, store):
        assert register(store).is_active
        deliver()
        assert not mail.outbox

    @pytest.mark.parametrize("door", [Door.ADMIN, Door.SELLER, Door.IMPORT, Door.PARTNER])
    def test_who_is_registered_by_others_is_not_asked(self, door):
        details = {"email": "alice@example.com"}
        registration.register_customer(strict_store(), door=door, details=details, at=NOON, actor=SYSTEM)
        deliver()
        assert not mail.outbox

    def test_no_event_and_no_row_of_the_outbox_holds_the_token(self):
        register(strict_store())
        deliver()
        token = token_in(mail.outbox[0].body)
        assert token not in str(list(Event.objects.values()))
        assert token not in str(list(OneTimeCode.objects.values()))


class TestCodes:
    @pytest.fixture
    def issue(self, store):
        def issue(customer, as_digits=False):
            holder = Holder.customer(customer.pk, customer.store_id)
            make = codes.issue_digits if as_digits else codes.issue_link
            return make(Purpose.ACTIVATION, holder=holder, at=timezone.now())

        return issue

    @pytest.mark.parametrize("as_digits", [True, False])
    def test_wrong_used_old_and_foreign_ones_are_refused_alike(self, store, issue, as_digits):
        alice, bob = make_waiting(store), make_customer(make_store("OTHER"), status="new")
        used, foreign = issue(alice, as_digits), issue(bob, as_digits)
        use(store, used)
        carol = make_customer(store, status="new")
        old = issue(carol, as_digits)
        OneTimeCode.objects.filter(holder_id=carol.pk).update(
            expires_at=timezone.now() - timedelta(seconds=1)
        )
        words = set()
        for raw in (used, foreign, old, "nonsense", "x" * 43):
            with pytest.raises(codes.UnknownCode) as refused:
                use(store, raw)
            words.add(str(refused.value))
        assert len(words) == 1
        assert Customer.objects.filter(status="new").count() == 2

    @pytest.mark.parametrize("status", ["blocked", "deleted", "active"])
    def test_who_was_closed_or_opened_by_staff_meanwhile_stays_so(self, store, issue, status):
        alice = make_waiting(store)
        raw = issue(alice)
        Customer.objects.update(status=status)
        with pytest.raises(codes.UnknownCode):
            use(store, raw)
        assert Customer.objects.get().status == status

    def test_a_reset_token_activates_nothing(self, store):
        holder = Holder.customer(make_waiting(store).pk, store.pk)
        raw = codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=timezone.now())
        with pytest.raises(codes.UnknownCode):
            use(store, raw)

    def test_guessing_is_slow(self, store, issue):
        raw = issue(make_waiting(store), as_digits=True)
        for _ in range(10):
            with pytest.raises(codes.UnknownCode):
                use(store, "x")
        with pytest.raises(codes.TooManyGuesses):
            use(store, raw)
        assert Customer.objects.get().status == "new"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_code_at_once_one_activates(store):
    holder = Holder.customer(make_waiting(store).pk, store.pk)
    raw = codes.issue_link(Purpose.ACTIVATION, holder=holder, at=timezone.now())

    def attempt(_):
        try:
            return use(store, raw).is_active
        except codes.UnknownCode:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert Event.objects.filter(type="customer.activated").count() == 1


class TestAskingForAnother:
    def test_staff_send_a_code_by_text_message(self, store, capsys):
        alice = make_waiting(store, phone="+48500100200")
        activation.request_activation(alice, at=NOON, actor=SYSTEM, channel=Channel.SMS)
        deliver()
        assert use(store, code_in(capsys.readouterr().out.partition("\n")[2])) == alice

    def test_a_text_message_needs_a_number(self, store):
        with pytest.raises(PhoneMissing):
            activation.request_activation(make_waiting(store), at=NOON, actor=SYSTEM, channel=Channel.SMS)
        assert not Event.objects.exists()

    @pytest.mark.parametrize("status", ["active", "blocked", "deleted"])
    def test_who_is_not_new_is_sent_nothing(self, store, status):
        alice = make_customer(store, status=status)
        activation.request_activation(alice, at=NOON, actor=SYSTEM, channel=Channel.SMS)
        assert not Event.objects.exists()

    def test_who_cannot_be_reached_is_sent_nothing(self, store):
        activation.request_activation(make_waiting(store, email=""), at=NOON, actor=SYSTEM)
        assert not Event.objects.exists()

    def ask(self, store, identifier):
        activation.ask_for_activation(store, identifier=identifier, at=NOON, address=HERE)

    @pytest.mark.parametrize("identifier", ["Alice@example.com", "+48 500 100 200", "9912345678"])
    def test_a_new_customer_gets_another_message(self, store, identifier):
        make_waiting(store, phone="+48500100200", card_number="9912345678")
        self.ask(store, identifier)
        deliver()
        assert use(store, token_in(mails_to("alice@example.com")[0].body)).is_active

    @pytest.mark.parametrize("status", ["active", "blocked", "deleted"])
    def test_nobody_else_does(self, store, status):
        Customer.objects.filter(pk=make_waiting(store).pk).update(status=status)
        self.ask(store, "alice@example.com")
        self.ask(store, "nobody@example.com")
        assert deliver() == 2
        assert not mail.outbox
        assert not OneTimeCode.objects.exists()

    def test_new_active_and_unknown_ones_cost_the_same_statements(self, store):
        make_waiting(store)
        make_customer(store, email="bob@example.com")
        costs = []
        for _ in range(2):  # the second within a minute
            for name in ("alice", "bob", "nobody"):
                with noting_statements() as statements:
                    self.ask(store, f"{name}@example.com")
                costs.append(statements)
        assert costs[0] == costs[1] == costs[2]
        assert costs[3] == costs[4] == costs[5]
        assert Event.objects.count() == 3

    def test_who_asks_again_within_a_minute_gets_one_message(self, store):
        make_waiting(store)
        for identifier in ("alice@example.com", "ALICE@example.com"):
            self.ask(store, identifier)
        deliver()
        assert len(mail.outbox) == 1

    def test_an_address_that_asks_all_the_time_is_refused(self, store):
        for number in range(100):
            self.ask(store, f"name{number}@example.com")
        with pytest.raises(knocks.TooManyRequests):
            self.ask(store, "alice@example.com")
