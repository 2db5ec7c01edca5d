"""Figures for Prometheus."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from loyalty.models import Event, OutboxMessage

pytestmark = pytest.mark.django_db


def figures():
    text = Client().get("/metrics").content.decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_an_idle_programme_waits_for_nothing():
    assert figures()["loyalty_outbox_waiting"] == 0
    assert figures()["loyalty_outbox_oldest_seconds"] == 0


def test_the_oldest_waiting_reaction_is_shown(store):
    at = timezone.now() - timedelta(minutes=5)
    event = Event.objects.create(store=store, type="x", subject_kind="x", subject_id="1", occurred_at=at)
    OutboxMessage.objects.create(event=event, reaction="a.b", due_at=at)
    OutboxMessage.objects.create(event=event, reaction="c.d", due_at=at, done_at=at)
    found = figures()
    assert found["loyalty_outbox_waiting"] == 1
    assert found["loyalty_outbox_oldest_seconds"] >= 300


@pytest.mark.parametrize(
    ("path", "face"),
    [
        ("/api/nothing", "api"),
        ("/omniwallet/api/v1/nothing", "omniwallet"),
        ("/walletapp/nothing", "walletapp"),
        ("/wallet2-api/api/nothing", "wallet2"),
        ("/auth-oauth2/nothing", "wallet2"),
        ("/nothing", "other"),
    ],
)
def test_requests_are_measured_by_face_method_and_status(path, face):
    def count():
        text = Client().get("/metrics").content.decode()
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "loyalty_request_seconds_count"
            and sample.labels == {"face": face, "method": "GET", "status": "404"}
        )

    before = count()
    Client().get(path)
    Client().get(f"{path}/else")
    assert count() - before == 2
