"""Vouchers turn into points once, for whom they are meant, and tell guessers nothing."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from loyalty.refusals import InvalidInput
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import sums
from wallet import ledger, vouchers
from wallet.ledger.refusals import ExternalIdTaken, InvalidPoints
from wallet.models import PointsTransfer, Voucher
from wallet.vouchers import Terms, TooManyGuesses, UnknownVoucher, VoucherExpired, VoucherUsed

pytestmark = pytest.mark.django_db
NO_CODE = "7K3M-9QXT-4RWZP"
HOME = "192.0.2.1"


@pytest.fixture
def store():
    return make_store()


@pytest.fixture
def alice(store):
    return make_customer(store)


def create(store, amount="10", **terms):
    return vouchers.create(store, Terms(amount=Decimal(amount), **terms), at=NOON, actor=SYSTEM)


def use(customer, reference, *, at=NOON, address=HOME):
    return vouchers.use(customer, reference, at=at, actor=SYSTEM, address=address)


def test_a_voucher_becomes_a_batch(store, alice):
    voucher = create(store, "12.50", price=Decimal(10), points_expire_in_days=3, extra={"till": "4"})

    transfer = use(alice, voucher.pk)

    voucher.refresh_from_db()
    assert (voucher.used_at, voucher.used_by_id) == (NOON, alice.pk)
    assert sums(alice) == {"available": "12.50", "earned": "12.50"}
    assert (transfer.voucher_id, transfer.price, transfer.extra) == (voucher.pk, Decimal(10), {"till": "4"})
    assert transfer.expires_at.isoformat() == "2026-03-18T00:00:00+00:00"


def test_points_of_a_voucher_live_as_the_programme_says_unless_it_says_otherwise(alice, store):
    transfer = use(alice, create(store).pk)
    assert transfer.expires_at.isoformat() == "2026-04-14T00:00:00+00:00"


def test_a_code_is_read_as_people_write_it(store, alice):
    voucher = create(store)
    spelled = vouchers.spell_code(voucher.code).lower().replace("0", "o").replace("1", "l")

    assert use(alice, f" {spelled} ").value == Decimal(10)


def test_a_voucher_is_used_once(store, alice):
    voucher = create(store)
    use(alice, voucher.pk)

    for customer in (alice, make_customer(store)):
        with pytest.raises(VoucherUsed):
            use(customer, voucher.pk)

    assert sums(alice)["available"] == "10.00"


def test_the_wrong_wallet_does_not_burn_a_voucher(store, alice):
    bob = make_customer(store, "bob")
    voucher = create(store, for_wallet_id=alice.pk)

    with pytest.raises(UnknownVoucher):
        use(bob, voucher.pk)

    assert sums(bob) == {}
    assert use(alice, voucher.pk)


def test_unknown_and_foreign_vouchers_are_refused_alike(store, alice):
    foreign = create(make_store("OTHER"))

    for reference in (uuid4(), "0000000000000", "", foreign.pk, foreign.code):
        with pytest.raises(UnknownVoucher):
            use(alice, reference)

    assert not PointsTransfer.objects.exists()


def test_an_expired_voucher_is_refused_at_the_moment_it_expires(store, alice):
    voucher = create(store, expires_at=NOON + timedelta(hours=1))

    with pytest.raises(VoucherExpired):
        use(alice, voucher.pk, at=NOON + timedelta(hours=1))
    assert use(alice, voucher.pk, at=NOON + timedelta(minutes=59))


def test_guesses_are_counted_for_the_customer_whatever_the_address(store, alice):
    voucher = create(store)
    for number in range(10):
        with pytest.raises(UnknownVoucher):
            use(alice, uuid4(), address=f"192.0.2.{number}")

    with pytest.raises(TooManyGuesses):
        use(alice, voucher.pk, address="192.0.2.99")
    voucher.refresh_from_db()
    assert voucher.used_at is None


def test_many_right_ids_at_once_are_no_guesses(store, alice, monkeypatch):
    made, look = [create(store) for _ in range(2 * vouchers._PER_CUSTOMER)], vouchers._use

    def look_while_the_next_comes(*args, **kwargs):
        if made:
            use(alice, made.pop().pk)
        return look(*args, **kwargs)

    monkeypatch.setattr(vouchers, "_use", look_while_the_next_comes)
    use(alice, made.pop().pk)
    assert sums(alice)["available"] == "200.00"


def test_an_id_that_many_customers_of_one_partner_mistake_stops_nobody_else(store, alice):
    for number in range(vouchers._PER_ADDRESS + 1):
        with pytest.raises(UnknownVoucher):
            use(make_customer(store, f"c{number}"), uuid4())
    assert use(alice, create(store).pk)


def test_used_vouchers_are_no_guesses(store, alice):
    voucher = create(store)
    use(alice, voucher.pk)
    for _ in range(12):
        with pytest.raises(VoucherUsed):
            use(alice, voucher.pk)


def test_a_series_is_made_in_portions_with_codes_of_their_own(store, monkeypatch):
    monkeypatch.setattr(vouchers, "_CHUNK", 4)

    made = vouchers.create_series(
        store, Terms(amount=Decimal(5)), count=10, series="Fair 2026", at=NOON, actor=SYSTEM
    )

    codes = set(Voucher.objects.filter(series="Fair 2026").values_list("code", flat=True))
    assert made == len(codes) == 10
    assert {len(code) for code in codes} == {13}
    assert [row.payload["count"] for row in Event.objects.filter(type="voucher.created")] == [4, 4, 2]
    assert AuditEntry.objects.filter(event_type="voucher.created").count() == 3


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "NaN", "Infinity", "1e30"])
def test_an_amount_that_is_none_makes_no_voucher(store, amount):
    with pytest.raises(InvalidPoints):
        create(store, amount)
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("count", [0, -1, vouchers.MAX_AT_ONCE + 1])
def test_a_series_has_a_sensible_size(store, count):
    with pytest.raises(InvalidInput):
        vouchers.create_series(
            store, Terms(amount=Decimal(5)), count=count, series="x", at=NOON, actor=SYSTEM
        )


def test_no_voucher_is_made_for_yesterday_or_for_a_stranger(store):
    with pytest.raises(InvalidInput):
        create(store, expires_at=NOON)
    with pytest.raises(UnknownVoucher):
        create(store, for_wallet_id=make_customer(make_store("OTHER")).pk)
    assert not Voucher.objects.exists()


def test_a_right_code_is_no_guess_even_where_points_cannot_come(store, alice):
    voucher = create(store)
    taken = ledger.Origin(source=vouchers.SOURCE, external_id=str(voucher.pk))
    ledger.add(alice, Decimal(1), at=NOON, actor=SYSTEM, origin=taken)
    for _ in range(12):
        with pytest.raises(ExternalIdTaken):
            use(alice, voucher.pk)


def test_a_guess_counts_before_it_is_looked_at_so_that_none_slips_in_beside_it(store, alice, monkeypatch):
    for _ in range(9):
        with pytest.raises(UnknownVoucher):
            use(alice, NO_CODE)
    voucher, look, beside = create(store), vouchers._use, []

    def look_while_another_guesses(*args, **kwargs):
        monkeypatch.setattr(vouchers, "_use", look)
        with pytest.raises(TooManyGuesses):
            beside.append(use(alice, voucher.code))
        return look(*args, **kwargs)

    monkeypatch.setattr(vouchers, "_use", look_while_another_guesses)
    with pytest.raises(UnknownVoucher):
        use(alice, NO_CODE)
    assert beside == []


def test_who_guesses_on_uses_up_nothing_that_others_share(store, alice, monkeypatch):
    monkeypatch.setattr(vouchers, "_PER_STORE", 12)
    for _ in range(20):
        with pytest.raises((UnknownVoucher, TooManyGuesses)):
            use(alice, NO_CODE)

    assert use(make_customer(store, "bob"), create(store).code, address="192.0.2.7")
