"""Bring a purchase history into a store through the front door: every basket is registered like a till's.

Baskets are registered a chunk to a transaction, each in a savepoint of its own: a bad one fails alone, a kill loses
at most the chunk at hand, and a second run skips what is there.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import OperationalError

from campaigns import earning
from customers import registration
from customers.models import Customer
from customers.registration import Door
from loyalty import events, shops
from loyalty.actors import Actor, ActorKind
from loyalty.models import PointOfSale, Store
from loyalty.refusals import Refusal
from orders import history, purchases
from orders.documents import PurchaseDocument
from orders.models import Purchase
from orders.names import invent
from orders.purchases import Lookups

ACTOR = Actor(kind=ActorKind.IMPORT, name="import")
CHUNK = 50
_KEPT_REASONS = 20


@dataclass
class Progress:
    """How far an import is."""

    total: int
    registered: int = 0
    skipped: int = 0
    failed: int = 0
    customers: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.registered + self.skipped + self.failed

    def figures(self) -> dict[str, int]:
        """Give the counts by name."""
        return {
            "new": self.registered,
            "there": self.skipped,
            "refused": self.failed,
            "customers": self.customers,
        }

    def fail(self, document_number: str, refusal: Refusal) -> None:
        """Count a basket that was refused and keep the first reasons."""
        self.failed += 1
        if len(self.reasons) < _KEPT_REASONS:
            self.reasons.append(f"{document_number}: {refusal}")


def import_history(
    store: Store,
    path: Path,
    *,
    at: datetime,
    limit: int | None = None,
    points_dated_today: bool = False,
    creates_customers: bool = False,
    creates_points_of_sale: bool = False,
    ends_at: date | None = None,
    chunk: int = CHUNK,
) -> Iterator[Progress]:
    """Register every basket of a file, oldest first, and give the progress after each chunk.

    A basket belongs to the customer whose card number is its household's number; `creates_customers` registers
    unknown households under invented names. Points are granted at the purchase's own moment, so that they expire as
    they would have, or at `at` with `points_dated_today`. `ends_at` moves the whole history so that its last day is
    that day.
    Raises: history.UnreadableHistory before anything is written, unless a value in the middle is no number.
    Idempotent: a document that is there is skipped.
    """
    survey = history.survey(path)
    moved_by = timedelta() if ends_at is None else ends_at - survey.last_day
    if creates_points_of_sale:
        open_points_of_sale(store, survey.stores, at=at)
    shops_by_identifier = {shop.identifier: shop for shop in PointOfSale.objects.filter(store=store)}
    progress = Progress(total=min(limit or survey.baskets, survey.baskets))
    documents = history.read_documents(path, zone=store.programme.zone, moved_by=moved_by)
    placed = (_place(document, shops_by_identifier) for document in islice(documents, limit))
    while group := list(islice(placed, chunk)):
        missing = _missing(store, group)
        progress.skipped += len(group) - len(missing)
        if creates_customers:
            progress.customers += register_households(store, missing)
        _register_chunk(
            store, missing, progress, shops_by_identifier, points_dated=at if points_dated_today else None
        )
        yield progress


def open_points_of_sale(store: Store, identifiers: Iterable[str], *, at: datetime) -> None:
    """Open the points of sale that a store does not have yet.

    Idempotent: on the identifiers.
    """
    known = set(PointOfSale.objects.filter(store=store).values_list("identifier", flat=True))
    for identifier in sorted(set(identifiers) - known, key=lambda text: (len(text), text)):
        values = {"identifier": identifier, "name": f"Store {identifier}"}
        shops.save_point_of_sale(store, values=values, actor=ACTOR, at=at)


def register_households(store: Store, documents: Iterable[PurchaseDocument]) -> int:
    """Register the buyers whose card nobody has, each at the moment of their first document; give how many.

    Idempotent: on the card number.
    """
    first_seen: dict[str, datetime] = {}
    for document in documents:
        first_seen.setdefault(document.buyer.card_number, document.purchased_at)
    known = Customer.objects.filter(store=store, card_number__in=first_seen).values_list(
        "card_number", flat=True
    )
    strangers = sorted(set(first_seen) - set(known))
    with events.atomic():
        for card_number in strangers:
            _register_household(store, card_number, at=first_seen[card_number])
    return len(strangers)


def _register_household(store: Store, card_number: str, *, at: datetime) -> None:
    person = invent(int(card_number))
    registration.register_customer(
        store,
        door=Door.IMPORT,
        details={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "gender": person.gender,
            "birth_date": person.birth_date,
            "email": person.email,
            "card_number": card_number,
            "address": {
                "street": person.street,
                "address1": person.house_number,
                "postal": person.postal,
                "city": person.city,
                "province": person.province,
                "country": person.country,
            },
            "agreement1": True,
        },
        at=at,
        actor=ACTOR,
    )


def _place(document: PurchaseDocument, known: Container[str]) -> PurchaseDocument:
    """Drop a point of sale that the store does not have: its name stays as the purchase's place."""
    return (
        document
        if document.point_of_sale_identifier in known
        else replace(document, point_of_sale_identifier="")
    )


def _missing(store: Store, documents: Sequence[PurchaseDocument]) -> list[PurchaseDocument]:
    present = set(
        Purchase.objects.filter(
            store=store,
            document_type=Purchase.DocumentType.SELL,
            document_number__in=[document.document_number for document in documents],
        ).values_list("document_number", flat=True)
    )
    return [document for document in documents if document.document_number not in present]


def _register_chunk(
    store: Store,
    documents: Sequence[PurchaseDocument],
    progress: Progress,
    shops_by_identifier: Mapping[str, PointOfSale],
    *,
    points_dated: datetime | None,
) -> None:
    try:
        with events.atomic():
            lookups = Lookups(rules=earning.read_rules(store), points_of_sale=shops_by_identifier)
            outcomes = [
                _register(store, each, points_dated=points_dated, lookups=lookups) for each in documents
            ]
    except OperationalError:
        # Others who hold several of the same wallets may have to wait for us crosswise: one at a time cannot.
        outcomes = [_register(store, each, points_dated=points_dated, lookups=None) for each in documents]
    for document, refusal in zip(documents, outcomes, strict=True):
        if refusal is None:
            progress.registered += 1
        else:
            progress.fail(document.document_number, refusal)


def _register(
    store: Store, document: PurchaseDocument, *, points_dated: datetime | None, lookups: Lookups | None
) -> Refusal | None:
    """Register one basket in a savepoint; give what refused it."""
    try:
        with events.atomic(savepoint=True):
            purchases.register_purchase(
                store,
                actor=ACTOR,
                at=document.purchased_at,
                document=document,
                points_dated=points_dated,
                lookups=lookups,
            )
    except Refusal as refusal:
        return refusal
    return None
