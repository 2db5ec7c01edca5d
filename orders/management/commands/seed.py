"""`manage.py seed`: bulk data for load work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.models import Store
from orders import seeding
from orders.management.progress import ProgressBar


class Command(BaseCommand):
    """Adds customers with a year of purchases, written in bulk."""

    help = "Add customers and purchases in bulk; the ledger adds up, events are not written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, required=True)
        parser.add_argument("--purchases", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1, help="another number gives other data (1)")
        parser.add_argument("--store", default="DEFAULT", help="code of the store (DEFAULT)")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(code=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        if options["customers"] < 1 or options["purchases"] < 0:
            raise CommandError("At least one customer, and no fewer than no purchases.")
        bar, done = ProgressBar(total=options["customers"], unit="customers"), seeding.Seeded()
        for done in seeding.seed(
            store,
            customers=options["customers"],
            purchases=options["purchases"],
            seed_number=options["seed"],
            at=timezone.now(),
        ):
            is_last = done.customers == options["customers"]
            bar.show(done.customers, {"purchases": done.purchases}, is_last=is_last)
        self.stdout.write(f"{done.customers} customers and {done.purchases} purchases added")
