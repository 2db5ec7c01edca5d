"""Imports: every row lands or fails alone, an outcome for each, resumed where they stopped."""

import io
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError

from loyalty.actors import SYSTEM
from loyalty.imports import jobs
from loyalty.imports.jobs import BadRow, RowKind
from loyalty.imports.xml_stream import BrokenFile, Layout
from loyalty.models import ImportJob, ImportRow, PointOfSale
from loyalty.refusals import NotFound
from tests.factories import NOON

pytestmark = pytest.mark.django_db
ANY_ID = uuid4()


def kind(store, *, act=None, act_together=None, name="shops"):
    """Rows that each open a point of sale; some words in them make trouble."""

    def open_shop(row) -> UUID:
        word = row.text("name")
        shop = PointOfSale.objects.create(store=store, identifier=word, name=word)
        if word == "bad":
            raise BadRow(reason="name: bad.")
        if word == "unknown":
            raise NotFound
        if word == "clash":
            raise IntegrityError("UNIQUE constraint failed")
        if word == "bug":
            raise ZeroDivisionError
        return shop.pk

    return RowKind(
        name=name,
        layout=Layout("shops", "shop"),
        identify=lambda row: row.text("name"),
        act=act or open_shop,
        act_together=act_together,
    )


def xml(*words):
    return io.BytesIO(
        ("<shops>" + "".join(f"<shop><name>{word}</name></shop>" for word in words) + "</shops>").encode()
    )


def run(store, *words, file=None, **options):
    file = file or xml(*words)
    return jobs.import_xml(
        store,
        kind=kind(store, **options),
        file=file,
        filename="shops.xml",
        size=len(file.getvalue()),
        actor=SYSTEM,
        at=NOON,
    )


def test_good_rows_land_and_bad_ones_say_why(store):
    job = run(store, "a", "bad", "b", "unknown", "clash", "bug", "c")

    assert set(PointOfSale.objects.values_list("identifier", flat=True)) == {"a", "b", "c"}
    assert (job.state, job.total, job.processed, job.succeeded, job.failed) == ("done", 7, 7, 3, 4)
    assert job.finished_at == NOON
    told = [(row.number, row.identifier, row.is_success, row.message) for row in jobs.outcomes(job)]
    assert told == [
        (1, "a", True, ""),
        (2, "bad", False, "Convert exception: name: bad."),
        (3, "b", True, ""),
        (4, "unknown", False, "(shops.xml) Processing exception: Not found."),
        (5, "clash", False, "(shops.xml) Processing exception: It clashes with something already there."),
        (6, "bug", False, "(shops.xml) Processing exception: Internal error."),
        (7, "c", True, ""),
    ]


def test_a_broken_file_leaves_neither_rows_nor_job(store):
    with pytest.raises(BrokenFile):
        run(store, file=io.BytesIO(b"<shops><shop><name>a</name></shop><shop></shops>"))

    assert (PointOfSale.objects.count(), ImportJob.objects.count()) == (0, 0)


def test_a_file_that_is_too_large_is_refused_unread(store, settings):
    settings.IMPORT_MAX_BYTES = 10

    class Unreadable(io.BytesIO):
        def read(self, *size):
            raise AssertionError("read")

    with pytest.raises(BrokenFile):
        run(store, file=Unreadable(b"<shops></shops>"))


def test_an_import_that_was_cut_off_loses_the_group_at_hand_and_goes_on_there(store, monkeypatch):
    monkeypatch.setattr(jobs, "GROUP_ROWS", 2)
    calls = []

    def act(row) -> UUID:
        calls.append(row.text("name"))
        shop = PointOfSale.objects.create(store=store, identifier=calls[-1], name=calls[-1])
        if len(calls) == 4:
            raise SystemExit
        return shop.pk

    with pytest.raises(SystemExit):
        run(store, "a", "b", "c", "d", "e", act=act)
    job = ImportJob.objects.get()
    assert (job.state, job.processed, ImportRow.objects.count()) == ("running", 2, 2)
    assert set(PointOfSale.objects.values_list("identifier", flat=True)) == {"a", "b"}

    again = run(store, "a", "b", "c", "d", "e", act=act)

    assert again.pk == job.pk
    assert calls == ["a", "b", "c", "d", "c", "d", "e"]
    assert (again.state, again.processed, again.succeeded) == ("done", 5, 5)
    assert [row.number for row in jobs.outcomes(again)] == [1, 2, 3, 4, 5]


def test_a_group_that_the_database_fails_is_run_row_by_row(store):
    calls = []

    def act(row) -> UUID:
        calls.append(row.text("name"))
        if len(calls) == 3:
            raise OperationalError("deadlock detected")
        return uuid4()

    job = run(store, "a", "b", "c", "d", act=act)

    assert calls == ["a", "b", "c", "a", "b", "c", "d"]
    assert (job.processed, job.succeeded, ImportRow.objects.count()) == (4, 4, 4)


def test_rows_that_can_be_done_together_are(store):
    calls = []

    def act_together(rows):
        calls.append([row.text("name") for row in rows])
        return [
            BadRow(reason="name: b.") if word == "b" else NotFound() if word == "c" else ANY_ID
            for word in calls[-1]
        ]

    job = run(store, "a", "b", "c", "d", act_together=act_together)

    assert calls == [["a", "b", "c", "d"]]
    assert (job.processed, job.succeeded, job.failed, PointOfSale.objects.count()) == (4, 2, 2, 0)
    assert [(row.object_id, row.message) for row in jobs.outcomes(job)] == [
        (str(ANY_ID), ""),
        ("", "Convert exception: name: b."),
        ("", "(shops.xml) Processing exception: Not found."),
        (str(ANY_ID), ""),
    ]


@pytest.mark.parametrize(
    "trouble", [IntegrityError("UNIQUE constraint failed"), ZeroDivisionError(), NotFound()]
)
def test_a_group_that_cannot_be_done_together_is_done_row_by_row_and_leaves_nothing_else(store, trouble):
    def act_together(rows):
        PointOfSale.objects.create(store=store, identifier="half done", name="half done")
        raise trouble

    job = run(store, "a", "bad", "b", act_together=act_together)

    assert set(PointOfSale.objects.values_list("identifier", flat=True)) == {"a", "b"}
    assert (job.processed, job.succeeded, job.failed) == (3, 2, 1)


def test_a_database_that_fails_a_group_done_together_is_asked_row_by_row(store):
    def act_together(rows):
        raise OperationalError("deadlock detected")

    job = run(store, "a", "b", act_together=act_together)

    assert (job.processed, job.succeeded) == (2, 2)


def test_a_database_that_stays_away_ends_the_run_and_keeps_what_is_done(store):
    def act(row) -> UUID:
        if row.text("name") == "c":
            raise OperationalError("server closed the connection unexpectedly")
        return uuid4()

    with pytest.raises(OperationalError):
        run(store, "a", "b", "c", "d", act=act)
    job = ImportJob.objects.get()
    assert (job.state, job.processed, ImportRow.objects.count()) == ("running", 2, 2)

    again = run(store, "a", "b", "c", "d", act=lambda row: uuid4())

    assert (again.pk, again.state, again.succeeded) == (job.pk, "done", 4)


def test_heavy_rows_are_run_in_small_groups(store, monkeypatch):
    committed = []

    def act(row) -> UUID:
        committed.append(ImportJob.objects.get().processed)
        return uuid4()

    monkeypatch.setattr(jobs, "GROUP_WEIGHT", 1000)
    run(store, *["x" * 600] * 4, act=act)

    assert committed == [0, 0, 2, 2]


def test_a_row_costs_few_statements(store, django_assert_max_num_queries):
    with django_assert_max_num_queries(20 + 2 * 50):  # a savepoint each
        run(store, *"abcde" * 10, act=lambda row: ANY_ID)


def test_a_finished_file_may_be_handed_in_again(store):
    first, second = run(store, "a"), run(store, "a")

    assert first.pk != second.pk
    assert (second.succeeded, second.failed) == (0, 1)


def test_the_same_file_means_another_thing_in_another_kind(store):
    run(store, "a")
    run(store, "a", name="other", act=lambda row: uuid4())

    assert ImportJob.objects.count() == 2


def test_a_file_that_is_handed_in_waits_with_its_job_and_is_worked_through_once(store):
    file = ContentFile(xml("a", "b").getvalue())
    job = jobs.hand_in(store, kind=kind(store), file=file, filename="shops.xml", actor=SYSTEM)
    assert (job.total, job.processed, PointOfSale.objects.count()) == (2, 0, 0)
    assert jobs.hand_in(store, kind=kind(store), file=file, filename="shops.xml", actor=SYSTEM) == job

    for _ in range(2):
        job = jobs.work_through(job, kind=kind(store), at=NOON)

    assert (job.state, job.succeeded, job.failed) == ("done", 2, 0)
    assert not job.file
