"""What the wallet says happened. Points travel as text with two decimals; no personal values."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.events import Event


@dataclass(frozen=True)
class PointsMoved(Event):
    """A movement on one wallet: which transfer, how much, and what can be spent afterwards."""

    transfer_id: str
    points: str
    balance: str
    purchase_id: str | None = None
    other_customer_id: str | None = None


@dataclass(frozen=True)
class PointsAdded(PointsMoved):
    type: ClassVar[str] = "points.added"
    sentence: ClassVar[str] = "Earned {points} points"


@dataclass(frozen=True)
class PointsAddedPending(PointsMoved):
    type: ClassVar[str] = "points.added_pending"
    sentence: ClassVar[str] = "Earned {points} points, usable later"


@dataclass(frozen=True)
class PointsUnlocked(PointsMoved):
    type: ClassVar[str] = "points.unlocked"
    sentence: ClassVar[str] = "{points} points became usable"


@dataclass(frozen=True)
class PointsSpent(PointsMoved):
    type: ClassVar[str] = "points.spent"
    sentence: ClassVar[str] = "Spent {points} points"


@dataclass(frozen=True)
class PointsRevoked(PointsMoved):
    type: ClassVar[str] = "points.revoked"
    sentence: ClassVar[str] = "{points} points taken back for a return"


@dataclass(frozen=True)
class PointsReversed(PointsMoved):
    type: ClassVar[str] = "points.reversed"
    sentence: ClassVar[str] = "{points} spent points given back"


@dataclass(frozen=True)
class PointsExpired(PointsMoved):
    type: ClassVar[str] = "points.expired"
    sentence: ClassVar[str] = "{points} points expired"


@dataclass(frozen=True)
class PointsCanceled(PointsMoved):
    type: ClassVar[str] = "points.canceled"
    sentence: ClassVar[str] = "{points} points cancelled"


@dataclass(frozen=True)
class PointsBlocked(PointsMoved):
    type: ClassVar[str] = "points.blocked"
    sentence: ClassVar[str] = "{points} points blocked"


@dataclass(frozen=True)
class PointsReleased(PointsMoved):
    type: ClassVar[str] = "points.released"
    sentence: ClassVar[str] = "{points} blocked points released"


@dataclass(frozen=True)
class PointsSent(PointsMoved):
    type: ClassVar[str] = "points.sent"
    sentence: ClassVar[str] = "Gave {points} points to another customer"


@dataclass(frozen=True)
class PointsReceived(PointsMoved):
    type: ClassVar[str] = "points.received"
    sentence: ClassVar[str] = "Received {points} points from another customer"
