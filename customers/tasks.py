"""Background work of the customers floor."""

from celery import shared_task
from django.utils import timezone

from customers import levels, segments
from customers.models import Segment
from loyalty.models import Store


@shared_task
def downgrade_due_levels() -> int:
    """Decide anew every level whose days are over, store by store; give how many were due.

    May be killed anywhere: the next run goes on with what is still due.
    """
    now = timezone.now()
    return sum(levels.downgrade_due_levels(store, at=now) for store in Store.objects.filter(is_active=True))


@shared_task
def refresh_segments() -> int:
    """Refresh every active segment, one after the other; give how many."""
    active = Segment.objects.filter(is_active=True, store__is_active=True)
    return segments.refresh_all(list(active))


@shared_task
def refresh_segments_by_the_clock() -> int:
    """Refresh the segments that change with the calendar, and the figures of the others; give how many."""
    return segments.refresh_by_the_clock(at=timezone.now())


@shared_task
def follow_changed_customers() -> int:
    """Let customers who changed a moment ago join and leave segments; give how many segments were looked at."""
    return segments.refresh_changed(at=timezone.now())
