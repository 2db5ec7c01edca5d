"""Measure the customer lists of the Open Loyalty dialect, through the whole stack but the network.

    DATABASE_URL=postgres://… DEBUG=1 python -m tests.benchmarks.customers_lists [--rounds 40] [--only sort]

The database is one that `manage.py seed` filled. Prints a line for each kind of query: median and 95th percentile of
the time in milliseconds, CPU time of this process and the database together (which a busy machine stretches less),
statements, and the `total` of the last answer. Every round asks for something else.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

Query = Callable[[random.Random], tuple[str, str, dict[str, Any] | None, dict[str, Any]]]
SORTS = (
    "customerId firstName lastName gender email phone birthDate loyaltyCardNumber active city createdAt updatedAt "
    "hoursFromLastUpdate levelId posId transactionsAmount transactionsAmountWithoutDeliveryCosts "
    "amountExcludedForLevel transactionsCount averageTransactionAmount lastTransactionDate daysFromLastTransaction"
).split()


def main() -> None:
    """Ask every kind of query and print the table."""
    options = read_options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    django.setup()
    logging.disable(logging.WARNING)
    callers = make_callers(options.store)
    chance = random.Random(options.seed)
    tell("query", "p50 ms", "p95 ms", "cpu ms", "statements", "total")
    for name, (who, query) in kinds(options.store).items():
        if options.only not in name:
            continue
        asked = [query(chance) for _ in range(options.rounds + 1)]
        statements = count_statements(callers[who], asked.pop())
        times = []
        used = cpu_ms()
        for each in asked:
            started = time.perf_counter()
            answer = ask(callers[who], each)
            times.append((time.perf_counter() - started) * 1000)
        work = (cpu_ms() - used) / len(asked)
        total = answer.json().get("total", "")
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        tell(name, f"{p50:.1f}", f"{p95:.1f}", f"{work:.1f}", str(statements), str(total))


def tell(name: str, *figures: str) -> None:
    """Write a line of the table."""
    sys.stdout.write(f"{name:44}" + "".join(f"{figure:>11}" for figure in figures) + "\n")
    sys.stdout.flush()


def cpu_ms() -> float:
    """Give the CPU time that this process and, on the same machine, the database's processes for us have used."""
    from django.db import connection

    own = time.process_time() * 1000
    if connection.vendor != "postgresql":
        return own
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    spent = [path for pid in pids if (path := Path(f"/proc/{pid}/schedstat")).exists()]
    return own + sum(int(path.read_text().split()[0]) for path in spent) / 1_000_000


def count_statements(caller: Any, query: Any) -> int:
    """Ask once, which also warms the caches, and give the number of statements."""
    from django.db import connection

    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        ask(caller, query)
    return len(seen)


def ask(caller: Any, query: tuple[str, str, dict[str, Any] | None, dict[str, Any]]) -> Any:
    """Ask once; anything but a 200 is the end."""
    method, path, body, parameters = query
    answer = caller(method, path, body, **parameters)
    assert answer.status_code == 200, (query, answer.content[:300])
    return answer


def kinds(code: str) -> dict[str, tuple[str, Query]]:
    """Give every kind of query by its name: who asks, and what for a source of chance."""
    from customers.models import Customer, Level
    from loyalty.models import Store

    store = Store.objects.get(code=code)
    present = Customer.objects.filter(store=store).exclude(status="deleted")
    sample = list(
        present.exclude(email="")
        .exclude(phone=None)
        .exclude(card_number=None)
        .exclude(city="")
        .order_by("pk")[:2000]
    )
    levels = list(Level.objects.filter(store=store).values_list("pk", flat=True))
    base = f"/api/{code}"

    def asked(path: str, **parameters: Any) -> Any:
        return "GET", base + path, None, parameters

    def listed(**parameters: Any) -> Query:
        def query(chance: random.Random) -> Any:
            someone = chance.choice(sample)
            given = {
                name: each(someone, chance) if callable(each) else each for name, each in parameters.items()
            }
            return "GET", f"{base}/customer", None, given

        return query

    def searched(**fields: Callable[[Any], str]) -> Query:
        def query(chance: random.Random) -> Any:
            someone = chance.choice(sample)
            return (
                "POST",
                f"{base}/pos/search/customer",
                {"search": {name: each(someone) for name, each in fields.items()}},
                {},
            )

        return query

    found: dict[str, tuple[str, Query]] = {
        "list: first page": ("staff", listed()),
        "list: 100 to a page": ("staff", listed(perPage="100")),
        "list: page 1,000": ("staff", listed(page="1000")),
        "list: page 50,000, the middle": ("staff", listed(page="50000")),
        "list: page 90,000": ("staff", listed(page="90000")),
        "scroll: begin": ("staff", listed(scrollId="")),
        "filter: part of a first name": ("staff", listed(firstName=lambda who, _: who.first_name[:4])),
        "filter: last name": ("staff", listed(lastName=lambda who, _: who.last_name)),
        "filter: name and first name": (
            "staff",
            listed(firstName=lambda who, _: who.first_name, lastName=lambda who, _: who.last_name),
        ),
        "filter: part of an e-mail": ("staff", listed(email=lambda who, _: who.email[3:16])),
        "filter: strict e-mail": ("staff", listed(strict="1", email=lambda who, _: who.email)),
        "filter: end of a phone": ("staff", listed(phone=lambda who, _: who.phone[-6:])),
        "filter: strict phone": ("staff", listed(strict="1", phone=lambda who, _: who.phone)),
        "filter: part of a card": ("staff", listed(loyaltyCardNumber=lambda who, _: who.card_number[1:])),
        "filter: strict last name": ("staff", listed(strict="1", lastName=lambda who, _: who.last_name)),
        "filter: amount from 300": ("staff", listed(transactionsAmountFrom="300")),
        "filter: amount between 50 and 60": ("staff", listed(transactionsAmountFrom="50", transactionsAmountTo="60")),
        "filter: amount from 0 (everybody)": ("staff", listed(transactionsAmountFrom="0")),
        "filter: three purchases and more": ("staff", listed(transactionsCountFrom="3")),
        "filter: at most one purchase (most)": ("staff", listed(transactionsCountTo="1")),
        "filter: average from 80": ("staff", listed(averageTransactionAmountFrom="80")),
        "filter: average from 10 (wide)": ("staff", listed(averageTransactionAmountFrom="10")),
        "filter: bought in 7 days": ("staff", listed(daysFromLastTransactionTo="7")),
        "filter: changed in 24 hours": ("staff", listed(hoursFromLastUpdateTo="24")),
        "filter: rare label": ("staff", listed(**{"labels[0][key]": "vip", "labels[0][value]": "yes"})),
        "filter: common label": ("staff", listed(**{"labels[0][key]": "newsletter"})),
        "filter: e-mail domain (wide)": ("staff", listed(email="mail.example")),
        "filter: e-mail of everybody (widest)": ("staff", listed(email="ample")),
        "search at the till: phone": ("seller", searched(phone=lambda who: who.phone)),
        "search at the till: end of a phone": ("seller", searched(phone=lambda who: who.phone[-5:])),
        "search at the till: e-mail": ("seller", searched(email=lambda who: who.email)),
        "search at the till: name": (
            "seller", searched(firstName=lambda who: who.first_name, lastName=lambda who: who.last_name),
        ),
        "search at the till: name and town": (
            "seller", searched(lastName=lambda who: who.last_name, city=lambda who: who.city),
        ),
        "search at the till: town": ("seller", searched(city=lambda who: who.city)),
        "search at the till: postcode": ("seller", searched(postcode=lambda who: who.postal)),
        "check: e-mail": ("staff", lambda chance: asked("/customer/check", emailOrPhone=chance.choice(sample).email)),
        "check: phone": ("staff", lambda chance: asked("/customer/check", emailOrPhone=chance.choice(sample).phone)),
        "registrations: 30 days": ("staff", lambda _: asked("/customer/registrations")),
        "registrations: a year by month": (
            "staff", lambda _: asked("/customer/registrations", interval="month", lastDays="365"),
        ),
        "levels with their numbers": ("staff", lambda _: asked("/level")),
        "customers of a level": ("staff", lambda chance: asked(f"/level/{chance.choice(levels)}/customers")),
    }  # fmt: skip
    for column in SORTS:
        for direction in ("ASC", "DESC"):
            found[f"sort: {column} {direction}"] = ("staff", listed(sort=column, direction=direction))
    return found


def make_callers(code: str) -> dict[str, Any]:
    """Make who asks: a partner that may do everything, and a seller."""
    from loyalty.models import PointOfSale, Store
    from tests.callers import as_partner, as_person
    from tests.factories import make_seller

    store = Store.objects.get(code=code)
    shop = PointOfSale.objects.filter(store=store).first()
    seller = make_seller(store, email=f"benchmark-{time.time_ns()}@example.com", point_of_sale=shop)
    return {"staff": as_partner(store), "seller": as_person(seller, "seller")}


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", default="DEFAULT")
    parser.add_argument("--only", default="", help="only the kinds whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    main()
