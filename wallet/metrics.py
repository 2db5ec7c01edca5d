"""The ledger's figures for Prometheus: wallets in drift, and points whose hour has passed unsettled."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from wallet.models import Wallet


def collect() -> Iterator[GaugeMetricFamily]:
    """Read how many wallets are frozen because they drifted, and how late the settling of points is."""
    now = timezone.now()
    frozen = Wallet.objects.filter(is_frozen=True).count()
    yield GaugeMetricFamily(
        "loyalty_wallets_frozen", "Wallets frozen because their ledger drifted", value=frozen
    )
    due = Wallet.objects.filter(next_change_at__lte=now).aggregate(
        wallets=Count("pk"), oldest=Min("next_change_at")
    )
    yield GaugeMetricFamily(
        "loyalty_wallets_overdue", "Wallets with points to unlock or expire", value=due["wallets"]
    )
    yield GaugeMetricFamily(
        "loyalty_wallets_overdue_seconds",
        "Age of the oldest unlock or expiry that is due",
        value=(now - due["oldest"]).total_seconds() if due["oldest"] else 0.0,
    )
