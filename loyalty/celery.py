"""The Celery application: background work in production, the same tasks in process when embedded."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")

app = Celery("loyalty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "deliver outbox": {"task": "loyalty.tasks.deliver_outbox", "schedule": 5.0},
    "take up imports": {"task": "loyalty.tasks.take_up_imports", "schedule": 60.0},
    "settle points": {"task": "wallet.tasks.settle_due_points", "schedule": crontab(minute="*/5")},
    "tell of expiring points": {
        "task": "wallet.tasks.tell_of_expiring_points",
        "schedule": crontab(minute=10),
    },
    "verify ledger": {"task": "wallet.tasks.verify_ledger", "schedule": crontab(minute=35)},
    "add up tallies": {"task": "loyalty.tasks.add_up_tallies", "schedule": crontab(minute="*/5")},
    "verify tallies": {"task": "loyalty.tasks.verify_tallies", "schedule": crontab(hour=4, minute=20)},
    "review levels": {"task": "customers.tasks.downgrade_due_levels", "schedule": crontab(hour=2, minute=15)},
    "refresh segments": {"task": "customers.tasks.refresh_segments", "schedule": crontab(hour=0, minute=20)},
    "refresh segments by the clock": {
        "task": "customers.tasks.refresh_segments_by_the_clock",
        "schedule": crontab(minute=1),
    },
    "follow changed customers": {"task": "customers.tasks.follow_changed_customers", "schedule": 3.0},
    "forget old keys": {"task": "loyalty.tasks.forget_old_keys", "schedule": crontab(hour=3, minute=45)},
}
