"""Whom a member of staff means by an e-mail, a phone or a card number that was typed into a form."""

from customers import identification
from customers.models import Customer
from loyalty.models import Store
from loyalty.refusals import Refusal

NOBODY = "No customer of this store has this e-mail, phone or card number."


class CustomerUnknown(Refusal):
    """Nobody in this store has this e-mail, phone or card."""

    code = "cockpit.customer_unknown"
    message = NOBODY
    field = "customer"


def find_named(store: Store, text: str, *, field: str = "customer") -> Customer:
    """Give the customer of a store whom a text names.

    Raises: CustomerUnknown at the form's `field`.
    """
    found = identification.find_by_identifier(store, text)
    if found is None:
        raise CustomerUnknown(field=field)
    return found
