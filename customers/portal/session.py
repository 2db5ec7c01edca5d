"""A customer's log-in to the portal: which customer a browser session stands for, store by store.

Apart from the staff's log-in, which may live in the same session. Raising a customer's `token_version`, or closing
the account, ends it with the next request.
"""

from django.http import HttpRequest

from customers.models import Customer
from loyalty.actors import Actor, ActorKind
from loyalty.models import Store


def _key(store: Store) -> str:
    return f"portal:{store.pk}"


def open_session(request: HttpRequest, customer: Customer) -> None:
    """Let this browser session stand for a customer; its key changes, so one planted before is worthless."""
    request.session.cycle_key()
    request.session[_key(customer.store)] = {"id": str(customer.pk), "token_version": customer.token_version}


def close_session(request: HttpRequest, store: Store) -> None:
    """Forget the customer; a session that holds nothing else ends altogether."""
    request.session.pop(_key(store), None)
    if not request.session.keys():
        request.session.flush()
    else:
        request.session.cycle_key()


def customer_of(request: HttpRequest, store: Store) -> Customer | None:
    """Give the customer this browser session stands for, if the log-in still holds."""
    known = request.session.get(_key(store))
    if known is None:
        return None
    customer = (
        Customer.objects.select_related("level")
        .filter(pk=known["id"], store=store, token_version=known["token_version"])
        .first()
    )
    if customer is None or not customer.is_active:
        close_session(request, store)
        return None
    customer.store = store
    return customer


def actor_of(customer: Customer) -> Actor:
    """Name the customer as the one who acts."""
    return Actor(kind=ActorKind.CUSTOMER, id=str(customer.pk))
