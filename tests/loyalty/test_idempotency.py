"""One effect per key, whoever repeats it, however many at once, whatever was killed in between."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from loyalty import idempotency, tokens
from loyalty.idempotency import Answer, KeyInFlight, KeyReused, KeyTooLong
from loyalty.models import IdempotencyKey, Store
from loyalty.refusals import Refusal
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_staff, make_store

STORE = {"store": {"code": "NORTH", "name": "North", "currency": "EUR"}}


def once(run, *, key="k", scope="s", digest="d"):
    return idempotency.once(scope=scope, key=key, digest=digest, run=run)


def make(code):
    """Give a write that makes a store and answers with it."""

    def run():
        make_store(code)
        return Answer(status=200, body=code.encode(), headers={"Content-Type": "text/plain"})

    return run


class TestOnce:
    pytestmark = pytest.mark.django_db

    def test_the_second_call_replays_the_first_answer(self):
        first, replayed = once(make("A"))
        again, replayed_again = once(make("B"))
        assert (replayed, replayed_again) == (False, True)
        assert again == first
        assert not Store.objects.filter(code="B").exists()

    def test_another_body_under_the_key_is_refused(self):
        once(make("A"))
        with pytest.raises(KeyReused):
            once(make("B"), digest="other")
        assert Store.objects.count() == 1

    def test_another_scope_is_another_key(self):
        once(make("A"))
        once(make("B"), scope="other")
        assert Store.objects.count() == 2

    def test_a_refused_write_is_replayed_too(self):
        refused = Answer(status=400, body=b"no", headers={})
        once(lambda: refused)
        assert once(make("A")) == (refused, True)

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_failure_rolls_back_and_may_be_tried_again(self, status):
        def fail():
            make_store("A")
            return Answer(status=status, body=b"", headers={})

        answer, _ = once(fail)
        assert answer.status == status
        assert not Store.objects.exists()
        assert once(make("A"))[1] is False

    def test_a_killed_request_is_taken_over_by_its_retry(self):
        def die():
            make_store("A")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            once(die)
        assert not Store.objects.exists()
        assert IdempotencyKey.objects.get().response_status is None
        assert once(make("A"))[1] is False

    @pytest.mark.parametrize("key", ["", "k" * 256, "a\x00b"])
    def test_keys_have_1_to_255_characters(self, key):
        with pytest.raises(KeyTooLong):
            once(make("A"), key=key)
        assert not Store.objects.exists()

    def test_answers_are_kept_encrypted(self):
        once(lambda: Answer(status=200, body=b"a secret", headers={}))
        row = IdempotencyKey.objects.get()
        assert b"secret" not in bytes(row.response_body)

    def test_an_answer_under_a_lost_secret_does_not_repeat_the_effect(self, settings):
        once(make("A"))
        settings.SECRET_KEY = "another"
        with pytest.raises(KeyReused):
            once(make("B"))
        assert not Store.objects.filter(code="B").exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twenty_at_once_have_one_effect_and_one_answer(self):
        start = threading.Barrier(20, timeout=60)

        def call(number):
            start.wait()
            try:
                return once(make("A"))[0].body
            except KeyInFlight:
                return b"in flight"
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as pool:
            answers = set(pool.map(call, range(20)))
        assert answers - {b"in flight"} == {b"A"}
        assert Store.objects.count() == 1

    def test_twenty_requests_at_once_make_one_store(self):
        _, token = tokens.create_permanent("partner", store=None, abilities=["*"])
        start = threading.Barrier(20, timeout=60)

        def call(number):
            start.wait()
            try:
                response = Caller(token)("POST", "/api/store", STORE, headers={"Idempotency-Key": "k1"})
                return response.status_code, response.content
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as pool:
            answers = set(pool.map(call, range(20)))
        assert {status for status, _ in answers} <= {200, 409}
        assert len([body for status, body in answers if status == 200]) == 1
        assert Store.objects.count() == 1

    def test_a_twin_is_told_that_the_first_still_runs(self, on_postgresql):
        if not on_postgresql:
            pytest.skip("SQLite lets one writer in at a time: the twin waits and is answered")
        inside, finish = threading.Event(), threading.Event()

        def slow():
            inside.set()
            finish.wait(10)
            return make("A")()

        def first():
            try:
                return once(slow)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(first)
            inside.wait(10)
            with pytest.raises(KeyInFlight):
                once(make("A"))
            finish.set()
            assert running.result()[1] is False

    def test_without_the_lock_the_effect_would_double(self, monkeypatch, on_postgresql):
        """The proof that the tests above can fail: the row is read without its lock."""
        if not on_postgresql:
            pytest.skip("SQLite needs no row lock")
        monkeypatch.setattr(
            idempotency, "_lock", lambda scope, key: IdempotencyKey.objects.get(scope=scope, key=key)
        )
        start = threading.Barrier(2, timeout=60)
        effects = []

        def write():
            start.wait(10)
            effects.append(1)
            return Answer(status=200, body=b"", headers={})

        def call(number):
            try:
                return once(write)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(call, range(2)))
        assert len(effects) == 2


class TestOverHttp:
    pytestmark = pytest.mark.django_db
    body = STORE

    def test_a_repeated_request_gets_the_same_bytes(self):
        caller = as_person(make_staff(), "admin")
        first = caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        again = caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        assert first.status_code == again.status_code == 200
        assert first.content == again.content
        assert first.headers["Content-Type"] == again.headers["Content-Type"]
        assert "Idempotency-Replayed" in again.headers
        assert Store.objects.filter(code="NORTH").count() == 1

    def test_without_a_key_the_second_is_refused_by_the_domain(self):
        caller = as_person(make_staff(), "admin")
        assert caller("POST", "/api/store", self.body).status_code == 200
        assert caller("POST", "/api/store", self.body).status_code == 400

    def test_a_refusal_is_replayed_even_when_it_would_succeed_now(self):
        caller = as_person(make_staff(), "admin")
        taken = make_store("NORTH")
        first = caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        taken.delete()
        again = caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        assert first.status_code == again.status_code == 400
        assert first.content == again.content

    def test_another_body_is_422_and_changes_nothing(self):
        caller = as_person(make_staff(), "admin")
        caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        other = {"store": {**self.body["store"], "code": "SOUTH"}}
        answer = caller("POST", "/api/store", other, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 422
        assert not Store.objects.filter(code="SOUTH").exists()

    def test_another_credential_has_its_own_keys(self):
        as_person(make_staff(), "admin")("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        answer = as_partner(None, "*")("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 400

    def test_another_path_has_its_own_keys(self):
        caller, store = as_person(make_staff(), "admin"), make_store()
        pos = {"pos": {"name": "P", "identifier": "p1"}}
        caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        answer = caller("POST", f"/api/{store.code}/pos", pos, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 200

    def test_the_order_of_multipart_fields_does_not_matter(self):
        caller = as_person(make_staff(), "admin")
        fields = {"store[code]": "NORTH", "store[name]": "North", "store[currency]": "EUR"}
        first = caller.client.post("/api/store", fields, headers={"Idempotency-Key": "k1"})
        again = caller.client.post(
            "/api/store", dict(reversed(fields.items())), headers={"Idempotency-Key": "k1"}
        )
        assert (first.status_code, first.content) == (again.status_code, again.content)
        other = caller.client.post(
            "/api/store", {**fields, "store[name]": "South"}, headers={"Idempotency-Key": "k1"}
        )
        assert other.status_code == 422

    @pytest.mark.parametrize("key", ["", "k" * 256])
    def test_a_bad_key_is_400(self, key):
        caller = as_person(make_staff(), "admin")
        answer = caller("POST", "/api/store", self.body, headers={"Idempotency-Key": key})
        assert answer.status_code == 400
        assert not Store.objects.exists()

    def test_log_ins_are_not_kept(self):
        make_staff()
        body = {"_username": "admin", "_password": "open"}
        answer = Caller()("POST", "/api/admin/login_check", body, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 200
        assert not IdempotencyKey.objects.exists()

    def test_a_refused_domain_call_leaves_no_event(self):
        from loyalty.models import Event

        make_store("NORTH")
        caller = as_person(make_staff(), "admin")
        caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        assert not Event.objects.exists()

    def test_events_are_written_with_the_effect(self):
        from loyalty.models import Event

        caller = as_person(make_staff(), "admin")
        caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        caller("POST", "/api/store", self.body, headers={"Idempotency-Key": "k1"})
        assert Event.objects.filter(type="store.created").count() == 1


def test_every_refusal_here_has_a_code():
    assert all(issubclass(kind, Refusal) and kind.code for kind in (KeyTooLong, KeyReused, KeyInFlight))
