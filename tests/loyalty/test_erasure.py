"""What finds a person again, and what the ground floor forgets of them."""

import uuid
from dataclasses import replace

import pytest
from axes.models import AccessAttempt

from loyalty import codes, erasure, idempotency, tokens
from loyalty.actors import SYSTEM, ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.erasure import Traces
from loyalty.idempotency import ANYBODY, Answer
from loyalty.models import IdempotencyKey, ImportJob, ImportRow, OneTimeCode, RefreshToken
from tests.factories import NOON, make_customer, make_store


def traces(store=None, customer_id=None, **fields):
    return Traces(
        customer_id=customer_id or uuid.uuid4(),
        store_id=store.pk if store else uuid.uuid4(),
        contacts=fields.pop(
            "contacts", ("Anna@Example.com", "anna@example.com", "+48601987123", "601987123")
        ),
        texts=fields.pop("texts", ("Anna", "Nowak", "Anna Nowak", "12", "Al")),
        at=NOON,
        actor=SYSTEM,
    )


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("for ANNA NOWAK, please", "for [erased], please"),
        ("Mrs Nowak (anna@example.com)", "Mrs [erased] ([erased])"),
        ("call +48601987123 or 601987123", "call [erased] or [erased]"),
        ("Annapolis costs 12", "Annapolis costs 12"),
        ("all for Al", "all for Al"),
        ("", ""),
    ],
)
def test_only_what_names_the_person_is_taken_out_of_a_text(text, scrubbed):
    assert traces().scrub(text) == scrubbed


def test_who_is_blank_already_has_no_traces():
    nobody = replace(traces(), contacts=(), texts=())
    assert nobody.scrub("Anna Nowak") == "Anna Nowak"


@pytest.mark.django_db
class TestForgetting:
    def test_codes_and_log_ins_end(self, store):
        alice, bob = make_customer(store), make_customer(store, "bob")
        for customer in (alice, bob):
            holder = Holder(kind=ActorKind.CUSTOMER, id=customer.pk, store_id=store.pk)
            codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=NOON)
            tokens.log_in("customer", customer, at=NOON)
        erasure.forget(traces(store, alice.pk))
        assert [row.holder_id for row in OneTimeCode.objects.all()] == [bob.pk]
        assert [row.principal_id for row in RefreshToken.objects.all()] == [bob.pk]

    def test_imported_rows_about_the_person_are_blank(self, store):
        who = traces(store)
        job = ImportJob.objects.create(
            store=store, kind="customers", filename="Anna Nowak.xml", actor_kind="admin"
        )
        foreign = ImportJob.objects.create(store=make_store("OTHER"), kind="customers", actor_kind="admin")
        rows = [
            (job, "x", "made", str(who.customer_id)),
            (job, "ANNA@example.com/(adding 5)", "(Anna Nowak.xml) Unknown.", ""),
            (job, "somebody", 'phone: "+48601987123" is taken', ""),
            (job, "somebody else", "(Anna Nowak.xml) Unknown.", ""),
            (foreign, "anna@example.com", "", ""),
        ]
        for number, (of, identifier, message, object_id) in enumerate(rows):
            ImportRow.objects.create(
                job=of,
                number=number,
                identifier=identifier,
                message=message,
                object_id=object_id,
                is_success=False,
            )
        erasure.forget(who)
        assert list(ImportRow.objects.order_by("number").values_list("identifier", "message")) == [
            ("", ""),
            ("", ""),
            ("", ""),
            ("somebody else", "([erased].xml) Unknown."),
            ("anna@example.com", ""),
        ]
        job.refresh_from_db()
        assert job.filename == "[erased].xml"

    def test_rows_that_made_their_things_are_blank_whatever_address_they_name(self, store):
        job = ImportJob.objects.create(store=store, kind="points", actor_kind="admin")
        made = [uuid.uuid4() for _ in range(3)]
        for number, thing in enumerate(made):
            ImportRow.objects.create(
                job=job, number=number, identifier="old@example.com", object_id=str(thing), is_success=True
            )
        erasure.forget_rows_that_made(made[:2], traces(store))
        assert list(ImportRow.objects.values_list("identifier", flat=True)) == ["", "", "old@example.com"]

    def test_who_tried_the_staff_s_log_in_is_no_longer_named_there(self, store):
        for name in ("ANNA@example.com", "admin"):
            AccessAttempt.objects.create(
                username=name, get_data="", post_data="", failures_since_start=1, ip_address="127.0.0.1"
            )
        erasure.forget(traces(store))
        assert [row.username for row in AccessAttempt.objects.all()] == ["admin"]


@pytest.mark.django_db
class TestKeptAnswers:
    def keep(self, key, body, *subjects):
        answer = Answer(status=200, body=body, headers={"Location": "/here"}, subjects=frozenset(subjects))
        idempotency.once(scope="s", key=key, digest="d", run=lambda: answer)

    def again(self, key):
        return idempotency.once(scope="s", key=key, digest="d", run=lambda: pytest.fail("ran twice"))[0]

    def test_answers_about_the_person_lose_body_and_headers_but_not_their_effect(self, store):
        who = traces(store)
        self.keep("hers", b"anna", str(who.customer_id), str(uuid.uuid4()))
        self.keep("other", b"other", str(uuid.uuid4()))
        erasure.forget(who)
        assert (self.again("hers").status, self.again("hers").body, self.again("hers").headers) == (
            200,
            b"",
            {},
        )
        assert self.again("other").body == b"other"

    def test_answers_about_anybody_are_read(self, store):
        self.keep("import", b'{"identifier": "ANNA@example.com"}', ANYBODY)
        self.keep("another", b'{"identifier": "bob@example.com"}', ANYBODY)
        erasure.forget(traces(store))
        assert self.again("import").body == b""
        assert self.again("another").body != b""

    def test_keys_themselves_are_kept_as_digests(self):
        self.keep("anna@example.com", b"")
        assert "anna" not in IdempotencyKey.objects.get().key
