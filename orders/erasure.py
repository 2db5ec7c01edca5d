"""What names a customer on till documents: what the till knew of the buyer. The documents themselves stay."""

from typing import Any

from django.db.models import Q, QuerySet

from customers import contact, identification
from loyalty.erasure import Traces, forget_rows_that_made
from loyalty.models import Store
from orders.models import Purchase

# Column of a document -> what stands there afterwards.
BLANK: dict[str, Any] = {
    "customer_name": "",
    "customer_email": "",
    "customer_phone": "",
    "customer_card_number": "",
    "customer_tax_id": "",
    "customer_address": {},
}


def forget(traces: Traces) -> None:
    """Blank the buyer on a customer's documents, and on whatever other document names their e-mail, phone or card.

    Idempotent: a second call finds nothing.   Locks: the documents that change.
    """
    of_store = Purchase.objects.filter(store_id=traces.store_id)
    own = Q(customer_id=traces.customer_id)
    of_store.filter(own | _named_alike(traces)).update(**BLANK)
    forget_rows_that_made(of_store.filter(own).values_list("pk", flat=True), traces)
    _forget_by_phone(of_store, traces)


def _named_alike(traces: Traces) -> Q:
    wanted = Q(customer_card_number__in=traces.contacts)
    for email in {contact.fold_email(text) for text in traces.contacts if "@" in text}:
        wanted |= Q(customer_email__iexact=email)
    return wanted


def _forget_by_phone(documents: QuerySet[Purchase], traces: Traces) -> None:
    """Documents keep a phone as the till wrote it, so each that could be this one is read as a phone."""
    phones = {text for text in traces.contacts if text.startswith("+")}
    if not phones:
        return
    store = Store.objects.get(pk=traces.store_id)
    for phone in phones:
        candidates = documents.filter(customer_phone__endswith=phone[-1]).values_list("pk", "customer_phone")
        found = [
            pk
            for pk, written in candidates.iterator()
            if identification.phone_of(store, written) in phones or written in traces.contacts
        ]
        documents.filter(pk__in=found).update(**BLANK)
