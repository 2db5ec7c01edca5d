"""Tables of the ground floor: stores, people who work there, credentials, records, imports."""

from loyalty.models.credentials import IdempotencyKey, OneTimeCode, PermanentToken, RefreshToken, Throttle
from loyalty.models.imports import ImportJob, ImportRow
from loyalty.models.people import Credentials, Seller, StaffUser
from loyalty.models.records import AuditEntry, Event, OutboxMessage
from loyalty.models.stores import PointOfSale, Store

__all__ = [
    "AuditEntry",
    "Credentials",
    "Event",
    "IdempotencyKey",
    "ImportJob",
    "ImportRow",
    "OneTimeCode",
    "OutboxMessage",
    "PermanentToken",
    "PointOfSale",
    "RefreshToken",
    "Seller",
    "StaffUser",
    "Store",
    "Throttle",
]
