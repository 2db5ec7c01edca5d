"""What the ledger's benchmarks find in a database: customers, wallets with points to spend, a rule, a partner's token.

    DATABASE_URL=postgres://… python -m tests.benchmarks.ledger_data --customers 10000

Prints the token and a sample of the wallets as JSON. A second run finds what the first one made.
"""

import argparse
import json
import os
import random
import sys
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from loyalty.models import Store

# Wallets that spend. More would change nothing: a run of a minute reaches some thousands of them.
_SAMPLE = 20_000
_BATCHES = 5
_POINTS = Decimal(20_000)
_PURCHASES_PER_CUSTOMER = 0.3


def main() -> None:
    """Make what is missing and print what clients need."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from loyalty.models import Store
    from loyalty.tokens import create_permanent
    from orders import seeding

    store = Store.objects.get(code="DEFAULT")
    missing = options.customers - count_customers(store)
    if missing > 0:
        purchases = int(missing * _PURCHASES_PER_CUSTOMER)
        for _ in seeding.seed(
            store, customers=missing, purchases=purchases, seed_number=1, at=timezone.now()
        ):
            pass
    make_rule(store)
    if grant(store, size=min(_SAMPLE, options.customers)) or missing > 0:
        connection.cursor().execute("VACUUM ANALYZE")
    _, token = create_permanent("benchmark", store=store, abilities=["*"])
    cards = sample(store)
    sys.stdout.write(json.dumps({"token": token, "wallets": list(cards), "cards": list(cards.values())}))


def count_customers(store: "Store") -> int:
    """Give how many customers a store has."""
    from customers.models import Customer

    return Customer.objects.filter(store=store).count()


def make_rule(store: "Store") -> None:
    """Give the store a rule: a point for every unit of money, whatever the level."""
    from campaigns.models import EarningRule
    from customers.models import Level
    from tests.campaigns.factories import make_rule as make
    from tests.factories import make_level

    levels = list(Level.objects.filter(store=store)) or [make_level(store)]
    if not EarningRule.objects.filter(store=store).exists():
        make(levels[0], level_ids=tuple(level.pk for level in levels), name="A point per unit")


def grant(store: "Store", *, size: int) -> int:
    """Give wallets spread over the whole store batches of several days; give how many got some."""
    from django.utils import timezone

    from customers.models import Customer
    from loyalty.actors import SYSTEM
    from wallet import ledger

    if len(sample(store)) >= size // 2:
        return 0
    active = Customer.objects.filter(store=store, status="active", card_number__isnull=False)
    everybody = list(active.order_by("pk").values_list("pk", flat=True))
    owners = random.Random(1).sample(everybody, min(size, len(everybody)))
    now = timezone.now()
    for start in range(0, len(owners), 1000):
        grants = [
            ledger.Grant(owner, _POINTS, now - timedelta(days=10 * number))
            for owner in owners[start : start + 1000]
            for number in range(_BATCHES)
        ]
        ledger.grant_in_bulk(store, grants, source="benchmark", actor=SYSTEM, at=now)
    return len(owners)


def sample(store: "Store") -> dict[str, str]:
    """Give the card numbers of active customers with many points left, by wallet."""
    from customers.models import Customer

    rich = Customer.objects.filter(
        store=store, status="active", card_number__isnull=False, wallet__available__gte=_POINTS * 2
    )
    return {str(pk): str(card) for pk, card in rich.order_by("pk").values_list("pk", "card_number")[:_SAMPLE]}


if __name__ == "__main__":
    main()
