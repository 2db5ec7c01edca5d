"""`manage.py demo`: bring up the demo programme and serve it."""

import socket
import sys
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.models import Store
from orders.demo import people, programme, story
from orders.management.heartbeat import Heartbeat
from orders.management.serving import DemoServer

_SITE_BY_DEFAULT = "http://localhost:8000"
_EMPTY = """
The programme is empty: store {code}, one level, one administrator.

  cockpit       {base}/cockpit/        {admin[0]} / {admin[1]}
  API           {base}/api/            described at {base}/api/docs/
"""
_FULL = """
The demo programme is ready.

  cockpit       {base}/cockpit/        {admin[0]} / {admin[1]}
  portal        {base}/portal/         {customer[0]} / {customer[1]}
  API           {base}/api/            described at {base}/api/docs/
  seller's log-in at {base}/api/{code}/seller/login_check: {seller[0]} / {seller[1]}
"""


class Command(BaseCommand):
    """Makes what is missing, so a second run starts at once with the same data."""

    help = "Prepare the demo programme and serve it (Ctrl-C ends it; the data stays)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from other machines")
        parser.add_argument("--empty", action="store_true", help="store, administrator and one level only")
        parser.add_argument("--noreload", action="store_true", help="do not restart when code changes")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_taken_address(options["host"], options["port"])
        now = timezone.now()
        with Heartbeat(sys.stdout) as heart:
            heart.begin("preparing the database")
            call_command("migrate", verbosity=0, interactive=False)
            heart.begin("store and staff")
            store = programme.make_store(at=now)
            programme.make_admin(at=now)
            if options["empty"]:
                programme.make_lowest_level(store, at=now)
            else:
                _fill(store, heart, at=now)
        self._tell(store, options)
        if settings.SITE_URL == _SITE_BY_DEFAULT:
            # Links in messages lead to where this demo answers.
            settings.SITE_URL = f"http://localhost:{options['port']}"
        DemoServer(
            host=options["host"],
            port=options["port"],
            # A person at the keyboard may be changing the code; a script that waits for the server is not.
            reload=settings.DEBUG and sys.stdin.isatty() and not options["noreload"],
            keeps_beat=settings.EMBEDDED,
        ).run()

    def _tell(self, store: Store, options: dict[str, Any]) -> None:
        self.stdout.write(
            (_EMPTY if options["empty"] else _FULL).format(
                base=f"http://localhost:{options['port']}",
                code=store.code,
                admin=programme.ADMIN,
                customer=people.CUSTOMER,
                seller=programme.SELLER,
            )
        )
        self.stdout.flush()


def _refuse_taken_address(host: str, port: int) -> None:
    """Say at once, not after a minute of loading, that somebody else serves there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Cannot serve on {host}:{port}: {error.strerror}. Try --port.") from error


def _fill(store: Store, heart: Heartbeat, *, at: datetime) -> None:
    """Give the store its programme, its people and a year of purchases that ended yesterday."""
    heart.begin("levels, points of sale and earning rules")
    programme.dress_store(store, at=at)
    sample = story.survey()
    last_day = at.astimezone(store.programme.zone).date() - timedelta(days=1)
    beginning = story.first_moment(store, last_day=last_day)
    shops = programme.make_shops(store, [place for place, _ in sample.stores.most_common()], at=beginning)
    programme.make_seller(store, shops[0], at=beginning)
    programme.make_rules(store, at=at)
    regular, _ = sample.households.most_common(1)[0]
    people.make_customer(store, regular, shop=shops[0], at=beginning)
    heart.begin(f"a year of purchases: {sample.baskets:,} baskets of {len(sample.households)} households")
    for progress in story.live_through(store, last_day=last_day, at=at):
        heart.say(f"{progress.done:,} of {progress.total:,} baskets")
    heart.begin("segments")
    programme.make_segments(store, at=at)
