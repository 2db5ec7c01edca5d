"""Bulk data for load work: any number of customers and purchases, always alike for the same seed.

Rows are written in bulk, past the front door but by the same rules: sums, levels and the ledger are what the same
purchases would have left. Events are not written.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from django.db import transaction

from customers import contact, spending
from customers.level_choice import Rung, rung_for
from customers.models import Customer, Level
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO, quantize
from loyalty.models import PointOfSale, Store
from orders.models import Purchase, PurchaseLine
from orders.names import invent
from wallet import ledger
from wallet.models import Wallet

_PRODUCTS = (
    "Bananas",
    "Milk",
    "White bread",
    "Eggs",
    "Tomatoes",
    "Coffee",
    "Butter",
    "Apples",
    "Yoghurt",
    "Rice",
)
_CHUNK = 500
_DAYS = 365


@dataclass
class Seeded:
    """How far the seeding is."""

    customers: int = 0
    purchases: int = 0


def seed(store: Store, *, customers: int, purchases: int, seed_number: int, at: datetime) -> Iterator[Seeded]:
    """Add customers and purchases spread over the year before `at`, and give the progress after each chunk.

    Each chunk of customers buys its share of the purchases; a point for every unit of money.
    Idempotent: not; each run adds, under numbers that are still free.   Locks: the wallets of a chunk.
    """
    present = Customer.objects.filter(store=store).count()
    chance = random.Random(f"{seed_number}:{store.pk}:{present}")  # noqa: S311  load data, not secrets
    done, shops = Seeded(), list(PointOfSale.objects.filter(store=store))
    numbers = count(present + 1_000_000)
    while done.customers < customers:
        size = min(_CHUNK, customers - done.customers)
        left_after = customers - done.customers - size
        share = purchases - done.purchases if not left_after else purchases * size // customers
        _seed_chunk(store, [next(numbers) for _ in range(size)], share, shops=shops, chance=chance, at=at)
        done = Seeded(done.customers + size, done.purchases + share)
        yield done


def _seed_chunk(
    store: Store,
    numbers: list[int],
    share: int,
    *,
    shops: list[PointOfSale],
    chance: random.Random,
    at: datetime,
) -> None:
    people = [_customer(store, number, chance=chance, at=at) for number in numbers]
    bought = [_purchase(store, chance.choice(people), shops, chance, at) for _ in range(share)]
    for purchase, lines in bought:
        assert purchase.customer is not None
        spending.count_purchase(
            purchase.customer, spending.sums_of(lines), purchased_at=purchase.purchased_at
        )
    rungs = _rungs(store)
    for customer in people:
        reached = rung_for(rungs, customer.purchases_amount)
        customer.level_id = reached.id if reached else None
    with transaction.atomic():
        Customer.objects.bulk_create(people, batch_size=_CHUNK)
        Wallet.objects.bulk_create([Wallet(customer=customer, store=store) for customer in people])
        Purchase.objects.bulk_create([purchase for purchase, _ in bought], batch_size=_CHUNK)
        PurchaseLine.objects.bulk_create([line for _, lines in bought for line in lines], batch_size=2000)
        grants = [
            ledger.Grant(_owner_id(purchase), purchase.gross_value, purchase.purchased_at, purchase.pk)
            for purchase, _ in bought
        ]
        ledger.grant_in_bulk(store, grants, source="seed", actor=SYSTEM, at=at)


def _rungs(store: Store) -> list[Rung]:
    levels = Level.objects.filter(store=store)
    return [
        Rung(
            id=level.pk,
            name=level.name,
            condition_value=level.condition_value,
            reward_value=level.reward_value,
            is_active=level.is_active,
        )
        for level in levels
    ]


def _customer(store: Store, number: int, *, chance: random.Random, at: datetime) -> Customer:
    person = invent(number)
    return Customer(
        id=_uuid(chance),
        store=store,
        status=Customer.Status.ACTIVE,
        first_name=person.first_name,
        last_name=person.last_name,
        gender=person.gender,
        birth_date=person.birth_date,
        email=person.email,
        email_key=contact.fold_email(person.email),
        card_number=str(number),
        card_state=Customer.CardState.WITH_CARD,
        street=person.street,
        address1=person.house_number,
        postal=person.postal,
        city=person.city,
        province=person.province,
        country=person.country,
        agreement1=True,
        level_changed_at=at,
        created_at=at - timedelta(days=_DAYS),
    )


def _purchase(
    store: Store,
    customer: Customer,
    shops: list[PointOfSale],
    chance: random.Random,
    at: datetime,
) -> tuple[Purchase, list[PurchaseLine]]:
    lines = [_line(position, chance) for position in range(chance.randint(1, 6))]
    purchased_at = at - timedelta(seconds=chance.randrange(60, _DAYS * 86_400))
    purchase = Purchase(
        id=_uuid(chance),
        store=store,
        document_number=f"S{chance.getrandbits(64):016x}",
        document_type=Purchase.DocumentType.SELL,
        purchased_at=purchased_at,
        point_of_sale=chance.choice(shops) if shops else None,
        customer=customer,
        assigned_at=purchased_at,
        gross_value=sum((line.gross_value for line in lines), ZERO),
        customer_name=customer.full_name,
        customer_card_number=customer.card_number or "",
    )
    for line in lines:
        line.purchase = purchase
    return purchase, lines


def _line(position: int, chance: random.Random) -> PurchaseLine:
    product = chance.randrange(len(_PRODUCTS))
    quantity = chance.randint(1, 4)
    return PurchaseLine(
        position=position,
        sku=f"seed-{product}",
        name=_PRODUCTS[product],
        quantity=Decimal(quantity),
        gross_value=quantize(Decimal(chance.randint(49, 1299)) / 100 * quantity),
        category="Grocery",
    )


def _owner_id(purchase: Purchase) -> UUID:
    assert purchase.customer_id is not None
    return purchase.customer_id


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
