"""`manage.py verify_tallies`: prove the numbers that lists show without counting."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loyalty import tallies


class Command(BaseCommand):
    help = "Check that the kept numbers of rows are what counting gives; exit 1 when one is not and stays so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="put right what is not so")

    def handle(self, *args: Any, **options: Any) -> None:
        look = tallies.mend if options["mend"] else tallies.find_drifts
        drifts = [drift for tally in tallies.every_tally() for drift in look(tally)]
        for drift in drifts:
            self.stderr.write(str(drift))
        if drifts and not options["mend"]:
            raise CommandError(f"{len(drifts)} numbers are not what counting gives")
        self.stdout.write(f"The numbers are right: {len(drifts)} mended.")
