"""The ledger once more, as a toy of lists and integers, without database or clock: what the real one must equal.

Points are whole hundredths. Moments are whatever compares: numbers, or instants where a programme counts in days.
"""

from dataclasses import dataclass, field
from datetime import timedelta


class Refused(Exception):
    pass


@dataclass
class Batch:
    value: int
    left: int
    made: int
    unlocks: int | None
    expires: int | None
    state: str = "active"
    number: int = 0


@dataclass
class Movement:
    kind: str
    draws: list[tuple[Batch, int]]
    open: bool = True


@dataclass
class Sale:
    """What a purchase earned, and how much of it returns have taken back."""

    gross: int
    batch: Batch | None
    revoked: int = 0


@dataclass
class Programme:
    """How long points wait and how long they live, in days of a store that keeps UTC."""

    locked_days: int = 0
    valid_days: int | None = None

    def times(self, now, *, valid_days=None):
        """Give until when points given now wait, and when they expire."""
        unlocks = now + timedelta(days=self.locked_days) if self.locked_days else None
        days = self.valid_days if valid_days is None else valid_days
        usable = now if unlocks is None else unlocks
        midnight = usable.replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "unlocks": unlocks,
            "expires": None if days is None else midnight + timedelta(days=days + 1),
        }


@dataclass
class Purse:
    batches: list[Batch] = field(default_factory=list)
    earned: int = 0
    spent: int = 0
    expired: int = 0
    blocked: int = 0

    def sums(self):
        available = sum(batch.left for batch in self.batches if batch.state == "active")
        pending = sum(batch.left for batch in self.batches if batch.state == "pending")
        return available, pending, self.blocked, self.earned, self.spent, self.expired

    def pass_time(self, now):
        for batch in self.batches:
            if batch.state == "pending" and batch.unlocks <= now:
                batch.state = "active"
                self.earned += batch.value
            if batch.state == "active" and batch.left and batch.expires is not None and batch.expires <= now:
                self.expired += batch.left
                batch.left, batch.state = 0, "expired"

    def add(self, points, now, *, unlocks=None, expires=None, earning=True):
        batch = Batch(points, points, now, unlocks, expires, number=len(self.batches))
        batch.state = "pending" if unlocks is not None else "active"
        self.batches.append(batch)
        if earning and unlocks is None:
            self.earned += points
        return batch

    def draw(self, points, now):
        self.pass_time(now)
        usable = [batch for batch in self.batches if batch.state == "active" and batch.left]
        if sum(batch.left for batch in usable) < points:
            raise Refused
        usable.sort(key=lambda batch: (batch.expires is None, batch.expires or 0, batch.made, batch.number))
        draws = []
        for batch in usable:
            share = min(points, batch.left)
            if share:
                batch.left -= share
                points -= share
                draws.append((batch, share))
        return draws

    def spend(self, points, now):
        movement = Movement("spend", self.draw(points, now))
        self.spent += points
        return movement

    def block(self, points, now):
        movement = Movement("block", self.draw(points, now))
        self.blocked += points
        return movement

    def put_back(self, movement, now):
        self.pass_time(now)
        if not movement.open:
            raise Refused
        movement.open = False
        total = sum(share for _, share in movement.draws)
        if movement.kind == "spend":
            self.spent -= total
        else:
            self.blocked -= total
        for batch, share in movement.draws:
            if batch.state == "active" and (batch.expires is None or batch.expires > now):
                batch.left += share
            elif batch.state != "canceled":
                self.expired += share
                batch.state = "expired"

    def give(self, receiver, points, now):
        receiver.pass_time(now)
        for batch, share in self.spend(points, now).draws:
            receiver.add(share, now, expires=batch.expires, earning=False)

    def cancel(self, batch, now):
        self.pass_time(now)
        if batch.state not in {"active", "pending"}:
            raise Refused
        if batch.state == "active":
            self.earned -= batch.value
        batch.left, batch.state = 0, "canceled"

    def activate(self, batch, now):
        self.pass_time(now)
        if batch.state != "pending":
            raise Refused
        batch.state = "active"
        self.earned += batch.value

    def expire(self, batch, now):
        self.pass_time(now)
        if batch.state != "active":
            raise Refused
        self.expired += batch.left
        batch.left, batch.state = 0, "expired"

    def buy(self, gross, points, now, **times):
        """Remember a sale; one that is worth no point is a sale all the same."""
        return Sale(gross, self.add(points, now, **times) if points else None)

    def bring_back(self, sale, gross, now):
        """Take back a return's share, half up: what still waits first, then anything that is there."""
        self.pass_time(now)
        batch = sale.batch
        if batch is None:
            return
        granted = 0 if batch.state == "canceled" else batch.value
        share = (2 * granted * min(gross, sale.gross) + sale.gross) // (2 * sale.gross)
        due = max(min(share, granted - sale.revoked), 0)
        waiting = min(batch.left, due) if batch.state == "pending" else 0
        batch.left -= waiting
        usable = sum(each.left for each in self.batches if each.state == "active")
        drawn = min(due - waiting, usable)
        if drawn:
            self.draw(drawn, now)
        self.spent += waiting + drawn
        sale.revoked += waiting + drawn
