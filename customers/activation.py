"""Opening and closing a customer's account."""

from datetime import datetime

from customers import profile
from customers.events import CustomerActivated, CustomerDeactivated
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty import events
from loyalty.actors import Actor

Status = Customer.Status


def activate(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Make a new or blocked customer active and return the customer.

    Raises: CustomerDeleted.   Idempotent: an active customer stays as they are.   Locks: the customer.
    """
    with events.atomic():
        locked = _lock(customer)
        if locked.status != Status.ACTIVE:
            locked.status = Status.ACTIVE
            locked.version += 1
            locked.save(update_fields=["status", "version", "updated_at"])
            profile.record_changed(locked, CustomerActivated(), at=at, actor=actor)
    return locked


def deactivate(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Block a customer, ending every session of theirs at once, and return the customer.

    Raises: CustomerDeleted.   Idempotent: a blocked customer stays as they are.   Locks: the customer.
    """
    with events.atomic():
        locked = _lock(customer)
        if locked.status != Status.BLOCKED:
            locked.status = Status.BLOCKED
            locked.token_version += 1
            locked.version += 1
            locked.save(update_fields=["status", "token_version", "version", "updated_at"])
            profile.record_changed(locked, CustomerDeactivated(), at=at, actor=actor)
    return locked


def _lock(customer: Customer) -> Customer:
    locked = Customer.objects.select_for_update(of=("self",)).select_related("store").get(pk=customer.pk)
    if locked.status == Status.DELETED:
        raise CustomerDeleted
    return locked
