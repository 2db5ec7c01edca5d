"""One-time codes: good once, for one person, for half an hour, and not to be guessed."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from loyalty import codes, throttles
from loyalty.actors import ActorKind
from loyalty.codes import Holder, Purpose, TooManyGuesses, UnknownCode
from loyalty.models import OneTimeCode
from tests.factories import NOON, make_store

HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


def somebody(store):
    return Holder.customer(uuid.uuid4(), store.pk)


def redeem(raw, store, *, purpose=Purpose.ACTIVATION, at=NOON, address=HERE, holder=None):
    store_id = store.pk if store else None
    return codes.redeem(purpose, raw, store_id=store_id, at=at, address=address, holder=holder)


def is_refused(raw, store, **options):
    with pytest.raises(UnknownCode):
        redeem(raw, store, **options)
    return True


@pytest.mark.django_db
class TestRedeeming:
    @pytest.mark.parametrize("issue", [codes.issue_link, codes.issue_digits])
    def test_a_code_is_good_once_and_gone(self, store, issue):
        alice = somebody(store)
        raw = issue(Purpose.ACTIVATION, holder=alice, at=NOON, value="new@example.com")
        redeemed = redeem(raw, store)
        assert (redeemed.holder, redeemed.value) == (alice, "new@example.com")
        assert not OneTimeCode.objects.exists()
        assert is_refused(raw, store)

    def test_what_is_stored_is_no_code(self, store):
        raw = codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        row = OneTimeCode.objects.get()
        assert len(raw) == 6
        assert raw.isdigit()
        assert raw not in str({field.attname: getattr(row, field.attname) for field in row._meta.fields[1:6]})

    def test_a_code_lasts_half_an_hour(self, store):
        raw = codes.issue_link(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        assert is_refused(raw, store, at=NOON + timedelta(minutes=30))
        assert redeem(raw, store, at=NOON + timedelta(minutes=29, seconds=59))

    def test_a_new_code_ends_the_one_before(self, store):
        alice = somebody(store)
        first = codes.issue_link(Purpose.ACTIVATION, holder=alice, at=NOON)
        second = codes.issue_digits(Purpose.ACTIVATION, holder=alice, at=NOON)
        assert is_refused(first, store)
        assert redeem(second, store).holder == alice

    def test_codes_for_other_purposes_stay(self, store):
        alice = somebody(store)
        activation = codes.issue_link(Purpose.ACTIVATION, holder=alice, at=NOON)
        reset = codes.issue_link(Purpose.PASSWORD_RESET, holder=alice, at=NOON)
        assert is_refused(activation, store, purpose=Purpose.PASSWORD_RESET)
        assert redeem(activation, store)
        assert redeem(reset, store, purpose=Purpose.PASSWORD_RESET)

    @pytest.mark.parametrize("issue", [codes.issue_link, codes.issue_digits])
    def test_another_store_does_not_know_the_code_and_does_not_use_it_up(self, store, issue):
        raw = issue(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        assert is_refused(raw, make_store("OTHER"))
        assert redeem(raw, store)

    def test_somebody_elses_code_is_refused_and_stays_good_for_its_owner(self, store):
        alice, bob = somebody(store), somebody(store)
        raw = codes.issue_digits(Purpose.CONTACT_CHANGE, holder=alice, at=NOON)
        assert is_refused(raw, store, purpose=Purpose.CONTACT_CHANGE, holder=bob)
        assert redeem(raw, store, purpose=Purpose.CONTACT_CHANGE, holder=alice)

    def test_a_link_of_staff_is_good_where_no_store_is_named_and_nowhere_else(self, store):
        boss = Holder(kind=ActorKind.ADMIN, id=uuid.uuid4(), store_id=None)
        raw = codes.issue_link(Purpose.PASSWORD_RESET, holder=boss, at=NOON)
        assert is_refused(raw, store, purpose=Purpose.PASSWORD_RESET)
        assert redeem(raw, None, purpose=Purpose.PASSWORD_RESET).holder == boss

    def test_digits_that_somebody_has_are_dealt_to_nobody_else(self, store, monkeypatch):
        dealt = iter([7, 7, 8])
        monkeypatch.setattr(codes.secrets, "randbelow", lambda limit: next(dealt))
        assert codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON) == "000007"
        assert codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON) == "000008"

    def test_withdrawn_codes_are_worthless(self, store):
        alice = somebody(store)
        reset = codes.issue_link(Purpose.PASSWORD_RESET, holder=alice, at=NOON)
        activation = codes.issue_link(Purpose.ACTIVATION, holder=alice, at=NOON)
        codes.withdraw(alice, purpose=Purpose.PASSWORD_RESET)
        assert is_refused(reset, store, purpose=Purpose.PASSWORD_RESET)
        codes.withdraw(alice)
        assert is_refused(activation, store)

    @pytest.mark.parametrize("raw", ["", "x", "\x00", "\ud800", "9" * 5000, "000000"])
    def test_anything_else_is_unknown(self, store, raw):
        codes.issue_link(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        assert is_refused(raw, store)
        assert OneTimeCode.objects.count() == 1


@pytest.mark.django_db
class TestKeptValues:
    def test_a_kept_value_has_no_code_until_it_is_renewed(self, store):
        alice = somebody(store)
        codes.keep(Purpose.CONTACT_CHANGE, "+48500100200", holder=alice, at=NOON)
        assert codes.kept(Purpose.CONTACT_CHANGE, holder=alice) == "+48500100200"
        raw, value = codes.renew(Purpose.CONTACT_CHANGE, holder=alice, at=NOON, as_digits=True)
        assert (len(raw), value) == (6, "+48500100200")
        assert redeem(raw, store, purpose=Purpose.CONTACT_CHANGE, holder=alice).value == value
        assert codes.kept(Purpose.CONTACT_CHANGE, holder=alice) is None

    def test_renewing_ends_the_code_before_and_starts_its_half_hour_anew(self, store):
        alice, later = somebody(store), NOON + timedelta(hours=2)
        codes.keep(Purpose.CONTACT_CHANGE, "new@example.com", holder=alice, at=NOON)
        first, _ = codes.renew(Purpose.CONTACT_CHANGE, holder=alice, at=NOON, as_digits=False)
        second, _ = codes.renew(Purpose.CONTACT_CHANGE, holder=alice, at=later, as_digits=False)
        assert is_refused(first, store, purpose=Purpose.CONTACT_CHANGE, at=later)
        assert redeem(second, store, purpose=Purpose.CONTACT_CHANGE, at=later + timedelta(minutes=29))

    def test_nothing_kept_is_nothing_renewed(self, store):
        renewed = codes.renew(Purpose.CONTACT_CHANGE, holder=somebody(store), at=NOON, as_digits=True)
        assert renewed is None

    def test_renewed_digits_are_nobody_elses(self, store, monkeypatch):
        dealt = iter([7, 7, 8])
        monkeypatch.setattr(codes.secrets, "randbelow", lambda limit: next(dealt))
        codes.issue_digits(Purpose.CONTACT_CHANGE, holder=somebody(store), at=NOON)
        alice = somebody(store)
        codes.keep(Purpose.CONTACT_CHANGE, "+48500100200", holder=alice, at=NOON)
        raw, _ = codes.renew(Purpose.CONTACT_CHANGE, holder=alice, at=NOON, as_digits=True)
        assert raw == "000008"


@pytest.mark.django_db
class TestGuessing:
    def test_the_eleventh_wrong_code_from_an_address_closes_it_even_for_the_right_one(self, store):
        raw = codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        for _ in range(10):
            assert is_refused("x", store)
        with pytest.raises(TooManyGuesses):
            redeem(raw, store)
        assert redeem(raw, store, address="198.51.100.7")

    def test_many_addresses_together_get_no_more_than_the_store_allows(self, store):
        raw = codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        for number in range(300):
            assert is_refused("x", store, address=f"10.0.{number}.1")
        with pytest.raises(TooManyGuesses):
            redeem(raw, store, address="10.9.9.9")
        other = make_store("OTHER")
        theirs = codes.issue_digits(Purpose.ACTIVATION, holder=somebody(other), at=NOON)
        assert redeem(theirs, other, address="10.9.9.9")

    def test_right_codes_are_never_counted(self, store):
        for _ in range(25):
            raw = codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
            assert redeem(raw, store)
        assert not throttles.is_blocked(f"code:activation:{store.pk}:{HERE}", limit=1)

    def test_somebody_who_must_be_the_holder_closes_only_their_own_way(self, store):
        alice, bob = somebody(store), somebody(store)
        raw = codes.issue_digits(Purpose.CONTACT_CHANGE, holder=alice, at=NOON)
        for _ in range(10):
            assert is_refused("x", store, purpose=Purpose.CONTACT_CHANGE, holder=bob)
        with pytest.raises(TooManyGuesses):
            redeem("x", store, purpose=Purpose.CONTACT_CHANGE, holder=bob)
        assert redeem(raw, store, purpose=Purpose.CONTACT_CHANGE, holder=alice)

    def test_links_are_too_long_to_guess_and_are_counted_by_address_only(self, store):
        raw = codes.issue_link(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
        for _ in range(99):
            assert is_refused("x" * 43, store)
        assert redeem(raw, store)


def at_once(work, times):
    def run(number):
        try:
            return work(number)
        except (UnknownCode, TooManyGuesses) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_show_one_code_at_once_one_succeeds(store):
    raw = codes.issue_link(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
    outcomes = at_once(lambda number: redeem(raw, store, address=f"10.0.0.{number}"), 8)
    assert outcomes.count(UnknownCode) == 7


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_looked_up_no_more_often_than_the_limit(store):
    codes.issue_digits(Purpose.ACTIVATION, holder=somebody(store), at=NOON)
    outcomes = at_once(lambda number: redeem("x", store), 40)
    assert (outcomes.count(UnknownCode), outcomes.count(TooManyGuesses)) == (10, 30)


@pytest.mark.django_db(transaction=True)
def test_a_person_who_asks_twice_at_once_has_one_code(store):
    alice = somebody(store)
    raws = at_once(lambda number: codes.issue_link(Purpose.ACTIVATION, holder=alice, at=NOON), 8)
    assert OneTimeCode.objects.count() == 1
    outcomes = at_once(lambda number: redeem(raws[number], store, address=f"10.0.0.{number}"), 8)
    assert outcomes.count(UnknownCode) == 7
