"""Background work of the wallet. Each task may run twice, be killed, and be run again."""

from celery import shared_task
from django.utils import timezone

from loyalty.models import Store
from wallet import freezing, ledger, notices


@shared_task
def settle_due_points() -> int:
    """Unlock and expire everything that is due; give how many batches changed."""
    return ledger.settle_due(at=timezone.now())


@shared_task
def tell_of_expiring_points() -> int:
    """Tell customers of points that will expire soon, store by store; give how many were told."""
    now = timezone.now()
    stores = Store.objects.filter(is_active=True)
    return sum(notices.tell_of_expiring_points(store, at=now) for store in stores)


@shared_task
def verify_ledger() -> int:
    """Check every wallet, freeze those that drift, and give how many figures disagree."""
    return len(freezing.check_everything(at=timezone.now()))
