"""Measure how long a million batches take to expire, and how long tills wait meanwhile.

    python -m tests.benchmarks.expiry --server postgres://postgres@127.0.0.1:5432 [--size 1000000]
        [--batches 1000000] [--processes 1,2] [--pace 20]

Works in the database that `tests.benchmarks.ledger` made for the size. Every wallet gets batches that are past their
day; then so many processes settle what is due (`ledger.settle_due`, as the task does) while two clients spend over
HTTP, at a till's pace and not as fast as they can. Prints a line for each number of processes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import serving
from tests.benchmarks.ledger import KINDS, machine, prepare, tell
from tests.benchmarks.load import Plan, start_clients

# What adding left behind if the points had been added a month ago, written in one go: the batches, their entries, and
# the sums. `verify_ledger` finds nothing to say about it.
_FALL_DUE = """
WITH owner AS (
    SELECT customer_id, store_id, available FROM wallet_wallet
    WHERE closed_at IS NULL ORDER BY customer_id LIMIT {wallets}
), batch AS (
    INSERT INTO wallet_pointstransfer (id, wallet_id, store_id, kind, state, value, remaining, expires_at, issuer,
        comment, source, reasons, order_number, venue, extra, created_at)
    SELECT gen_random_uuid(), customer_id, store_id, 'adding', 'active', 500, 500, now() - number * interval '1 second',
        'system', '', 'benchmark', '[]', '', '', '{{}}', now() - interval '30 days'
    FROM owner, generate_series(1, {each}) AS number
    RETURNING id, wallet_id, value
), entry AS (
    INSERT INTO wallet_ledgerentry (wallet_id, transfer_id, balance, reason, change, balance_after, created_at)
    SELECT batch.wallet_id, batch.id, 'available', 'added', batch.value,
        owner.available + sum(batch.value) OVER (PARTITION BY batch.wallet_id ORDER BY batch.id),
        now() - interval '30 days'
    FROM batch JOIN owner ON owner.customer_id = batch.wallet_id
)
UPDATE wallet_wallet AS wallet
SET available = wallet.available + 500 * {each}, earned = wallet.earned + 500 * {each},
    next_change_at = LEAST(wallet.next_change_at, now() - {each} * interval '1 second')
FROM owner WHERE wallet.customer_id = owner.customer_id
"""
_SETTLE = (
    "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'loyalty.settings'; django.setup();"
    "import resource; from django.utils import timezone; from wallet import ledger;"
    "changed = ledger.settle_due(at=timezone.now());"
    "print(changed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


def main() -> None:
    """Measure each number of processes and print the table."""
    options = read_options()
    url = prepare(options.server, options.size)
    ready = json.loads(
        serving.run(url, "-m", "tests.benchmarks.ledger_data", "--customers", str(options.size))
    )
    tell(
        f"{machine()}; {options.batches:,} batches in {options.size:,} wallets, {options.pace} spends a second."
    )
    tell(
        "\n| processes | seconds | batches a second | memory MB | spends | p50 ms | p95 ms | p99 ms | refused |"
    )
    tell("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    log = Path(tempfile.gettempdir()) / "loyalty-benchmark.log"
    for processes in (int(each) for each in options.processes.split(",")):
        fall_due(url, batches=options.batches, wallets=options.size)
        with serving.serving(url, workers=2, threads=4, log=log) as server:
            plans = [
                Plan(
                    port=server.port, token=ready["token"], method=KINDS[0].method, path=KINDS[0].path,
                    body=KINDS[0].body, wallets=ready["wallets"], cards=ready["cards"],
                    seconds=options.seconds, seed=seed, pace=options.pace / 2,
                )
                for seed in (1, 2)
            ]  # fmt: skip
            spending = start_clients(plans)
            time.sleep(1)
            seconds, changed, memory = settle(url, processes=processes)
            spending.stop()
            answers = spending.wait()
        p50, p95, p99 = (answers.percentile(percent) for percent in (50, 95, 99))
        tell(
            f"| {processes} | {seconds:.1f} | {changed / seconds:,.0f} | {memory} | {len(answers.answered)} "
            f"| {p50:.0f} | {p95:.0f} | {p99:.0f} | {sum(answers.refused.values())} |"
        )
    tell("\n" + serving.run(url, "manage.py", "verify_ledger").strip())


def fall_due(url: str, *, batches: int, wallets: int) -> None:
    """Give wallets batches that are past their day, as many each as it takes."""
    each = max(batches // wallets, 1)
    statement = _FALL_DUE.format(wallets=batches // each, each=each)
    subprocess.run(["psql", "-q", "-d", url, "-c", statement], check=True)
    subprocess.run(
        ["psql", "-q", "-d", url, "-c", "VACUUM ANALYZE wallet_wallet, wallet_pointstransfer"], check=True
    )
    subprocess.run(["psql", "-q", "-d", url, "-c", "CHECKPOINT"], check=True)


def settle(url: str, *, processes: int) -> tuple[float, int, int]:
    """Settle in so many processes at once; give the seconds, how many batches changed, and the most memory of one."""
    began = time.perf_counter()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _SETTLE], env=serving.environment(url), stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    told = [worker.communicate()[0].split() for worker in workers]
    seconds = time.perf_counter() - began
    return seconds, sum(int(changed) for changed, _ in told), max(int(memory) for _, memory in told)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--size", type=int, default=1_000_000, help="customers")
    parser.add_argument("--batches", type=int, default=1_000_000)
    parser.add_argument("--processes", default="1,2", help="how many settle at once, with commas")
    parser.add_argument("--pace", type=float, default=20, help="spends per second, from two clients")
    parser.add_argument("--seconds", type=float, default=600, help="the longest that clients go on")
    return parser.parse_args()


if __name__ == "__main__":
    main()
