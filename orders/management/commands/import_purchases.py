"""`manage.py import_purchases FILE`: register a purchase history, basket by basket, through the front door."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loyalty.models import Store
from loyalty.refusals import Refusal
from orders import importing
from orders.management.progress import ProgressBar


class Command(BaseCommand):
    """Reads a CSV of basket lines (plain or .gz); the module `orders.history` says which columns."""

    help = "Register every basket of a CSV file as a purchase. Run again to go on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="DEFAULT", help="code of the store (DEFAULT)")
        parser.add_argument("--limit", type=int, help="only the first so many baskets")
        parser.add_argument(
            "--dated",
            choices=["purchase", "today"],
            default="purchase",
            help="when points are granted: at the moment of each purchase (then old ones expire as they would "
            "have), or now",
        )
        parser.add_argument(
            "--create-customers", action="store_true", help="register unknown households under invented names"
        )
        parser.add_argument(
            "--create-points-of-sale", action="store_true", help="open the points of sale that the file names"
        )
        parser.add_argument(
            "--end-at",
            type=date.fromisoformat,
            help="move the history so that its last day is this (YYYY-MM-DD)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(code=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        try:
            progress = self._run(store, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for reason in progress.reasons:
            self.stderr.write(f"refused: {reason}")
        self.stdout.write(
            f"{progress.registered} registered, {progress.skipped} already there, {progress.failed} refused, "
            f"{progress.customers} customers registered"
        )

    def _run(self, store: Store, options: dict[str, Any]) -> importing.Progress:
        progress, bar = importing.Progress(total=0), None
        for progress in importing.import_history(
            store,
            options["file"],
            at=timezone.now(),
            limit=options["limit"],
            points_dated_today=options["dated"] == "today",
            creates_customers=options["create_customers"],
            creates_points_of_sale=options["create_points_of_sale"],
            ends_at=options["end_at"],
        ):
            bar = bar or ProgressBar(total=progress.total, unit="baskets")
            bar.show(progress.done, progress.figures())
        if bar is not None:
            bar.show(progress.done, progress.figures(), is_last=True)
        return progress
