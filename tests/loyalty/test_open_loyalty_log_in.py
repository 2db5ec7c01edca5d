"""People log in, stay logged in, log out; guessing is slow and tells nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection

from loyalty.models import AuditEntry, Event, Throttle
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store
from tests.statements import noting_statements


class CountingHasher(MD5PasswordHasher):
    """A hasher that tells how often it worked."""

    hashed = 0

    def encode(self, password, salt):
        CountingHasher.hashed += 1
        return super().encode(password, salt)


BAD = (401, {"code": 401, "message": "Bad credentials"})


def log_in_admin(username="admin", password="open", **options):
    return Caller(**options)("POST", "/api/admin/login_check", {"_username": username, "_password": password})


def answer(response):
    return response.status_code, response.json()


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


@pytest.mark.django_db
class TestLogIn:
    @pytest.mark.parametrize("encoding", ["json", "form"])
    def test_an_admin_gets_a_pair_of_tokens(self, encoding):
        make_staff()
        pair = log_in_admin(encoding=encoding).json()
        assert set(pair) == {"token", "refresh_token"}
        assert Caller(pair["token"])("GET", "/api/store").status_code == 200

    def test_a_seller_logs_in_with_the_e_mail_of_the_store(self, store):
        seller = make_seller(store, email="sam@example.com")
        make_store("OTHER")
        body = {"_username": "SAM@example.com", "_password": "till-password"}
        assert set(Caller()("POST", "/api/DEFAULT/seller/login_check", body).json()) == {
            "token",
            "refresh_token",
        }
        assert answer(Caller()("POST", "/api/OTHER/seller/login_check", body)) == BAD
        assert Caller()("POST", "/api/NONE/seller/login_check", body).status_code == 404
        seller.is_active = False
        seller.save()
        assert answer(Caller()("POST", "/api/DEFAULT/seller/login_check", body)) == BAD

    def test_known_and_unknown_fail_alike(self):
        make_staff()
        assert answer(log_in_admin(password="wrong")) == answer(log_in_admin("nobody")) == BAD

    @pytest.mark.parametrize("path", ["/api/admin/login_check", "/api/DEFAULT/seller/login_check"])
    def test_an_unknown_name_costs_the_work_of_a_wrong_password(self, store, settings, path):
        settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
        known = {"admin": make_staff().username, "seller": make_seller(store).email}
        hashed = []
        for name in (known["admin" if "admin" in path else "seller"], "nobody@example.com"):
            before = CountingHasher.hashed
            Caller()("POST", path, {"_username": name, "_password": "wrong"})
            hashed.append(CountingHasher.hashed - before)
        assert hashed == [1, 1]

    @pytest.mark.parametrize(
        "body",
        [{}, {"_username": "admin"}, {"_password": "open"}, {"_username": ["admin"], "_password": {"a": 1}},
         {"_username": "admin", "_password": True}, {"_username": "ad\x00min", "_password": "open"},
         {"_username": "admin", "_password": "op\x00en"}],
    )  # fmt: skip
    def test_half_a_log_in_is_none(self, body):
        make_staff()
        assert answer(Caller()("POST", "/api/admin/login_check", body)) == BAD

    def test_an_inactive_admin_stays_out(self):
        make_staff(is_active=False)
        assert answer(log_in_admin()) == BAD


@pytest.mark.django_db
class TestRecords:
    def test_a_log_in_of_staff_is_audited(self):
        boss = make_staff()
        log_in_admin()
        entry = AuditEntry.objects.get()
        assert (entry.event_type, entry.username, entry.entity_id) == (
            "authentication.success",
            "admin",
            str(boss.pk),
        )

    def test_a_log_in_of_a_seller_is_audited_in_the_store(self, store):
        sam = make_seller(store, email="sam@example.com")
        body = {"_username": "sam@example.com", "_password": "till-password"}
        Caller()("POST", "/api/DEFAULT/seller/login_check", body)
        entry = AuditEntry.objects.get()
        assert (entry.event_type, entry.store, entry.entity_id) == (
            "authentication.success",
            store,
            str(sam.pk),
        )

    def test_failures_are_audited_alike_and_without_what_was_typed(self):
        make_staff()
        for username in ("admin", "my-secret-password"):
            log_in_admin(username, password="wrong")
        first, second = AuditEntry.objects.values("event_type", "actor_kind", "username", "entity_id", "data")
        assert first == second
        assert first["event_type"] == "authentication.failure"
        assert first["username"] == ""

    def test_a_customers_log_in_is_an_event_and_a_slip_is_none(self, store):
        alice = make_customer(store, email="alice@example.com")
        alice.set_password("correct horse battery")
        alice.save()
        for password in ("wrong", "correct horse battery"):
            body = {"_username": "alice@example.com", "_password": password}
            Caller()("POST", "/api/DEFAULT/customer/login_check", body)
        event = Event.objects.get()
        assert (event.type, event.payload) == ("customer.logged_in", {"through": "api"})
        assert not AuditEntry.objects.exists()

    def test_known_and_unknown_names_cost_the_same_statements(self):
        make_staff()
        costs = []
        for username in ("admin", "nobody"):
            with noting_statements() as statements:
                log_in_admin(username, password="wrong")
            costs.append(statements)
        assert costs[0] == costs[1]


@pytest.mark.django_db
class TestThrottling:
    def test_the_eleventh_failure_is_429_and_then_even_the_password_does_not_help(self):
        make_staff()
        statuses = [log_in_admin(password="wrong").status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]
        blocked = log_in_admin()
        assert answer(blocked) == (429, {"error": {"code": 429, "message": "Too Many Requests"}})
        assert int(blocked.headers["Retry-After"]) > 0

    def test_success_is_never_counted(self):
        make_staff()
        assert {log_in_admin().status_code for _ in range(30)} == {200}
        assert not Throttle.objects.exists()

    def test_success_forgets_the_failures_before_it(self):
        make_staff()
        for _ in range(3):
            statuses = [log_in_admin(password="wrong").status_code for _ in range(5)]
            assert statuses == [401] * 5
            assert log_in_admin().status_code == 200

    def test_another_address_is_not_locked_out(self):
        make_staff()
        for _ in range(12):
            log_in_admin(password="wrong")
        caller = Caller()
        caller.client.defaults["REMOTE_ADDR"] = "10.0.0.9"
        body = {"_username": "admin", "_password": "open"}
        assert caller("POST", "/api/admin/login_check", body).status_code == 200

    def test_a_forged_forwarding_header_is_no_other_address(self):
        make_staff()
        statuses = []
        for number in range(12):
            headers = {"X-Forwarded-For": f"10.0.0.{number}"}
            body = {"_username": "admin", "_password": "wrong"}
            statuses.append(Caller()("POST", "/api/admin/login_check", body, headers=headers).status_code)
        assert statuses[10:] == [429, 429]


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_no_more_than_the_limit():
    make_staff()

    def guess(number):
        try:
            return log_in_admin(password="wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(32)))
    assert statuses.count(401) == 10
    assert statuses.count(429) == 22


@pytest.mark.django_db
class TestTokens:
    @pytest.mark.parametrize("encoding", ["json", "form"])
    def test_a_refresh_token_renews_once(self, encoding):
        make_staff()
        pair = log_in_admin().json()
        caller = Caller(encoding=encoding)
        body = {"refresh_token": pair["refresh_token"]}
        renewed = caller("POST", "/api/token/refresh", body)
        assert renewed.status_code == 200
        assert Caller(renewed.json()["token"])("GET", "/api/store").status_code == 200
        assert caller("POST", "/api/token/refresh", body).status_code == 401
        again = {"refresh_token": renewed.json()["refresh_token"]}
        assert caller("POST", "/api/token/refresh", again).status_code == 401

    @pytest.mark.parametrize(
        "body", [{}, {"refresh_token": ""}, {"refresh_token": "x"}, {"refresh_token": [1]}]
    )
    def test_a_bad_refresh_token_is_401(self, body):
        assert Caller()("POST", "/api/token/refresh", body).status_code == 401

    def test_logging_out_ends_the_tokens_at_once(self):
        caller = as_person(make_staff(), "admin")
        response = caller("GET", "/api/token/revoke")
        assert (response.status_code, response.content) == (200, b"")
        assert answer(caller("GET", "/api/store")) == (401, {"code": 401, "message": "Invalid JWT Token"})

    def test_a_permanent_token_has_no_log_in_to_end(self, store):
        caller = as_partner(store)
        assert caller("GET", "/api/token/revoke").status_code == 403
        assert caller("GET", "/api/DEFAULT/pos").status_code == 200
