"""Measure bulk sign-ups in the WalletApp dialect: one request with 3,000 people, a tenth of whom are known.

    DATABASE_URL=… DEBUG=1 python -m tests.benchmarks.walletapp_signups [--people 3000] [--rounds 7]

Through the whole stack but the network. Prints the load of the machine, then for each request the time and the CPU
time of this process and its database process together, in seconds.
"""

import argparse
import logging
import os
import sys
import time

import django

from tests.benchmarks.customers_lists import cpu_ms


def main() -> None:
    """Sign people up, round by round, and print what it took."""
    options = read_options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    django.setup()
    logging.disable(logging.WARNING)
    from loyalty.models import Store
    from tests.walletapp import Member

    walletapp = Member(Store.objects.get(code=options.store), "members.store")
    known: list[str] = []
    for _ in range(options.rounds):
        word = f"{time.time_ns():x}"
        emails = [f"p{number}.{word}@mail.example" for number in range(options.people - len(known))]
        users = [{"email": each, "first_name": "Anna", "last_name": "Nowak"} for each in known + emails]
        started, cpu = time.perf_counter(), cpu_ms()
        status, body = walletapp("POST", "/members/signups", users=users)
        took, used = time.perf_counter() - started, (cpu_ms() - cpu) / 1000
        assert status == 200, body
        assert (len(body["data"]["new"]), len(body["data"]["found"])) == (len(emails), len(known))
        sys.stdout.write(f"load {os.getloadavg()[0]:.1f}: {took:.2f} s, CPU {used:.2f} s\n")
        sys.stdout.flush()
        known = emails[: options.people // 10]


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--store", default="DEFAULT")
    return parser.parse_args()


if __name__ == "__main__":
    main()
