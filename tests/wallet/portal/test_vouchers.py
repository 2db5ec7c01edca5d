"""Using a voucher in the portal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.actors import SYSTEM
from tests.customers.portal.members import enter, make_member, text_of
from tests.factories import make_customer, make_store
from tests.wallet.ledgers import sums
from wallet import vouchers
from wallet.models import PointsTransfer, Voucher
from wallet.vouchers import Terms

pytestmark = pytest.mark.django_db
PAGE = "/portal/voucher"


@pytest.fixture
def alice(store, client):
    alice = make_member(store)
    enter(client)
    return alice


def make_voucher(store, points="12.50", **terms) -> Voucher:
    return vouchers.create(store, Terms(Decimal(points), **terms), at=timezone.now(), actor=SYSTEM)


def use(client, code):
    return client.post(PAGE, {"code": code})


@pytest.mark.parametrize(
    "spell", [str, str.lower, vouchers.spell_code, lambda code: f" {code[:5]} {code[5:]} "]
)
def test_a_code_gives_its_points_however_it_is_spelled(client, alice, spell):
    response = use(client, spell(make_voucher(alice.store).code))
    assert response.status_code == 302
    assert sums(alice)["available"] == "12.50"
    assert "12.50 points are yours." in text_of(client.get(response.headers["Location"]))
    assert "Voucher" in text_of(client.get("/portal/history"))


def test_points_that_wait_are_said_to_wait(client):
    store = make_store(all_time_not_locked=False, points_days_locked=3)
    make_member(store)
    enter(client)
    response = use(client, make_voucher(store).code)
    assert "12.50 points are yours, usable from" in text_of(client.get(response.headers["Location"]))


def test_a_code_sent_twice_gives_once_and_is_not_refused(client, alice):
    code = make_voucher(alice.store).code
    first, second = use(client, code), use(client, code)
    assert first.headers["Location"] == second.headers["Location"]
    assert sums(alice)["available"] == "12.50"


def used_by_bob(store):
    voucher = make_voucher(store)
    vouchers.use(make_customer(store, "bob"), voucher.pk, at=timezone.now(), actor=SYSTEM, address="1.1.1.1")
    return voucher


def expired(store):
    voucher = make_voucher(store)
    Voucher.objects.filter(pk=voucher.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    return voucher


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (used_by_bob, "This voucher was used already."),
        (expired, "This voucher has expired."),
        (lambda store: make_voucher(store, for_wallet_id=make_customer(store, "bob").pk), "not valid"),
        (lambda store: make_voucher(make_store("NORTH")), "This code is not valid."),
    ],
)
def test_what_gives_nothing_is_said_at_the_field(client, alice, make, words):
    response = use(client, make(alice.store).code)
    assert response.status_code == 400
    assert words in text_of(response)
    assert 'aria-invalid="true"' in response.content.decode()
    assert sums(alice) == {}


@pytest.mark.parametrize("code", ["", "x", "\x00", "7" * 65, "ÄÖÜ", "' OR 1=1"])
def test_nonsense_is_no_voucher(client, alice, code):
    assert use(client, code).status_code == 400
    assert sums(alice) == {}


def test_guessing_is_throttled(client, alice):
    codes = [f"GUESS{number:08}" for number in range(11)]
    assert [use(client, code).status_code for code in codes][-1] == 429
    good = make_voucher(alice.store)
    response = use(client, good.code)
    assert response.status_code == 429
    assert "Too many attempts." in text_of(response)
    assert sums(alice) == {}


def test_nobody_sees_what_another_ones_voucher_gave(client, alice):
    used_by_bob(alice.store)
    batch = PointsTransfer.objects.get(voucher_id__isnull=False)
    assert "are yours" not in text_of(client.get(f"{PAGE}?done={batch.pk}"))
    assert "are yours" not in text_of(client.get(f"{PAGE}?done=x"))


def test_it_speaks_polish(client, alice):
    headers = {"Accept-Language": "pl"}
    assert "Użyj vouchera" in text_of(client.get(PAGE, headers=headers))
    response = client.post(PAGE, {"code": "nothing"}, headers=headers)
    assert "Ten kod jest nieprawidłowy." in text_of(response)
