"""Random histories: whatever happens in whatever order, the ledger equals the toy model and adds up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.actors import SYSTEM
from loyalty.refusals import Refusal
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST
from tests.wallet.model import Purse, Refused
from wallet import ledger, verification
from wallet.models import Wallet

pytestmark = pytest.mark.django_db

points = st.integers(min_value=1, max_value=2000)
who = st.integers(min_value=0, max_value=1)
which = st.integers(min_value=0, max_value=30)
days = st.integers(min_value=1, max_value=9)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), who, points, st.none() | days),
        st.tuples(st.just("spend"), who, points),
        st.tuples(st.just("block"), who, points),
        st.tuples(st.just("give"), who, points),
        st.tuples(st.just("undo"), which),
        st.tuples(st.just("cancel"), which),
        st.tuples(st.just("wait"), days),
        st.tuples(st.just("job")),
    ),
    max_size=40,
)


class History:
    """The same steps told to the ledger and to the model."""

    def __init__(self):
        store = make_store("MODEL")
        self.customers = [make_customer(store, "alice"), make_customer(store, "bob")]
        self.purses = [Purse(), Purse()]
        self.undoable = []
        self.adds = []
        self.day = 0
        self.minute = 0

    @property
    def at(self):
        return NOON + timedelta(days=self.day, minutes=self.minute)

    @property
    def now(self):
        return self.day * 10_000 + self.minute

    def run(self, step):
        self.minute += 1
        name, *arguments = step
        getattr(self, name)(*arguments)
        for customer, purse in zip(self.customers, self.purses, strict=True):
            with transaction.atomic():
                wallet = Wallet.objects.get(pk=customer.pk)
                if wallet.next_change_at is None or wallet.next_change_at > self.at:
                    kept = [wallet.available, wallet.pending, wallet.blocked]
                    kept += [wallet.earned, wallet.spent, wallet.expired]
                    purse.pass_time(self.now)
                    assert kept == [Decimal(figure) / 100 for figure in purse.sums()]

    def both(self, real, toy):
        """Do a step in both worlds: both do it or both refuse."""
        try:
            expected = toy()
        except Refused:
            with pytest.raises(Refusal), transaction.atomic():
                real()
            return None
        return real(), expected

    def amount(self, hundredths):
        return Decimal(hundredths) / 100

    def add(self, who, points, valid_days):
        expires_at = None if valid_days is None else self.at + timedelta(days=valid_days)
        expires = None if valid_days is None else self.now + valid_days * 10_000
        made = self.both(
            lambda: ledger.add(
                self.customers[who],
                self.amount(points),
                at=self.at,
                actor=SYSTEM,
                origin=TEST,
                expires_at=expires_at,
            ),
            lambda: self.purses[who].add(points, self.now, expires=expires),
        )
        self.adds.append((*made, who))

    def _draw(self, who, points, real, toy):
        made = self.both(
            lambda: real(self.customers[who], self.amount(points), at=self.at, actor=SYSTEM, origin=TEST),
            lambda: toy(points, self.now),
        )
        if made:
            self.undoable.append((*made, who))

    def spend(self, who, points):
        self._draw(who, points, ledger.spend, self.purses[who].spend)

    def block(self, who, points):
        self._draw(who, points, ledger.block, self.purses[who].block)

    def give(self, who, points):
        sender, receiver = self.purses[who], self.purses[1 - who]

        def toy():
            sender.give(receiver, points, self.now)

        def real():
            return ledger.give(
                self.customers[who],
                self.customers[1 - who],
                self.amount(points),
                at=self.at,
                actor=SYSTEM,
                origin=TEST,
            )

        self.both(real, toy)

    def undo(self, which):
        if not self.undoable:
            return
        transfer, movement, who = self.undoable[which % len(self.undoable)]
        real = ledger.reverse if movement.kind == "spend" else ledger.cancel
        self.both(
            lambda: real(transfer, at=self.at, actor=SYSTEM),
            lambda: self.purses[who].put_back(movement, self.now),
        )

    def cancel(self, which):
        if not self.adds:
            return
        transfer, batch, who = self.adds[which % len(self.adds)]
        self.both(
            lambda: ledger.cancel(transfer, at=self.at, actor=SYSTEM),
            lambda: self.purses[who].cancel(batch, self.now),
        )

    def wait(self, days):
        self.day += days

    def job(self):
        ledger.settle_due(at=self.at)
        for purse in self.purses:
            purse.pass_time(self.now)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_the_ledger_equals_the_model_after_every_step(story):
    with transaction.atomic():
        history = History()
        for step in story:
            history.run(step)
        assert list(verification.find_drifts()) == []
        transaction.set_rollback(True)
