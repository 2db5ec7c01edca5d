"""Measure the ledger over HTTP, through gunicorn on PostgreSQL, beside the floor under it (`make bench`).

    python -m tests.benchmarks.ledger --server postgres://postgres@127.0.0.1:5432 [--sizes 10000,100000,1000000]
        [--seconds 20] [--clients 4] [--workers 2] [--threads 4] [--only spend]

Makes the databases `bench_<customers>` on the server, fills them, and keeps them for the next time. Prints a table for
docs/performance.md: requests per second, their median and 99th percentile in milliseconds, the CPU time of one in
the server and the database together (which other work on the machine stretches least), refusals, and the rate as a
ratio of the floor's (`floor.py`), which is measured before and after the requests of each size.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.benchmarks import floor, serving
from tests.benchmarks.load import Answers, Plan, run_clients

_TRANSFER = '{"transfer": {"customer": "WALLET", "points": 1}}'
_PURCHASE = json.dumps(
    {
        "transaction": {
            "transactionData": {
                "documentNumber": "B-NUMBER",
                "purchaseDate": "2026-11-01 10:00",
                "documentType": "sell",
            },
            "items": [
                {
                    "sku": {"code": f"sku-{place}"},
                    "name": "Coffee",
                    "quantity": 1,
                    "grossValue": 4.5,
                    "category": "Drinks",
                    "maker": "Roaster",
                }
                for place in range(3)
            ],
            "customerData": {"name": "Buyer", "loyaltyCardNumber": "CARD"},
        }
    }
)


@dataclass(frozen=True)
class Kind:
    """One kind of request; a hot one asks for the same wallet every time."""

    name: str
    method: str
    path: str
    body: str = ""
    is_hot: bool = False


KINDS = (
    Kind("spend, random wallets", "POST", "/api/DEFAULT/points/transfer/spend", _TRANSFER),
    Kind("spend, one hot wallet", "POST", "/api/DEFAULT/points/transfer/spend", _TRANSFER, is_hot=True),
    Kind("add", "POST", "/api/DEFAULT/points/transfer/add", _TRANSFER),
    Kind("earn by purchase", "POST", "/api/DEFAULT/transaction", _PURCHASE),
    Kind("balance (status)", "GET", "/api/DEFAULT/admin/customer/WALLET/status"),
    Kind("transfers of a customer", "GET", "/api/DEFAULT/points/transfer?customerId=WALLET"),
    Kind("transfers of the store", "GET", "/api/DEFAULT/points/transfer"),
    Kind("customers, first page", "GET", "/api/DEFAULT/customer"),
)


def main() -> None:
    """Measure every size and print the tables."""
    options = read_options()
    kinds = [kind for kind in KINDS if options.only in kind.name]
    sizes = [int(size) for size in options.sizes.split(",")]
    rates: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    works: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    tell(f"{machine()}; {options.clients} clients, {options.workers} workers of {options.threads} threads.")
    for size in sizes:
        measured = measure(size, kinds, options)
        tell(f"\n**{size:,} customers**; floor: {measured.floor:,.0f} spends a second")
        tell("\n| request | per second | p50 ms | p99 ms | CPU ms | refused | of the floor |")
        tell("| --- | --- | --- | --- | --- | --- | --- |")
        for name, answers in measured.kinds.items():
            rates[name].append(answers.rate)
            works[name].append(measured.cpu[name])
            tell(
                f"| {name} | {answers.rate:,.0f} | {answers.percentile(50):.1f} | {answers.percentile(99):.1f} "
                f"| {measured.cpu[name]:.1f} | {sum(answers.refused.values())} | {answers.rate / measured.floor:.2f} |"
            )
    if len(sizes) > 1:
        tell(
            f"\n**Growth** from {sizes[0]:,} to {sizes[-1]:,} customers: how many times as long, how much more CPU\n"
        )
        tell("| request | time | CPU |\n| --- | --- | --- |")
        for name, rate in rates.items():
            tell(f"| {name} | {rate[0] / rate[-1]:.2f} | {works[name][-1] / max(works[name][0], 0.01):.2f} |")


@dataclass(frozen=True)
class Measured:
    """What was measured at one size."""

    floor: float
    kinds: dict[str, Answers]
    # Milliseconds of CPU for one request of each kind.
    cpu: dict[str, float]


def measure(size: int, kinds: list[Kind], options: argparse.Namespace) -> Measured:
    """Measure one size: the floor, every kind of request, and the floor again."""
    url = prepare(options.server, size)
    ready = json.loads(serving.run(url, "-m", "tests.benchmarks.ledger_data", "--customers", str(size)))
    floor.make(url)
    floors = [floor.measure(url, clients=options.clients, seconds=options.seconds)]
    answers, cpu = {}, {}
    log = Path(tempfile.gettempdir()) / "loyalty-benchmark.log"
    with serving.serving(url, workers=options.workers, threads=options.threads, log=log) as server:
        # The door is open before the workers have read the program.
        while not run_clients(plans(KINDS[-1], ready, port=server.port, seconds=2, options=options)).answered:
            pass
        for kind in kinds:
            before = server.cpu_seconds()
            told = run_clients(plans(kind, ready, port=server.port, seconds=options.seconds, options=options))
            used, asked = server.cpu_seconds() - before, told.warmed_up + len(told.answered)
            answers[kind.name], cpu[kind.name] = told, used * 1000 / max(asked, 1)
    floors.append(floor.measure(url, clients=options.clients, seconds=options.seconds))
    floor.drop(url)
    return Measured(floor=fmean(floors), kinds=answers, cpu=cpu)


def plans(
    kind: Kind, ready: dict[str, Any], *, port: int, seconds: float, options: argparse.Namespace
) -> list[Plan]:
    """Make the clients' plans for one kind of request."""
    known = 1 if kind.is_hot else None
    return [
        Plan(
            port=port,
            token=ready["token"],
            method=kind.method,
            path=kind.path,
            body=kind.body,
            wallets=ready["wallets"][:known],
            cards=ready["cards"][:known],
            seconds=seconds,
            seed=number + 1,
        )
        for number in range(options.clients)
    ]


def prepare(server: str, size: int) -> str:
    """Make the database of a size if it is not there, bring its tables up to date, and give its address."""
    name, url = f"bench_{size}", f"{server}/bench_{size}"
    found = subprocess.run(
        ["psql", "-d", f"{server}/postgres", "-Atc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"],
        check=True, text=True, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip
    if not found.strip():
        subprocess.run(
            ["psql", "-q", "-d", f"{server}/postgres", "-c", f"CREATE DATABASE {name}"], check=True
        )
    serving.run(url, "manage.py", "migrate", "--verbosity", "0")
    return url


def machine() -> str:
    """Say what this was measured on."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load before {load}"


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of customers, with commas")
    parser.add_argument("--seconds", type=int, default=20, help="how long each figure is measured")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's processes")
    parser.add_argument("--threads", type=int, default=4, help="gunicorn's threads in each")
    parser.add_argument("--only", default="", help="only the kinds of request whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    main()
