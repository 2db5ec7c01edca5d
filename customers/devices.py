"""Customers' devices: the tokens to which push messages go."""

from customers import profile
from customers.models import Customer, PushToken
from loyalty import events
from loyalty.refusals import NotFound

# Apps get a new token with every installation; who has more has lost the oldest.
MAX_DEVICES = 20


def tokens_of(customer: Customer) -> list[str]:
    """Give the tokens of a customer's devices, oldest first."""
    return list(customer.push_tokens.order_by("pk").values_list("token", flat=True))


def add_token(customer: Customer, token: str) -> None:
    """Note a device of a customer; beyond MAX_DEVICES the oldest make room.

    Raises: CustomerDeleted, CustomerAnonymized.   Locks: the customer.
    Idempotent: a token that is there already stays where it is.
    """
    with events.atomic():
        profile.lock(customer)
        PushToken.objects.get_or_create(customer=customer, token=token)
        newest = customer.push_tokens.order_by("-pk").values_list("pk", flat=True)[:MAX_DEVICES]
        customer.push_tokens.exclude(pk__in=list(newest)).delete()


def remove_token(customer: Customer, token: str) -> None:
    """Forget a device of a customer.

    Raises: NotFound when it is not theirs.
    """
    deleted, _ = customer.push_tokens.filter(token=token).delete()
    if not deleted:
        raise NotFound
