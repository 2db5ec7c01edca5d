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
    "settle points": {"task": "wallet.tasks.settle_due_points", "schedule": crontab(minute="*/5")},
    "verify ledger": {"task": "wallet.tasks.verify_ledger", "schedule": crontab(minute=35)},
    "review levels": {"task": "customers.tasks.downgrade_due_levels", "schedule": crontab(hour=2, minute=15)},
    "forget old keys": {"task": "loyalty.tasks.forget_old_keys", "schedule": crontab(hour=3, minute=45)},
}
