"""The floor under a spend: what this machine's PostgreSQL does of them per second with no Python at all.

Needs `psql` and `pgbench`. A figure of the program says little by itself, because machines differ and are busy with
other things; as a ratio of the floor, measured in the same minutes on the same server, it can be compared.
"""

import re
import subprocess
from pathlib import Path

_HERE = Path(__file__).parent
_RATE = re.compile(r"tps = ([0-9.]+)")


def make(url: str) -> None:
    """Make the floor's tables in their own schema, filled anew."""
    _call("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(_HERE / "floor_schema.sql"))


def measure(url: str, *, clients: int, seconds: int) -> float:
    """Give how many spends per second the floor does."""
    told = _call(
        "pgbench", "-n", "-f", str(_HERE / "floor_spend.pgbench"), "-c", str(clients), "-j", "2",
        "-T", str(seconds), url,
    )  # fmt: skip
    found = _RATE.search(told)
    if found is None:
        raise RuntimeError(f"pgbench told no rate:\n{told}")
    return float(found.group(1))


def drop(url: str) -> None:
    """Take the floor's tables away."""
    _call("psql", "-q", "-d", url, "-c", "DROP SCHEMA IF EXISTS floor CASCADE")


def _call(*words: str) -> str:
    return subprocess.run(words, check=True, text=True, capture_output=True).stdout
