"""The ledger once more, as a toy of lists and integers, without database or clock: what the real one must equal."""

from dataclasses import dataclass, field


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

    def cancel(self, batch, now):
        self.pass_time(now)
        if batch.state not in {"active", "pending"}:
            raise Refused
        if batch.state == "active":
            self.earned -= batch.value
        batch.left, batch.state = 0, "canceled"
