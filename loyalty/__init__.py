"""The ground floor: whose programme it is and what happened. Everything else stands on it."""

from loyalty.celery import app as celery_app

__all__ = ["celery_app"]
