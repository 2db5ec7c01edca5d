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


@dataclass(frozen=True)
class VouchersCreated(Event):
    """Vouchers were made, one or a portion of a series; `points` is what each is worth."""

    type: ClassVar[str] = "voucher.created"
    sentence: ClassVar[str] = "{count} vouchers of {points} points made"
    audited: ClassVar[bool] = True

    count: int
    points: str
    series: str


@dataclass(frozen=True)
class VouchersOrdered(Event):
    """So many vouchers of a series are still to be made, all under the same terms."""

    type: ClassVar[str] = "voucher.ordered"
    sentence: ClassVar[str] = "{left} of {count} vouchers of a series are still to be made"

    series: str
    count: int
    left: int
    points: str
    price: str | None
    expires_at: str | None
    points_expire_in_days: int | None


@dataclass(frozen=True)
class PointsExpireSoon(Event):
    """Points that are left will expire on a day that the programme wants customers to hear of."""

    type: ClassVar[str] = "points.expire_soon"
    sentence: ClassVar[str] = "{points} points will expire on {last_day}"

    points: str
    last_day: str
    days: int


@dataclass(frozen=True)
class WalletOpened(Event):
    """A partner's programme knows this customer from now on."""

    type: ClassVar[str] = "wallet.opened"
    sentence: ClassVar[str] = "Wallet opened"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class WalletAttributesChanged(Event):
    """What a partner keeps beside the points; names and values are the partner's and stay out of here."""

    type: ClassVar[str] = "wallet.attributes_changed"
    sentence: ClassVar[str] = "{count} attributes of the wallet changed"
    audited: ClassVar[bool] = True

    count: int


@dataclass(frozen=True)
class BatchQueued(Event):
    """A batch was accepted; it will be added under this id."""

    type: ClassVar[str] = "batch.queued"
    sentence: ClassVar[str] = "{points} points handed in"

    batch_id: str
    points: str


@dataclass(frozen=True)
class TransferAnnotated(Event):
    """Where a movement happened, or what is kept with it, was changed; its points were not."""

    type: ClassVar[str] = "transfer.annotated"
    sentence: ClassVar[str] = "Changed {fields} of a movement"
    audited: ClassVar[bool] = True

    transfer_id: str
    fields: str


@dataclass(frozen=True)
class LedgerChecked(Event):
    """Every wallet was checked; so many do not add up."""

    type: ClassVar[str] = "ledger.checked"
    sentence: ClassVar[str] = "{wallets} wallets checked, {drifting} do not add up"

    wallets: int
    drifting: int


@dataclass(frozen=True)
class WalletFroze(Event):
    """A wallet does not add up; nothing leaves it until somebody has looked."""

    type: ClassVar[str] = "wallet.froze"
    sentence: ClassVar[str] = "The wallet does not add up and is frozen"

    figure: str


@dataclass(frozen=True)
class WalletThawed(Event):
    """A frozen wallet adds up again, and points may leave it."""

    type: ClassVar[str] = "wallet.thawed"
    sentence: ClassVar[str] = "The wallet adds up again and is open"
    audited: ClassVar[bool] = True
