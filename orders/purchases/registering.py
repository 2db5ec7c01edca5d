"""A document reaches the programme: it is stored, finds its customer, counts, and earns or takes back points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from campaigns.evaluation import Rule
from customers import identification
from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import PointOfSale, Store
from loyalty.programme import ProgrammeSettings
from orders.documents import DocumentLine, PurchaseDocument
from orders.events import PurchaseRegistered
from orders.models import Purchase, PurchaseLabel, PurchaseLine
from orders.purchases import assigning, item_labels
from orders.purchases.refusals import (
    DocumentAlreadyRegistered,
    NegativeLine,
    PointOfSaleUnknown,
    ReturnsNotAccepted,
    RevisedDocumentOfAnother,
    RevisedDocumentUnknown,
)


@dataclass(frozen=True)
class Lookups:
    """What a caller that registers many documents has looked up once: rules, points of sale by identifier."""

    rules: Sequence[Rule]
    points_of_sale: Mapping[str, PointOfSale]


def register_purchase(
    store: Store,
    *,
    actor: Actor,
    at: datetime,
    document: PurchaseDocument,
    points_dated: datetime | None = None,
    lookups: Lookups | None = None,
) -> Purchase:
    """Register a document and do everything that follows from it, in one transaction.

    The customer is found from what the till knows of the buyer; without one the document waits to be matched. A
    return belongs to whoever owns the sale it revises. `points_dated` moves the points to another moment than `at`;
    `lookups` come from a caller that registers many documents in one transaction.
    Raises: DocumentAlreadyRegistered, ReturnsNotAccepted, RevisedDocumentUnknown, RevisedDocumentOfAnother,
    PointOfSaleUnknown, NegativeLine. Nothing is written then.
    Idempotent: a sale's document number is refused the second time.
    Locks: the customer's wallet, when there is a customer.
    """
    document = document.as_positive()
    try:
        with events.atomic():
            return _register(
                store, actor=actor, at=at, document=document, points_dated=points_dated or at, lookups=lookups
            )
    except IntegrityError as error:
        if _names_document_number(error):
            raise DocumentAlreadyRegistered from error
        raise


def _register(
    store: Store,
    *,
    actor: Actor,
    at: datetime,
    document: PurchaseDocument,
    points_dated: datetime,
    lookups: Lookups | None,
) -> Purchase:
    programme = store.programme
    sale = _find_revised_sale(store, document, programme=programme)
    customer = identification.find_customer(
        store,
        email=document.buyer.email,
        phone=document.buyer.phone,
        card_number=document.buyer.card_number,
        among=assigning.lockable_customers(),
    )
    if sale is not None:
        customer = _owner(sale, customer)
    purchase, lines = _store_document(
        store,
        document,
        sale=sale,
        customer=customer,
        shop=_find_point_of_sale(store, document, lookups),
        at=at,
    )
    events.record(
        PurchaseRegistered(
            purchase_id=str(purchase.pk),
            document_number=purchase.document_number,
            document_type=purchase.document_type,
            gross_value=str(purchase.gross_value),
            point_of_sale_id=str(purchase.point_of_sale_id) if purchase.point_of_sale_id else None,
        ),
        store_id=store.pk,
        actor=actor,
        subject=Subject("purchase", str(purchase.pk)),
        at=at,
    )
    if customer is not None:
        assigning.follow_up(
            purchase,
            customer,
            lines=lines,
            actor=actor,
            at=at,
            points_dated=points_dated,
            rules=lookups.rules if lookups else None,
        )
    return purchase


def _find_revised_sale(
    store: Store, document: PurchaseDocument, *, programme: ProgrammeSettings
) -> Purchase | None:
    if not document.is_return:
        if any(line.gross_value < 0 for line in document.lines):
            raise NegativeLine
        return None
    if not programme.returns:
        raise ReturnsNotAccepted
    sale = Purchase.objects.filter(
        store=store, document_number=document.revised_document, document_type=Purchase.DocumentType.SELL
    ).first()
    if sale is None:
        raise RevisedDocumentUnknown
    sale.store = store
    return sale


def _owner(sale: Purchase, named: Customer | None) -> Customer | None:
    """Give whose return it is: the sale's owner, who must be the one that the return names, if it names one."""
    if sale.customer_id is None:
        return None
    if named is None:
        return assigning.lock_customer(sale.store, sale.customer_id)
    if named.pk != sale.customer_id:
        raise RevisedDocumentOfAnother
    return named


def _store_document(
    store: Store,
    document: PurchaseDocument,
    *,
    sale: Purchase | None,
    customer: Customer | None,
    shop: PointOfSale | None,
    at: datetime,
) -> tuple[Purchase, list[PurchaseLine]]:
    buyer, programme = document.buyer, store.programme
    purchase = Purchase(
        store=store,
        document_number=document.document_number,
        document_type=document.document_type.value,
        revised=sale,
        purchased_at=document.purchased_at,
        purchase_place=document.purchase_place,
        point_of_sale=shop,
        customer=customer,
        assigned_at=at if customer else None,
        gross_value=document.gross_value,
        customer_name=buyer.name,
        customer_email=buyer.email,
        customer_phone=buyer.phone,
        customer_card_number=buyer.card_number,
        customer_tax_id=buyer.tax_id,
        customer_address=buyer.address,
        excluded_delivery_skus=list(programme.excluded_delivery_skus),
        excluded_level_skus=list(programme.excluded_level_skus),
        excluded_level_categories=list(programme.excluded_level_categories),
    )
    purchase.save(force_insert=True)
    return purchase, _store_lines(purchase, document)


def _store_lines(purchase: Purchase, document: PurchaseDocument) -> list[PurchaseLine]:
    lines = PurchaseLine.objects.bulk_create(
        _as_row(purchase, position, line) for position, line in enumerate(document.lines)
    )
    if document.labels:
        PurchaseLabel.objects.bulk_create(
            PurchaseLabel(purchase=purchase, key=label.key, value=label.value)
            for label in dict.fromkeys(document.labels)
        )
    item_labels.note(purchase.store_id, [label for line in document.lines for label in line.labels])
    return lines


def _as_row(purchase: Purchase, position: int, line: DocumentLine) -> PurchaseLine:
    return PurchaseLine(
        purchase=purchase,
        position=position,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        gross_value=line.gross_value,
        category=line.category,
        maker=line.maker,
        labels=[{"key": label.key, "value": label.value} for label in line.labels],
    )


def _find_point_of_sale(
    store: Store, document: PurchaseDocument, lookups: Lookups | None
) -> PointOfSale | None:
    if document.point_of_sale_id is None and not document.point_of_sale_identifier:
        return None
    if lookups is not None and document.point_of_sale_id is None:
        known = lookups.points_of_sale.get(document.point_of_sale_identifier)
        if known is not None:
            return known
    named = PointOfSale.objects.filter(store=store)
    if document.point_of_sale_id is not None:
        named = named.filter(pk=document.point_of_sale_id)
    if document.point_of_sale_identifier:
        named = named.filter(identifier=document.point_of_sale_identifier)
    found = named.first()
    if found is None:
        raise PointOfSaleUnknown
    return found


def _names_document_number(error: IntegrityError) -> bool:
    # PostgreSQL names the constraint, SQLite the columns.
    text = str(error)
    return "sale_document_once_per_store" in text or "orders_purchase.document_number" in text
