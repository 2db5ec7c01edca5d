"""One truth: whatever is done to a wallet through whichever dialect, all of them and the model show the same points."""

import re
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from loyalty import outbox, tokens
from loyalty.actors import SYSTEM
from loyalty.models import Store
from loyalty.programme import ExpiryMode, ProgrammeSettings
from tests.callers import Caller, as_partner
from tests.factories import NOON, make_customer, make_level, make_seller, make_store
from tests.orders.factories import point_per_unit, till_body
from tests.torture import size
from tests.wallet.model import Programme, Purse, Refused
from tests.wallet2 import at_wallet
from wallet import ledger, opening, verification, vouchers
from wallet.models import PointsTransfer

pytestmark = [pytest.mark.django_db, pytest.mark.torture]

STEPS_EACH = 50
HISTORIES = size(6, 40)
OPEN_LOYALTY = "/api/MODEL"
# What a point costs and what a unit of money earns: thirds and halves of hundredths, so that rounding shows.
POINTS_VALUE, PER_UNIT = Decimal("0.03"), Decimal("0.5")

points = st.integers(min_value=1, max_value=2000)
who = st.integers(min_value=0, max_value=1)
which = st.integers(min_value=0, max_value=30)
days = st.integers(min_value=1, max_value=9)


def as_number(hundredths):
    """Write hundredths as a JSON number with two places."""
    return float(Decimal(hundredths) / 100)


class Houses(RuleBasedStateMachine):
    """The same steps told to the program, each through some dialect, and to the model."""

    steps = 0

    def __init__(self):
        super().__init__()
        self.day, self.at = 0, NOON
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        issued_at = timezone.now()
        self.stack.enter_context(patch.object(timezone, "now", lambda: self.at))
        self.programme = Programme()
        self.store = make_store("MODEL")
        self.keep_programme()
        level = make_level(self.store)
        point_per_unit(level, points=PER_UNIT)
        self.customers = [
            make_customer(
                self.store, name, email=f"{name}@example.com", card_number=card, phone=phone, level=level
            )
            for name, card, phone in (("alice", "111", "+48234234001"), ("bob", "222", "+48234234002"))
        ]
        self.purses = [Purse(), Purse()]
        for customer in self.customers:
            opening.open_wallet(customer, at=self.at, actor=SYSTEM)
        self.partner = as_partner(self.store)
        self.seller = Caller(tokens.log_in("seller", make_seller(self.store), at=issued_at).access)
        self.themselves = [
            Caller(tokens.log_in("customer", customer, at=issued_at).access) for customer in self.customers
        ]
        self.batches, self.draws, self.sales, self.vouchers = [], [], [], []

    def teardown(self):
        ledger.settle_due(at=self.at)
        for customer in self.customers:
            self.check_movements(customer)
        assert list(verification.find_drifts()) == []
        transaction.set_rollback(True)
        self.stack.close()

    # --- What is compared -------------------------------------------------------------------------------------

    @invariant()
    def every_face_shows_what_the_model_holds(self):
        for customer, purse in zip(self.customers, self.purses, strict=True):
            purse.pass_time(self.at)
            expected = [as_number(figure) for figure in purse.sums()]
            assert self.status_of(customer) == expected
            assert self.balances_of(customer) == dict.fromkeys(self.balances_of(customer), expected[0])

    def status_of(self, customer):
        shown = self.partner("GET", f"{OPEN_LOYALTY}/admin/customer/{customer.pk}/status").json()
        names = "points lockedPoints blockedPoints totalEarnedPoints usedPoints expiredPoints"
        return [shown[name] for name in names.split()]

    def balances_of(self, customer):
        """Give what each of the other faces says that the customer can spend."""
        email = f"/omniwallet/api/v1/customers/{customer.email}"
        card = f"/walletapp/members/{customer.pk}/storecards"
        (storecard,) = self.partner("GET", card, {"brand_id": str(self.store.pk)}).json()["data"]
        return {
            "wallet2": self.partner("GET", at_wallet(customer)).json()["balance"],
            "omniwallet": self.partner("GET", email).json()["data"]["attributes"]["points"],
            "walletapp": storecard["points"],
            "walletapp balance": storecard["balance"],
            "portal": self.portal_balance_of(customer),
        }

    def portal_balance_of(self, customer):
        client = Client()
        session = client.session
        session[f"portal:{self.store.pk}"] = {
            "id": str(customer.pk),
            "token_version": customer.token_version,
        }
        session.save()
        page = client.get("/portal/MODEL/").content.decode()
        (text,) = re.findall(r"data-balance>([^<]+)<", page)
        return float(text.replace("\xa0", "").replace(",", ""))

    def check_movements(self, customer):
        """Every line that Omniwallet shows leads from the balance before it to its own, the last to what there is.

        An addition that still waits leaves the balance as it was.
        """
        total = Decimal(0)
        for line in self.movements_of(customer):
            points, after = Decimal(str(line["points"])), Decimal(str(line["total_points"]))
            change = points if line["action"] == "addition" else -points
            assert after - total in ({change, 0} if change > 0 else {change})
            total = after
        assert float(total) == self.status_of(customer)[0]

    def movements_of(self, customer):
        address = f"/omniwallet/api/v1/customers/{customer.email}/transactions"
        for number in range(1, 20):
            asked = {"page[size]": 100, "page[number]": number}
            page = self.partner("GET", address, **asked).json()["data"]
            yield from (line["attributes"] for line in page)
            if len(page) < 100:
                break

    # --- How a step is done in both worlds --------------------------------------------------------------------

    def pass_a_minute(self):
        type(self).steps += 1
        self.at += timedelta(minutes=1)

    def both(self, real, toy):
        """Do a step in both worlds: both do it or both refuse. Give what each made."""
        try:
            made = toy()
        except Refused:
            assert 400 <= real().status_code < 500
            return None
        answer = real()
        assert answer.status_code in {200, 201, 202, 204}, answer.content
        return answer, made

    def newest(self, customer, *kinds):
        transfers = PointsTransfer.objects.filter(wallet=customer.pk, kind__in=kinds)
        return transfers.order_by("created_at").last()

    def transfer(self, customer, hundredths):
        return {"transfer": {"customer": str(customer.pk), "points": as_number(hundredths)}}

    def named(self, customer, verb, **said):
        """Call Omniwallet about a customer."""
        path = f"/omniwallet/api/v1/customers/{customer.email}/{verb}"
        return self.partner("POST", path, {"type": "Shop", **said})

    def added(self, customer, purse, real, hundredths, **times):
        times = times or self.programme.times(self.at)
        both = self.both(real, lambda: purse.add(hundredths, self.at, **times))
        self.batches.append((self.newest(customer, "adding"), both[1], purse))

    def drawn(self, customer, purse, real, toy):
        both = self.both(real, toy)
        if both:
            self.draws.append((self.newest(customer, "spending", "blocked"), both[1], purse))

    # --- Points come in ---------------------------------------------------------------------------------------

    @rule(
        who=who,
        points=points,
        face=st.sampled_from(["admin", "seller", "omniwallet"]),
        locked_days=st.sampled_from([0, 0, 1, 3]),
        valid_days=st.none() | days,
    )
    def add(self, who, points, face, locked_days, valid_days):
        """Add points under a programme that has just been changed, so that what comes later may go sooner."""
        self.pass_a_minute()
        self.programme = Programme(locked_days, valid_days)
        self.keep_programme()
        customer, purse = self.customers[who], self.purses[who]
        calls = {
            "admin": lambda: self.partner(
                "POST", f"{OPEN_LOYALTY}/points/transfer/add", self.transfer(customer, points)
            ),
            "seller": lambda: self.seller(
                "POST", f"{OPEN_LOYALTY}/pos/points/transfer/add", self.transfer(customer, points)
            ),
            "omniwallet": lambda: self.named(
                customer, "add-points", points=as_number(points), external_id=f"add-{self.at}"
            ),
        }
        self.added(customer, purse, calls[face], points)

    @rule(
        who=who, points=points, hours=st.none() | st.integers(min_value=1, max_value=200), waits=st.booleans()
    )
    def add_batch(self, who, points, hours, waits):
        """Add a batch with an expiry of its own, at once or handed in and added by the outbox."""
        self.pass_a_minute()
        customer, purse = self.customers[who], self.purses[who]
        expires = None if hours is None else self.at + timedelta(hours=hours)
        unlocks = self.programme.times(self.at)["unlocks"]
        if expires is not None and unlocks is not None and expires <= unlocks:
            unlocks = None
        body = {"amount": as_number(points), "expires": expires and expires.isoformat()}

        def real():
            if not waits:
                return self.partner("POST", at_wallet(customer, "/batch/sync"), body)
            answer = self.partner("POST", at_wallet(customer, "/batch"), body)
            assert self.newest(customer, "adding") == before
            outbox.deliver_due(at=self.at)
            assert str(self.newest(customer, "adding").pk) == answer.json()["id"]
            return answer

        before = self.newest(customer, "adding")
        self.added(customer, purse, real, points, unlocks=unlocks, expires=expires)

    @rule(who=who, value=st.integers(min_value=1, max_value=50))
    def add_from_value(self, who, value):
        self.pass_a_minute()
        customer, purse = self.customers[who], self.purses[who]
        bought = (2 * value * 100 + 3) // 6
        self.added(
            customer,
            purse,
            lambda: self.named(customer, "add-points-from-value", value=as_number(value)),
            bought,
        )

    @rule(who=who, gross=points)
    def buy(self, who, gross):
        self.pass_a_minute()
        customer, purse = self.customers[who], self.purses[who]
        number = f"sale-{len(self.sales)}"
        _, sale = self.both(
            lambda: self.till(customer, number, gross),
            lambda: purse.buy(gross, (gross + 1) // 2, self.at, **self.programme.times(self.at)),
        )
        self.sales.append((number, sale, who))
        self.batches.append((self.newest(customer, "adding"), sale.batch, purse))

    @rule(which=which, gross=points)
    def bring_back(self, which, gross):
        self.pass_a_minute()
        if self.sales:
            number, sale, who = self.sales[which % len(self.sales)]
            self.both(
                lambda: self.till(self.customers[who], f"return-{self.at}", gross, of=number),
                lambda: self.purses[who].bring_back(sale, gross, self.at),
            )

    def till(self, customer, number, gross, of=None):
        body = till_body(
            transactionData__documentNumber=number,
            transactionData__documentType="sell" if of is None else "return",
            items__0__grossValue=as_number(gross),
            customerData={"name": "A", "loyaltyCardNumber": customer.card_number},
            revisedDocument=of or "",
        )
        return self.partner("POST", f"{OPEN_LOYALTY}/transaction", body)

    @rule(points=points, valid_days=st.none() | days)
    def make_voucher(self, points, valid_days):
        self.pass_a_minute()
        terms = vouchers.Terms(amount=Decimal(points) / 100, points_expire_in_days=valid_days)
        made = vouchers.create(self.store, terms, at=self.at, actor=SYSTEM)
        self.vouchers.append([made, points, valid_days, False])

    @rule(who=who, which=which)
    def use_voucher(self, who, which):
        self.pass_a_minute()
        if not self.vouchers:
            return
        voucher = self.vouchers[which % len(self.vouchers)]
        made, points, valid_days, is_used = voucher
        customer, purse = self.customers[who], self.purses[who]

        def toy():
            if is_used:
                raise Refused
            return purse.add(points, self.at, **self.programme.times(self.at, valid_days=valid_days))

        both = self.both(lambda: self.hand_in(customer, made), toy)
        if both:
            voucher[3] = True
            self.batches.append((self.newest(customer, "adding"), both[1], purse))

    def hand_in(self, customer, voucher):
        return self.partner("POST", at_wallet(customer, "/voucher"), {"voucher": str(voucher.pk)})

    # --- Points go out ----------------------------------------------------------------------------------------

    @rule(who=who, points=points, face=st.sampled_from(["admin", "seller", "omniwallet", "wallet2"]))
    def spend(self, who, points, face):
        self.pass_a_minute()
        customer, purse = self.customers[who], self.purses[who]
        calls = {
            "admin": lambda: self.partner(
                "POST", f"{OPEN_LOYALTY}/points/transfer/spend", self.transfer(customer, points)
            ),
            "seller": lambda: self.seller(
                "POST", f"{OPEN_LOYALTY}/pos/points/transfer/spend", self.transfer(customer, points)
            ),
            "omniwallet": lambda: self.named(customer, "subtract-points", points=as_number(points)),
            "wallet2": lambda: self.partner(
                "POST", at_wallet(customer, "/operation"), {"amount": as_number(points)}
            ),
        }
        self.drawn(customer, purse, calls[face], lambda: purse.spend(points, self.at))

    @rule(who=who, points=points)
    def block(self, who, points):
        self.pass_a_minute()
        customer, purse = self.customers[who], self.purses[who]
        self.drawn(
            customer,
            purse,
            lambda: self.partner(
                "POST", f"{OPEN_LOYALTY}/points/transfer/block", self.transfer(customer, points)
            ),
            lambda: purse.block(points, self.at),
        )

    @rule(who=who, points=points, is_own=st.booleans())
    def give(self, who, points, is_own):
        self.pass_a_minute()
        sender, receiver = self.customers[who], self.customers[1 - who]
        body = {"transfer": {"receiver": receiver.phone, "points": as_number(points)}}

        def real():
            if is_own:
                return self.themselves[who]("POST", f"{OPEN_LOYALTY}/customer/points/p2p-transfer", body)
            body["transfer"]["sender"] = sender.email
            return self.partner("POST", f"{OPEN_LOYALTY}/admin/p2p-points-transfer", body)

        self.both(real, lambda: self.purses[who].give(self.purses[1 - who], points, self.at))

    # --- Movements are undone ---------------------------------------------------------------------------------

    @rule(which=which)
    def undo_drawing(self, which):
        self.pass_a_minute()
        if not self.draws:
            return
        transfer, movement, purse = self.draws[which % len(self.draws)]
        if movement.kind == "block":
            self.change(transfer, "cancel", lambda: purse.put_back(movement, self.at))
        else:
            path = f"/wallet2-api/api/wallet/{transfer.wallet_id}/operation/revert"
            self.both(
                lambda: self.partner("POST", path, {"operation": str(transfer.pk)}),
                lambda: purse.put_back(movement, self.at),
            )

    @rule(which=which, step=st.sampled_from(["cancel", "activate", "expire"]))
    def change_batch(self, which, step):
        self.pass_a_minute()
        if self.batches:
            transfer, batch, purse = self.batches[which % len(self.batches)]
            self.change(transfer, step, lambda: getattr(purse, step)(batch, self.at))

    def change(self, transfer, step, toy):
        path = f"{OPEN_LOYALTY}/points/transfer/{transfer.pk}/{step}"
        self.both(lambda: self.partner("POST", path, {}), toy)

    # --- Time -------------------------------------------------------------------------------------------------

    @rule(hours=st.integers(min_value=1, max_value=40))
    def wait(self, hours):
        self.pass_a_minute()
        self.at += timedelta(hours=hours)

    @rule(days=st.integers(min_value=1, max_value=4))
    def wait_for_midnight(self, days):
        self.pass_a_minute()
        self.at = self.at.replace(hour=0, minute=0) + timedelta(days=days)

    @rule()
    def run_the_nightly_job(self):
        self.pass_a_minute()
        ledger.settle_due(at=self.at)

    def keep_programme(self):
        known = self.programme
        self.store.settings = ProgrammeSettings(
            points_value=POINTS_VALUE,
            all_time_not_locked=not known.locked_days,
            points_days_locked=known.locked_days,
            points_days_expiry_after=ExpiryMode.NEVER if known.valid_days is None else ExpiryMode.AFTER_DAYS,
            points_days_active_count=known.valid_days or 0,
        ).to_json()
        Store.objects.filter(pk=self.store.pk).update(settings=self.store.settings)


@pytest.mark.parametrize("half", ["first", "second"])
def test_all_faces_and_the_model_show_the_same_after_every_step(half):
    class TheseHouses(Houses):
        steps = 0

    wanted = HISTORIES // 2 * STEPS_EACH
    # A history may end before its last step: more of them are told until the steps are enough.
    while TheseHouses.steps < wanted:
        run_state_machine_as_test(
            TheseHouses,
            settings=settings(
                max_examples=-(-(wanted - TheseHouses.steps) // STEPS_EACH),
                stateful_step_count=STEPS_EACH,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
                # A failing history is told as it happened: making it shorter takes longer than reading it.
                phases=(Phase.explicit, Phase.reuse, Phase.generate),
            ),
        )
