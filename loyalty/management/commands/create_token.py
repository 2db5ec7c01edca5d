"""`manage.py create_token`: give a partner a permanent token."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty import staff
from loyalty.actors import SYSTEM
from loyalty.models import Store


class Command(BaseCommand):
    help = "Create a permanent token and print it; it is stored hashed and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", help="code of the store; without it the token reaches all stores")
        parser.add_argument("--name", required=True, help="who holds the token")
        parser.add_argument(
            "--ability",
            action="append",
            required=True,
            dest="abilities",
            help="what it may do: CUSTOMER, POINT_TRANSFER:VIEW, … or '*' for all; repeatable",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = None
        if options["store"]:
            store = Store.objects.filter(code=options["store"]).first()
            if store is None:
                raise CommandError(f"There is no store {options['store']}.")
        _, raw = staff.create_token(
            options["name"], store=store, abilities=options["abilities"], actor=SYSTEM, at=timezone.now()
        )
        self.stdout.write(raw)
