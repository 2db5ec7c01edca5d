"""`manage.py verify_ledger`: prove that every wallet adds up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wallet import verification
from wallet.models import Wallet


class Command(BaseCommand):
    help = "Check that balance = sum of entries = sum of batches for every wallet; exit 1 when one drifts."

    def handle(self, *args: Any, **options: Any) -> None:
        drifts = list(verification.find_drifts())
        for drift in drifts:
            self.stderr.write(str(drift))
        if drifts:
            raise CommandError(f"{len(drifts)} figures do not add up")
        self.stdout.write(f"The ledger adds up: {Wallet.objects.count()} wallets checked.")
