"""A document gets its customer: it counts in the sums, moves the level, and earns or takes back points."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns import earning
from campaigns.evaluation import Rule
from customers import contact, identification, invitations, levels, spending
from customers.models import Customer
from loyalty import events
from loyalty.actors import SYSTEM, Actor
from loyalty.amounts import ZERO
from loyalty.events import Subject
from loyalty.models import Store
from orders.events import PurchaseAssigned, PurchaseMatched
from orders.models import Purchase, PurchaseLine
from orders.purchases.baskets import basket_of
from orders.purchases.labelling import find_document
from orders.purchases.refusals import AlreadyAssigned, CustomerNotFound, CustomersDiffer, PurchaseNotFound
from wallet import ledger


def assign_customer(
    store: Store,
    *,
    document_number: str,
    at: datetime,
    actor: Actor,
    customer_id: UUID | None = None,
    email: str = "",
    card_number: str = "",
    phone: str = "",
) -> Purchase:
    """Say by hand whose document it is, and do everything that follows; returns of a sale go with it.

    Raises: PurchaseNotFound, CustomerNotFound, CustomersDiffer, AlreadyAssigned. Nothing is written then.
    Locks: the customer's wallet, then the document.
    """
    with events.atomic():
        purchase = find_document(store, document_number)
        named = _find_customer(
            store, customer_id=customer_id, email=email, card_number=card_number, phone=phone
        )
        customer = lock_customer(store, named.pk)
        purchase = (
            Purchase.objects.select_for_update(of=("self",)).select_related("revised").get(pk=purchase.pk)
        )
        if purchase.customer_id is not None:
            raise AlreadyAssigned
        if purchase.document_type == Purchase.DocumentType.RETURN:
            raise PurchaseNotFound  # a return goes where its sale goes
        events.record(
            PurchaseMatched(
                purchase_id=str(purchase.pk),
                document_number=purchase.document_number,
                customer_id=str(customer.pk),
            ),
            store_id=store.pk,
            actor=actor,
            subject=Subject("purchase", str(purchase.pk)),
            at=at,
        )
        for document in [purchase, *purchase.returns.filter(customer=None).order_by("created_at")]:
            document.customer, document.assigned_at = customer, at
            document.save(update_fields=["customer", "assigned_at"])
            follow_up(
                document, customer, lines=list(document.lines.all()), actor=actor, at=at, is_by_hand=True
            )
    return purchase


def lockable_customers() -> QuerySet[Customer]:
    """Give customers in a form in which reading them locks them, their wallets first, in order of id.

    The wallet comes first, as everywhere, so that a purchase and a movement of points never wait for each other.
    """
    with_wallet = Customer.objects.filter(wallet__isnull=False).select_related("wallet")
    return with_wallet.select_for_update(of=("wallet", "self")).order_by("pk")


def lock_customer(store: Store, customer_id: UUID) -> Customer:
    """Lock a customer and their wallet and give the customer as it is now."""
    customer = lockable_customers().get(pk=customer_id)
    customer.store = store
    return customer


def follow_up(
    purchase: Purchase,
    customer: Customer,
    *,
    lines: Sequence[PurchaseLine],
    actor: Actor,
    at: datetime,
    points_dated: datetime | None = None,
    rules: Sequence[Rule] | None = None,
    is_by_hand: bool = False,
) -> None:
    """Do what follows when a document has its customer: sums, level, then points, which the new level governs.

    Locks: none of its own; the customer must be locked.   Source: docs/earning.md; docs/levels.md.
    """
    is_return = purchase.document_type == Purchase.DocumentType.RETURN
    previous_count = customer.purchases_count
    changed = spending.count_purchase(
        customer,
        _sums(purchase, lines, customer=customer),
        purchased_at=purchase.purchased_at,
        is_return=is_return,
    )
    levels.review(customer, at=at, actor=actor, also_save=changed)
    points_at = points_dated or at
    if is_return:
        moved = _revoke(purchase, customer, at=points_at)
    else:
        moved = _earn(purchase, customer, lines, at=points_at, rules=rules)
        invitations.note_purchase(customer, purchase_id=purchase.pk, at=at)
    events.record(
        PurchaseAssigned(
            purchase_id=str(purchase.pk),
            document_number=purchase.document_number,
            document_type=purchase.document_type,
            gross_value=str(purchase.gross_value),
            points=str(moved),
            customer_id=str(customer.pk),
            previous_count=None if is_by_hand or is_return else previous_count,
        ),
        store_id=purchase.store_id,
        actor=actor,
        subject=Subject.customer(customer.pk),
        at=at,
    )


def _sums(purchase: Purchase, lines: Sequence[PurchaseLine], *, customer: Customer) -> spending.PurchaseSums:
    return spending.sums_of(
        lines,
        delivery_skus=purchase.excluded_delivery_skus,
        level_skus=purchase.excluded_level_skus,
        level_categories=purchase.excluded_level_categories,
        delivery_counts_for_level=not customer.store.programme.exclude_delivery_costs_from_tier_assignment,
    )


def _earn(
    purchase: Purchase,
    customer: Customer,
    lines: Sequence[PurchaseLine],
    *,
    at: datetime,
    rules: Sequence[Rule] | None,
) -> Decimal:
    """Have the rules turn a sale into points; give how many."""
    transfer = earning.earn_for_purchase(
        customer, basket_of(purchase, lines), purchase_id=purchase.pk, at=at, rules=rules
    )
    return ZERO if transfer is None else transfer.value


def _revoke(purchase: Purchase, customer: Customer, *, at: datetime) -> Decimal:
    """Take back the share of the sale's points that a return stands for; give how many.

    A sale of zero gross earned nothing that a share could be taken of. Source: wire decision 5.
    """
    sale = purchase.revised
    if sale is None or sale.gross_value == ZERO:
        return ZERO
    return ledger.revoke_for_return(
        customer,
        sale_id=sale.pk,
        return_id=purchase.pk,
        returned_share=min(Fraction(purchase.gross_value) / Fraction(sale.gross_value), Fraction(1)),
        at=at,
        actor=SYSTEM,
    )


def _find_customer(
    store: Store, *, customer_id: UUID | None, email: str, card_number: str, phone: str
) -> Customer:
    """Find the one customer that everything given names."""
    wanted = Q()
    if customer_id is not None:
        wanted |= Q(pk=customer_id)
    if email:
        wanted |= Q(email_key=contact.fold_email(email))
    if card_number:
        wanted |= Q(card_number=contact.fold_card(card_number))
    if phone and (number := identification.phone_of(store, phone)):
        wanted |= Q(phone=number)
    if not wanted:
        raise CustomerNotFound
    found = Customer.objects.filter(wanted, store=store).exclude(status=Customer.Status.DELETED)[:2]
    if not found:
        raise CustomerNotFound
    if len(found) > 1:
        raise CustomersDiffer
    return found[0]
