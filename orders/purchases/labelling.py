"""Labels of documents: replace, hang on, take off."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import NotFound
from orders.documents import Label
from orders.events import PurchaseLabelsChanged
from orders.models import Purchase, PurchaseLabel
from orders.purchases.refusals import PurchaseNotFound


def find_purchase(store: Store, purchase_id: UUID) -> Purchase:
    """Find a store's purchase.

    Raises: NotFound.
    """
    found = Purchase.objects.filter(store=store, pk=purchase_id).first()
    if found is None:
        raise NotFound
    return found


def find_document(store: Store, document_number: str, *, owner: Customer | None = None) -> Purchase:
    """Find a document of a store by its number, a sale before a return; `owner` narrows to what that customer owns.

    Raises: PurchaseNotFound, also for a document of somebody else.
    """
    documents = Purchase.objects.filter(store=store, document_number=document_number)
    if owner is not None:
        documents = documents.filter(customer=owner)
    found = documents.order_by("-document_type", "created_at").first()
    if found is None:
        raise PurchaseNotFound
    return found


def replace_labels(purchase: Purchase, labels: Iterable[Label], *, at: datetime, actor: Actor) -> None:
    """Make exactly these the labels of a purchase.

    Idempotent.   Locks: the purchase.
    """
    _change(purchase, lambda present: [*labels], at=at, actor=actor)


def add_labels(purchase: Purchase, labels: Iterable[Label], *, at: datetime, actor: Actor) -> None:
    """Hang labels on a purchase; those already there stay once.

    Idempotent.   Locks: the purchase.
    """
    _change(purchase, lambda present: [*present, *labels], at=at, actor=actor)


def remove_labels(purchase: Purchase, labels: Iterable[Label], *, at: datetime, actor: Actor) -> None:
    """Take labels off a purchase; those that are not there do not matter.

    Idempotent.   Locks: the purchase.
    """
    unwanted = set(labels)
    _change(
        purchase, lambda present: [label for label in present if label not in unwanted], at=at, actor=actor
    )


def _change(
    purchase: Purchase, wanted_of: Callable[[list[Label]], list[Label]], *, at: datetime, actor: Actor
) -> None:
    with events.atomic():
        Purchase.objects.select_for_update().get(pk=purchase.pk)
        rows = {Label(row.key, row.value): row for row in PurchaseLabel.objects.filter(purchase=purchase)}
        wanted = dict.fromkeys(wanted_of(list(rows)))
        removed = [label for label in rows if label not in wanted]
        added = [label for label in wanted if label not in rows]
        if not removed and not added:
            return
        PurchaseLabel.objects.filter(pk__in=[rows[label].pk for label in removed]).delete()
        PurchaseLabel.objects.bulk_create(
            PurchaseLabel(purchase=purchase, key=label.key, value=label.value) for label in added
        )
        events.record(
            PurchaseLabelsChanged(
                purchase_id=str(purchase.pk),
                document_number=purchase.document_number,
                added=len(added),
                removed=len(removed),
            ),
            store_id=purchase.store_id,
            actor=actor,
            subject=Subject("purchase", str(purchase.pk)),
            at=at,
        )
