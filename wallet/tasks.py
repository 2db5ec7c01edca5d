"""Background work of the wallet. Each task may run twice, be killed, and be run again."""

import structlog
from celery import shared_task
from django.utils import timezone

from wallet import ledger, verification
from wallet.models import Wallet

log = structlog.get_logger(__name__)


@shared_task
def settle_due_points() -> int:
    """Unlock and expire everything that is due; give how many batches changed."""
    return ledger.settle_due(at=timezone.now())


@shared_task
def verify_ledger() -> int:
    """Check every wallet, freeze those that drift, and give how many figures disagree."""
    drifts = list(verification.find_drifts())
    for drift in drifts:
        log.error("ledger drift", wallet=str(drift.wallet_id), figure=drift.figure)
    Wallet.objects.filter(pk__in={drift.wallet_id for drift in drifts}).update(is_frozen=True)
    return len(drifts)
