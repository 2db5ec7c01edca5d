"""Access tokens in the OrderingStack dialect (RFC 6749): for clients, and for customers by their password."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from loyalty import staff, tokens
from loyalty.actors import SYSTEM
from loyalty.api.orderingstack.scopes import SCOPES
from loyalty.models import Event
from tests.callers import Caller
from tests.factories import make_customer, make_staff, make_store
from tests.wallet2 import BASE, TOKENS, ask_token, at_wallet, opened

pytestmark = pytest.mark.django_db
PASSWORD = "portal-demo-1"


class Shop:
    """A partner's client."""

    def __init__(self, store, *abilities):
        self.token, self.secret = tokens.create_permanent("shop", store=store, abilities=abilities)
        self.named = (str(self.token.pk), self.secret)

    def __call__(self, grant_type="client_credentials", **params):
        return ask_token(self.named, grant_type=grant_type, **params)


@pytest.fixture
def shop(store):
    return Shop(store, "ROLE_WALLET_OP", "ROLE_WALLET_RO", "members.get")


@pytest.fixture
def alice(store):
    alice = opened(make_customer(store, email="alice@example.com", card_number="4711"))
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def problem(answer):
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()["error"]


def get_wallet(answer, customer):
    return Caller(answer.json()["access_token"])("GET", at_wallet(customer)).status_code


# --- Clients --------------------------------------------------------------------------------------------------


def test_a_client_gets_a_token_with_its_words_of_this_dialect(shop, alice):
    answer = shop()
    assert answer.status_code == 200
    shown = answer.json()
    assert set(shown) == {"access_token", "token_type", "expires_in", "scope"}
    assert (shown["token_type"], shown["expires_in"]) == ("bearer", 900)
    assert shown["scope"] == "ROLE_WALLET_OP ROLE_WALLET_RO"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert get_wallet(answer, alice) == 200


def test_a_client_may_ask_for_fewer_words_and_no_more(shop, alice):
    answer = shop(scope="ROLE_WALLET_OP")
    assert answer.json()["scope"] == "ROLE_WALLET_OP"
    assert get_wallet(answer, alice) == 403
    for scope in ("ROLE_SU", "ROLE_WALLET_OP ROLE_SU", "members.get", "*", "user"):
        assert problem(shop(scope=scope)) == (400, "invalid_scope")


def test_a_client_that_may_do_everything_has_every_word_and_opens_no_other_dialect(store):
    answer = Shop(store, "*")()
    assert set(answer.json()["scope"].split()) == set(SCOPES)
    assert Caller(answer.json()["access_token"])("GET", "/api/DEFAULT/customer").status_code == 403


def test_a_client_may_show_itself_in_the_form(shop):
    client_id, secret = shop.named
    said = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    assert ask_token(**said).status_code == 200
    assert problem(ask_token(shop.named, **said)) == (400, "invalid_request")


def test_a_client_may_be_named_by_the_beginning_of_its_secret(shop):
    assert ask_token((shop.secret[:8], shop.secret), grant_type="client_credentials").status_code == 200


def test_an_unknown_client_is_401(store, shop):
    other = Shop(store, "ROLE_SU")
    named = shop.named[0]
    for client in ((named, "wrong"), (named, other.secret), ("", ""), ("x" * 40, shop.secret), (named, "")):
        answer = ask_token(client, grant_type="client_credentials")
        assert problem(answer) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert problem(ask_token(grant_type="client_credentials")) == (401, "invalid_client")
    for header in ("Basic !!!", "Basic " + "eA==", f"Bearer {shop.secret}"):
        answer = Client().post(TOKENS, {"grant_type": "x"}, headers={"Authorization": header})
        assert answer.status_code in {401, 415}


def test_revoking_the_permanent_token_ends_everything_made_from_it(shop, alice):
    answer = shop()
    staff.revoke_token(shop.token, actor=SYSTEM, at=timezone.now())
    assert get_wallet(answer, alice) == 401
    assert problem(shop()) == (401, "invalid_client")


def test_a_client_without_a_word_of_this_dialect_gets_nothing(store):
    assert problem(Shop(store, "omniwallet")()) == (400, "unauthorized_client")


def test_what_is_asked_must_be_plain(shop):
    assert problem(ask_token(shop.named)) == (400, "invalid_request")
    assert problem(shop("authorization_code")) == (400, "unsupported_grant_type")
    assert problem(shop(scope="\x00")) == (400, "invalid_request")
    form = "application/x-www-form-urlencoded"
    twice = "grant_type=password&grant_type=client_credentials"
    assert problem(Client().generic("POST", TOKENS, twice, content_type=form)) == (400, "invalid_request")
    assert problem(Client().generic("POST", TOKENS, b"{}", content_type="application/json"))[0] == 415
    assert problem(Client().get(TOKENS))[0] == 405


# --- Customers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["alice@example.com", "ALICE@example.com", " 4711 "])
def test_a_customer_gets_a_token_for_their_own_wallet(shop, alice, username):
    answer = shop("password", username=username, password=PASSWORD)
    assert answer.status_code == 200
    shown = answer.json()
    assert set(shown) == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    herself = Caller(shown["access_token"])
    assert herself("GET", f"{BASE}/me/wallet").json()["id"] == str(alice.pk)
    assert herself("GET", at_wallet(alice)).status_code == 403
    assert Event.objects.get(type="customer.logged_in").payload == {"through": "api"}


def test_a_wrong_password_and_an_unknown_customer_are_refused_alike(shop, alice):
    wrong = shop("password", username="alice@example.com", password="wrong")
    unknown = shop("password", username="nobody@example.com", password=PASSWORD)
    assert problem(wrong) == problem(unknown) == (400, "invalid_grant")
    assert wrong.content == unknown.content


def test_guessing_passwords_ends(shop, alice):
    answers = [shop("password", username="alice@example.com", password="wrong") for _ in range(12)]
    assert problem(answers[0]) == (400, "invalid_grant")
    assert answers[-1].status_code == 429
    assert shop("password", username="alice@example.com", password=PASSWORD).status_code == 429


def test_who_is_not_active_gets_no_token(shop, alice):
    Customer.objects.update(status=Customer.Status.BLOCKED)
    assert problem(shop("password", username="alice@example.com", password=PASSWORD)) == (
        400,
        "invalid_grant",
    )


def test_customers_belong_to_the_clients_store(alice):
    other = make_store("OTHER")
    said = {"username": "alice@example.com", "password": PASSWORD}
    assert problem(Shop(other, "ROLE_SU")("password", **said)) == (400, "invalid_grant")


def test_a_client_of_all_stores_names_one(alice, store):
    everywhere = Shop(None, "ROLE_SU")
    said = {"grant_type": "password", "username": "alice@example.com", "password": PASSWORD}
    assert problem(ask_token(everywhere.named, **said)) == (400, "invalid_request")
    client_id, secret = everywhere.named
    form = {**said, "client_id": client_id, "client_secret": secret}
    kind = "application/x-www-form-urlencoded"
    for tenant, status in ((str(store.pk), 200), ("garbage", 400), (str(alice.pk), 400)):
        answer = Client().post(TOKENS, urlencode(form), content_type=kind, headers={"x-tenant": tenant})
        assert answer.status_code == status


def test_the_words_of_clients_are_none_for_customers(shop, alice):
    said = {"username": "alice@example.com", "password": PASSWORD}
    assert shop("password", scope="user", **said).json()["scope"] == "user"
    assert problem(shop("password", scope="ROLE_WALLET_OP", **said)) == (400, "invalid_scope")
    assert problem(shop("password", username="alice@example.com")) == (400, "invalid_request")


def test_a_refresh_token_gives_a_new_pair_once(shop, alice):
    first = shop("password", username="alice@example.com", password=PASSWORD).json()
    second = shop("refresh_token", refresh_token=first["refresh_token"])
    assert second.status_code == 200
    assert Caller(second.json()["access_token"])("GET", f"{BASE}/me/wallet").status_code == 200
    assert problem(shop("refresh_token", refresh_token=first["refresh_token"])) == (400, "invalid_grant")
    # A copy was used: the whole log-in ends.
    assert problem(shop("refresh_token", refresh_token=second.json()["refresh_token"])) == (
        400,
        "invalid_grant",
    )
    assert problem(shop("refresh_token")) == (400, "invalid_request")


def test_a_client_renews_nobody_elses_log_in(shop):
    stranger = make_customer(make_store("OTHER"))
    for kind, holder in (("admin", make_staff()), ("customer", stranger)):
        pair = tokens.log_in(kind, holder, at=timezone.now())
        assert problem(shop("refresh_token", refresh_token=pair.refresh)) == (400, "invalid_grant")
        assert tokens.refresh(pair.refresh, at=timezone.now()) is not None
