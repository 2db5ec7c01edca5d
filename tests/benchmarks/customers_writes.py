"""Measure what writing to customers costs: a registration, a change of a profile, a purchase of somebody known.

    DATABASE_URL=postgres://… DEBUG=1 python -m tests.benchmarks.customers_writes [--rounds 400] [--beside OTHER]

The database is one that `manage.py seed` filled; what is written stays in it. The capabilities run as they are, in
process, each in its own transaction. Prints for each kind, and with `--beside` for another database of the same
server too, whose turns alternate with the first's: the median of the time in milliseconds, the mean CPU time of the
database's process and of both processes.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

# Writes of one kind to one database before the other's turn.
TURN = 50


@dataclass
class Costs:
    """What the writes of one kind to one database have cost so far."""

    times: list[float] = field(default_factory=list)
    database: float = 0
    own: float = 0

    def tell(self, name: str, database: str) -> None:
        count = len(self.times)
        figures = (statistics.median(self.times), self.database / count, (self.database + self.own) / count)
        sys.stdout.write(f"{name:14}{database:20}" + "".join(f"{figure:10.2f}" for figure in figures) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Write alternately to the databases and print the table."""
    options = read_options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection

    names = [str(connection.settings_dict["NAME"]), *options.beside]
    chance = random.Random(options.seed)
    sys.stdout.write(f"{'write':14}{'database':20}{'p50 ms':>10}{'db cpu':>10}{'all cpu':>10}\n")
    for kind in ("registration", "profile", "purchase"):
        costs = {name: Costs() for name in names}
        for _ in range(max(options.rounds // TURN, 1)):
            for name in names:
                turn_to(name)
                write_some(kind, options.store, chance, costs[name])
        for name in names:
            costs[name].tell(kind, name)


def turn_to(name: str) -> None:
    """Connect to a database of the same server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def write_some(kind: str, code: str, chance: random.Random, costs: Costs) -> None:
    """Write a turn's worth of one kind and add up what it cost."""
    from django.db import connection

    write = writers(code, chance)[kind]
    for _ in range(5):
        write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    own, theirs = time.process_time(), database_cpu(pid)
    for _ in range(TURN):
        started = time.perf_counter()
        write()
        costs.times.append((time.perf_counter() - started) * 1000)
    costs.own += (time.process_time() - own) * 1000
    costs.database += database_cpu(pid) - theirs


def database_cpu(pid: int) -> float:
    """Give the CPU time in milliseconds that a process of the database on this machine has used."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1_000_000


def writers(code: str, chance: random.Random) -> dict[str, Callable[[], object]]:
    """Give what writes once, by kind: for somebody new, or for somebody anywhere among all."""
    from django.utils import timezone

    from customers import profile, registration
    from customers.models import Customer
    from customers.registration import Door
    from loyalty.actors import SYSTEM
    from loyalty.models import Store
    from orders import purchases
    from tests.orders.factories import document, line

    store = Store.objects.get(code=code)
    # Ids are spread evenly, so a drawn one has somebody near who is as likely as anybody.
    somebody = Customer.objects.filter(store=store, status=Customer.Status.ACTIVE).order_by("pk")
    holders = somebody.exclude(card_number=None)

    def drawn(customers: Any) -> Any:
        place = uuid4().hex
        return customers.filter(pk__gte=place[:12] + "4" + place[13:]).first() or customers.first()

    people = iter([drawn(holders) for _ in range(2 * TURN)])

    def register() -> object:
        word = uuid4().hex
        details: profile.Profile = {
            "email": f"{word}@mail.example",
            "first_name": chance.choice(("Anna", "Jan", "Piotr")),
            "last_name": f"Nowak{word[:4]}",
            "phone": f"0000{int(word, 16) % 10**11:011d}",
            "card_number": word[:16],
            "address": {"city": "Gdynia", "postal": "81-300", "street": "Morska", "country": "PL"},
        }
        return registration.register_customer(
            store, door=Door.ADMIN, details=details, at=timezone.now(), actor=SYSTEM
        )

    def change() -> object:
        details: profile.Profile = {"first_name": uuid4().hex[:8], "address": {"city": uuid4().hex[:8]}}
        return profile.update_profile(next(people), profile=details, at=timezone.now(), actor=SYSTEM)

    def buy() -> object:
        at = timezone.now() - timedelta(seconds=1)
        gross = str(Decimal(chance.randrange(100, 20_000)) / 100)
        what = document(line(gross=gross), of=next(people).card_number, number=uuid4().hex, at=at)
        return purchases.register_purchase(store, document=what, at=at, actor=SYSTEM)

    return {"registration": register, "profile": change, "purchase": buy}


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", default="DEFAULT")
    parser.add_argument(
        "--beside", nargs="*", default=[], help="other databases of the server to alternate with"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
