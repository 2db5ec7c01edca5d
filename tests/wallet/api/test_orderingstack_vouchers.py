"""Vouchers in the Wallet2 dialect: made for anybody or one wallet, used once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.callers import as_partner, as_person
from tests.factories import make_customer, make_store
from tests.wallet.ledgers import sums
from tests.wallet2 import BASE, NOWHERE, at_wallet, opened, refused
from wallet.models import Voucher

pytestmark = pytest.mark.django_db
VOUCHER = f"{BASE}/voucher"
MINE = f"{BASE}/me/voucher"


@pytest.fixture
def partner(store):
    return as_partner(store, "ROLE_WALLET_VOUCHER")


@pytest.fixture
def alice(store):
    return opened(make_customer(store))


def make(partner, **fields):
    answer = partner("POST", VOUCHER, {"amount": 50, **fields})
    assert answer.status_code == 201, answer.content
    return answer.json()


def use(partner, customer, voucher):
    return partner("POST", at_wallet(customer, "/voucher"), {"voucher": voucher["id"]})


def test_a_voucher_is_shown_as_it_was_made(partner, alice):
    said = {
        "expires": "2099-08-24T14:15:22Z",
        "pointsExpireInDays": 30,
        "forWallet": str(alice.pk),
        "price": 9.99,
        "extra": {"campaign": "spring"},
    }
    made = make(partner, **said)
    assert {name: made[name] for name in said} == said
    assert set(made) == {"id", "code", "amount", "created", *said}
    bare = make(partner)
    assert (bare["expires"], bare["pointsExpireInDays"], bare["forWallet"], bare["extra"]) == (
        None,
        None,
        None,
        {},
    )


def test_a_voucher_becomes_points_once(store, partner, alice):
    voucher = make(partner, price=10, pointsExpireInDays=2, extra={"a": 1})
    used = use(partner, alice, voucher)
    assert used.status_code == 200
    batch = used.json()
    assert (batch["amount"], batch["price"], batch["extra"]) == (50, 10, {"a": 1})
    assert batch["expires"] is not None
    again = use(partner, opened(make_customer(store, "bob")), voucher)
    assert refused(again) == (409, "voucher.used")
    assert sums(alice)["available"] == "50.00"


def test_a_voucher_for_one_wallet_is_not_burnt_by_another(store, partner, alice):
    bob = opened(make_customer(store, "bob"))
    voucher = make(partner, forWallet=str(alice.pk))
    assert refused(use(partner, bob, voucher)) == (404, "voucher.unknown")
    assert use(partner, alice, voucher).status_code == 200
    assert sums(bob) == {}


def test_unknown_foreign_and_expired_vouchers_are_refused(partner, alice):
    foreign = make(as_partner(make_store("OTHER")))
    for voucher in ({"id": NOWHERE}, foreign):
        assert refused(use(partner, alice, voucher)) == (404, "voucher.unknown")
    expired = make(partner, expires=(timezone.now() + timedelta(hours=1)).isoformat())
    Voucher.objects.filter(pk=expired["id"]).update(expires_at=timezone.now())
    assert refused(use(partner, alice, expired)) == (409, "voucher.expired")
    assert sums(alice) == {}


def test_customers_use_vouchers_with_their_own_token(partner, alice):
    voucher = make(partner)
    herself = as_person(alice, "customer")
    assert herself("POST", MINE, {"voucher": voucher["id"]}).status_code == 200
    assert refused(herself("POST", MINE, {"voucher": voucher["id"]})) == (409, "voucher.used")
    assert refused(partner("POST", MINE, {"voucher": voucher["id"]})) == (403, "forbidden")
    assert refused(herself("POST", VOUCHER, {"amount": 50})) == (403, "forbidden")
    assert sums(alice)["available"] == "50.00"


def test_customers_use_none_before_their_wallet_is_open(store, partner):
    voucher = make(partner)
    bob = make_customer(store, "bob")
    answer = as_person(bob, "customer")("POST", MINE, {"voucher": voucher["id"]})
    assert refused(answer) == (404, "not_found")
    assert not Voucher.objects.filter(used_at__isnull=False).exists()


def test_guessing_ends(partner, alice):
    answers = [use(partner, alice, {"id": NOWHERE}).status_code for _ in range(12)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert refused(use(partner, alice, make(partner))) == (429, "voucher.too_many_guesses")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 0),
        ("amount", -5),
        ("amount", 0.001),
        ("amount", "50"),
        ("amount", None),
        ("price", 0),
        ("expires", "soon"),
        ("expires", "2001-01-01T00:00:00Z"),
        ("pointsExpireInDays", 0),
        ("pointsExpireInDays", 1.5),
        ("pointsExpireInDays", "3"),
        ("pointsExpireInDays", True),
        ("pointsExpireInDays", 2147483647),
        ("forWallet", "alice"),
        ("extra", 5),
    ],
)
def test_what_a_voucher_says_is_checked(partner, name, value):
    answer = partner("POST", VOUCHER, {"amount": 50, name: value})
    assert refused(answer) == (400, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert not Voucher.objects.exists()


def test_no_voucher_for_a_wallet_that_is_none_of_the_stores(store, partner):
    unopened, stranger = make_customer(store), opened(make_customer(make_store("OTHER")))
    for wallet in (unopened.pk, stranger.pk, NOWHERE):
        answer = partner("POST", VOUCHER, {"amount": 50, "forWallet": str(wallet)})
        assert refused(answer) == (404, "not_found")
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("value", [None, 5, "x", "7K3M-9QXT-4RWZP"])
def test_a_voucher_is_named_by_its_id(partner, alice, value):
    answer = partner("POST", at_wallet(alice, "/voucher"), {"voucher": value})
    assert refused(answer) == (400, "invalid_input")
