"""The stories of docs/ledger.md, told to the real ledger step by step."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.models import Store
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST, add, block, spend, sums
from tests.worked_tables import read_table
from wallet import ledger
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db

STORIES = [
    "Spending and reversing",
    "Cancelling a partly used add",
    "Blocking and releasing",
    "Waiting points",
    "Giving points away",
    "Returning a purchase",
    "Returning what was already spent",
]


class Story:
    """Reads the steps of a table and does them to alice's wallet."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.alice, self.bob = make_customer(store, "alice"), make_customer(store, "bob")
        self.named: dict[str, PointsTransfer] = {}
        self.sale = uuid.uuid4()

    def do(self, step: str, *, at: datetime) -> Customer:
        """Do one step and give the customer whose sums the table shows."""
        verb, *words = step.split()
        settled = ledger.settle_due(at=at)
        assert settled >= 0
        if verb == "look":
            return self.bob
        if verb != "settle":
            getattr(self, f"do_{verb}")(*words, at=at)
        return self.alice

    def do_add(self, name: str, points: str, what: str, days: str, *, at: datetime) -> None:
        if what == "locked":
            self.lock_new_points(int(days))
            self.named[name] = add(self.alice, points, at=at)
        else:
            expires = None if days == "never" else NOON + timedelta(days=int(days))
            self.named[name] = add(self.alice, points, at=at, expires_at=expires)

    def do_sale(self, points: str, *, at: datetime) -> None:
        add(
            self.alice,
            points,
            at=at,
            expires_at=None,
            origin=ledger.Origin(source="purchase", purchase_id=self.sale),
        )

    def do_return(self, share: str, *, at: datetime) -> None:
        ledger.revoke_for_return(
            self.alice,
            sale_id=self.sale,
            return_id=uuid.uuid4(),
            returned_share=Decimal(share),
            at=at,
            actor=SYSTEM,
        )

    def do_spend(self, name: str, points: str, *, at: datetime) -> None:
        self.named[name] = spend(self.alice, points, at=at)

    def do_block(self, name: str, points: str, *, at: datetime) -> None:
        self.named[name] = block(self.alice, points, at=at)

    def do_give(self, points: str, *, at: datetime) -> None:
        ledger.give(self.alice, self.bob, Decimal(points), at=at, actor=SYSTEM, origin=TEST)

    def do_reverse(self, name: str, *, at: datetime) -> None:
        ledger.reverse(self.named[name], at=at, actor=SYSTEM)

    def do_cancel(self, name: str, *, at: datetime) -> None:
        ledger.cancel(self.named[name], at=at, actor=SYSTEM)

    def do_activate(self, name: str, *, at: datetime) -> None:
        ledger.activate(self.named[name], at=at, actor=SYSTEM)

    def lock_new_points(self, days: int) -> None:
        self.store.settings = {**self.store.settings, "allTimeNotLocked": False, "pointsDaysLocked": days}
        self.store.save()
        self.alice = Customer.objects.select_related("store").get(pk=self.alice.pk)


def expected(cell: str) -> dict[str, str]:
    return {name: f"{Decimal(points):.2f}" for name, points in (part.split() for part in cell.split(", "))}


@pytest.mark.parametrize("heading", STORIES)
def test_the_ledger_tells_the_story_of_the_table(heading: str) -> None:
    story = Story(make_store())
    for row in read_table("ledger.md", heading):
        at = NOON.astimezone(UTC) + timedelta(days=int(row["day"]))
        customer = story.do(row["what happens"], at=at)
        assert sums(customer) == expected(row["sums afterwards"]), row
