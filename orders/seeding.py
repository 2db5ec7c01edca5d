"""Bulk data for load work: any number of customers and purchases, always alike for the same seed.

Rows are written in bulk (`loyalty.bulk`), past the front door but by the same rules: sums, levels and the ledger are
what the same purchases would have left. Events are not written. Memory does not grow with the numbers.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from django.db import transaction

from customers import spending
from customers.level_choice import Rung, rung_for
from customers.models import Customer, Level
from loyalty import bulk
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO, quantize
from loyalty.models import PointOfSale, Store
from orders.crowd import invent_customer, invent_labels, random_uuid
from orders.models import Purchase, PurchaseLine
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
_CHUNK = 2000
_DAYS = 365


@dataclass
class Seeded:
    """How far the seeding is."""

    customers: int = 0
    purchases: int = 0


@dataclass(frozen=True)
class _Scene:
    """What every chunk of one seeding shares."""

    store: Store
    shops: Sequence[PointOfSale]
    rungs: Sequence[Rung]
    chance: random.Random
    at: datetime


def seed(store: Store, *, customers: int, purchases: int, seed_number: int, at: datetime) -> Iterator[Seeded]:
    """Add customers of the years before `at` with purchases of its last one; give the progress after each chunk.

    Each chunk of customers buys its share of the purchases; a point for every unit of money.
    Idempotent: not; each run adds, under numbers that are still free.   Locks: the wallets of a chunk.
    """
    present = Customer.objects.filter(store=store).count()
    scene = _Scene(
        store=store,
        shops=list(PointOfSale.objects.filter(store=store).order_by("identifier")),
        rungs=_rungs(store),
        chance=random.Random(f"{seed_number}:{store.code}:{present}"),  # noqa: S311  load data, not secrets
        at=at,
    )
    done, numbers = Seeded(), count(present + 1_000_000)
    while done.customers < customers:
        size = min(_CHUNK, customers - done.customers)
        left_after = customers - done.customers - size
        share = purchases - done.purchases if not left_after else purchases * size // customers
        _seed_chunk(scene, [next(numbers) for _ in range(size)], share)
        done = Seeded(done.customers + size, done.purchases + share)
        yield done


def _seed_chunk(scene: _Scene, numbers: Sequence[int], share: int) -> None:
    people = [
        invent_customer(scene.store, number, shops=scene.shops, chance=scene.chance, at=scene.at)
        for number in numbers
    ]
    buyers = [customer for customer in people if customer.is_active] or people
    bought = [_buy(scene, scene.chance.choice(buyers)) for _ in range(share)]
    for customer in people:
        reached = rung_for(scene.rungs, customer.purchases_amount)
        customer.level_id = reached.id if reached else None
    with transaction.atomic():
        bulk.insert(people)
        bulk.insert([label for person in people for label in invent_labels(person, chance=scene.chance)])
        bulk.insert([Wallet(customer=customer, store=scene.store) for customer in people])
        bulk.insert([purchase for purchase, _ in bought])
        bulk.insert([line for _, lines in bought for line in lines])
        ledger.grant_in_bulk(
            scene.store,
            [
                ledger.Grant(purchase.customer.pk, purchase.gross_value, purchase.purchased_at, purchase.pk)
                for purchase, _ in bought
                if purchase.customer
            ],
            source="seed",
            actor=SYSTEM,
            at=scene.at,
        )


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


def _buy(scene: _Scene, customer: Customer) -> tuple[Purchase, list[PurchaseLine]]:
    """Let a customer buy something in the last year, after they joined, and count it in their sums."""
    chance = scene.chance
    lines = [_line(position, chance) for position in range(chance.randint(1, 6))]
    span = min(_DAYS * 86_400, max(int((scene.at - customer.created_at).total_seconds()), 61))
    purchased_at = scene.at - timedelta(seconds=chance.randrange(60, span))
    purchase = Purchase(
        id=random_uuid(chance),
        store=scene.store,
        document_number=f"S{chance.getrandbits(64):016x}",
        document_type=Purchase.DocumentType.SELL,
        purchased_at=purchased_at,
        point_of_sale=customer.point_of_sale,
        customer=customer,
        assigned_at=purchased_at,
        gross_value=sum((line.gross_value for line in lines), ZERO),
        customer_name=customer.full_name,
        customer_card_number=customer.card_number or "",
        created_at=purchased_at,
    )
    for line in lines:
        line.purchase = purchase
    spending.count_purchase(customer, spending.sums_of(lines), purchased_at=purchased_at)
    customer.updated_at = max(customer.updated_at, purchased_at)
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
