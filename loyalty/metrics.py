"""Figures for Prometheus, read from the database when asked: what waits, and since when."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from loyalty.models import IdempotencyKey, OutboxMessage

REGISTRY = CollectorRegistry()


class Backlog(Collector):
    """The outbox and the writes that were begun and not answered."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        waiting = OutboxMessage.objects.filter(done_at__isnull=True).aggregate(rows=Count("id"), oldest=Min("due_at"))
        oldest = waiting["oldest"]
        yield GaugeMetricFamily("loyalty_outbox_waiting", "Reactions still owed", value=waiting["rows"])
        yield GaugeMetricFamily(
            "loyalty_outbox_oldest_seconds",
            "Age of the oldest reaction that is due",
            value=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        )
        unanswered = IdempotencyKey.objects.filter(response_status__isnull=True).count()
        yield GaugeMetricFamily("loyalty_idempotency_unanswered", "Keyed writes without an answer", value=unanswered)


REGISTRY.register(Backlog())


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every figure in the Prometheus text format."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
