"""Figures for Prometheus: requests, counted as they are answered, and what waits, read when asked.

Several worker processes share their counters through the folder in `PROMETHEUS_MULTIPROC_DIR`.
"""

import os
from collections.abc import Iterator

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client import REGISTRY as PROCESS_REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from loyalty.models import IdempotencyKey, OutboxMessage

# What is read from the database, once per question and not once per process.
REGISTRY = CollectorRegistry()
REQUESTS = Histogram(
    "loyalty_request_seconds",
    "How long requests took",
    ["face", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# How the paths of a face begin -> what the face is called.
_FACES = {
    **{name: name for name in ("api", "omniwallet", "walletapp", "cockpit", "portal", "pos")},
    **dict.fromkeys(("wallet2-api", "auth-oauth2"), "wallet2"),
}


def note_request(request: HttpRequest, *, status: int, seconds: float) -> None:
    """Count one answered request under its face: a dialect by how its paths begin, cockpit, portal, pos, or other."""
    first = request.path_info.strip("/").split("/", 1)[0]
    face = _FACES.get(first, "other")
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(face=face, method=method, status=str(status)).observe(seconds)


class Backlog(Collector):
    """The outbox and the writes that were begun and not answered."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        # Registering must not ask the database for the names.
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        waiting = OutboxMessage.objects.filter(done_at__isnull=True).aggregate(
            rows=Count("id"), oldest=Min("due_at")
        )
        oldest = waiting["oldest"]
        yield GaugeMetricFamily("loyalty_outbox_waiting", "Reactions still owed", value=waiting["rows"])
        yield GaugeMetricFamily(
            "loyalty_outbox_oldest_seconds",
            "Age of the oldest reaction that is due",
            value=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        )
        unanswered = IdempotencyKey.objects.filter(response_status__isnull=True).count()
        yield GaugeMetricFamily(
            "loyalty_idempotency_unanswered", "Keyed writes without an answer", value=unanswered
        )


class UpperFloors(Collector):
    """What the floors above have to show, by dotted path."""

    sources = ("wallet.metrics.collect",)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for source in self.sources:
            yield from import_string(source)()


REGISTRY.register(Backlog())
REGISTRY.register(UpperFloors())


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every figure in the Prometheus text format."""
    counted: CollectorRegistry = PROCESS_REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return HttpResponse(
        generate_latest(counted) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST
    )
