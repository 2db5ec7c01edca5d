"""Series of vouchers, made a portion at a time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loyalty import outbox
from loyalty.actors import SYSTEM
from loyalty.models import OutboxMessage
from loyalty.refusals import InvalidInput
from tests.factories import NOON, make_store
from wallet import voucher_series
from wallet.ledger.refusals import InvalidPoints
from wallet.models import Voucher
from wallet.vouchers import Terms

pytestmark = pytest.mark.django_db
TERMS = Terms(
    Decimal("12.50"), price=Decimal("10.00"), expires_at=NOON + timedelta(days=30), points_expire_in_days=5
)


def order(store, count, *, series="spring", terms=TERMS):
    return voucher_series.order(store, terms, count=count, series=series, at=NOON, actor=SYSTEM)


@pytest.fixture
def by_tens(monkeypatch):
    monkeypatch.setattr(voucher_series, "PORTION", 10)


def deliver() -> int:
    return outbox.deliver_due(at=NOON + timedelta(days=60))


def test_a_small_series_is_made_at_once(store):
    assert order(store, 20) == 20
    assert Voucher.objects.filter(series="spring").count() == 20
    assert not OutboxMessage.objects.exists()
    assert voucher_series.newest(store) is None


def test_a_large_one_is_made_in_portions_that_follow_one_another(store, by_tens):
    assert order(store, 25) == 10
    assert voucher_series.newest(store) == voucher_series.Progress("spring", made=10, count=25)
    assert voucher_series.newest(store).is_running
    assert deliver() == 2
    assert not voucher_series.newest(store).is_running
    assert Voucher.objects.count() == 25
    assert len(set(Voucher.objects.values_list("code", flat=True))) == 25


def test_every_portion_has_the_terms_of_the_order(store, by_tens):
    order(store, 25)
    deliver()
    fields = ("amount", "price", "expires_at", "points_expire_in_days", "created_at", "series")
    assert set(Voucher.objects.values_list(*fields)) == {
        (Decimal("12.50"), Decimal("10.00"), TERMS.expires_at, 5, NOON, "spring")
    }


def test_terms_without_price_and_days_stay_without(store, by_tens):
    order(store, 15, terms=Terms(Decimal(1)))
    deliver()
    without = Voucher.objects.filter(price=None, expires_at=None, points_expire_in_days=None)
    assert without.count() == 15


def test_a_portion_that_fails_is_made_later_and_none_is_made_twice(store, by_tens, monkeypatch):
    order(store, 25)
    with monkeypatch.context() as patch:
        patch.setattr(Voucher.objects, "bulk_create", lambda made: 1 / 0)
        assert deliver() == 0
    assert Voucher.objects.count() == 10
    assert outbox.deliver_due(at=NOON + timedelta(days=61)) == 2
    assert Voucher.objects.count() == 25


def test_a_second_order_of_the_same_name_is_refused(store):
    order(store, 3)
    with pytest.raises(InvalidInput) as refused:
        order(store, 3)
    assert refused.value.at_field == "series"
    assert Voucher.objects.count() == 3
    assert order(make_store("NORTH"), 3) == 3


@pytest.mark.parametrize(
    ("count", "series", "terms", "refusal"),
    [
        (0, "a", TERMS, InvalidInput),
        (-1, "a", TERMS, InvalidInput),
        (100_001, "a", TERMS, InvalidInput),
        (1, "", TERMS, InvalidInput),
        (1, "a", Terms(Decimal(0)), InvalidPoints),
        (1, "a", Terms(Decimal(1), expires_at=NOON), InvalidInput),
    ],
)
def test_nonsense_is_refused_and_nothing_made(store, count, series, terms, refusal):
    with pytest.raises(refusal):
        order(store, count, series=series, terms=terms)
    assert not Voucher.objects.exists()
