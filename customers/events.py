"""What this floor says happened to customers and levels. Names of changed fields, never personal values."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.events import Event


@dataclass(frozen=True)
class CustomerRegistered(Event):
    """`by` says through which door: admin, seller, self, import, partner."""

    type: ClassVar[str] = "customer.registered"
    sentence: ClassVar[str] = "Customer registered"
    audited: ClassVar[bool] = True

    by: str
    status: str
    level_id: str | None = None


@dataclass(frozen=True)
class CustomerUpdated(Event):
    type: ClassVar[str] = "customer.updated"
    sentence: ClassVar[str] = "Customer's details changed"
    audited: ClassVar[bool] = True

    fields: list[str]


@dataclass(frozen=True)
class CustomerActivated(Event):
    type: ClassVar[str] = "customer.activated"
    sentence: ClassVar[str] = "Customer activated"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class CustomerDeactivated(Event):
    type: ClassVar[str] = "customer.deactivated"
    sentence: ClassVar[str] = "Customer deactivated"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class PointOfSaleAssigned(Event):
    type: ClassVar[str] = "customer.pos_assigned"
    sentence: ClassVar[str] = "Point of sale assigned"
    audited: ClassVar[bool] = True

    point_of_sale_id: str


@dataclass(frozen=True)
class LevelChanged(Event):
    """The level followed the customer's purchases or points. `basis` is what it looked at."""

    type: ClassVar[str] = "customer.level_changed"
    sentence: ClassVar[str] = "Level changed to {level_name}"

    level_id: str | None
    level_name: str
    previous_level_id: str | None
    move: str
    basis: str

    @property
    def is_downgrade(self) -> bool:
        """A level by points was lost: programmes may take the points away too."""
        return self.move == "down" and self.basis == "points"


@dataclass(frozen=True)
class LevelAssigned(Event):
    """Staff gave a level by hand; it is a floor from now."""

    type: ClassVar[str] = "customer.level_assigned"
    sentence: ClassVar[str] = "Level {level_name} assigned by hand"
    audited: ClassVar[bool] = True

    level_id: str
    level_name: str
    previous_level_id: str | None


@dataclass(frozen=True)
class LevelReleased(Event):
    """A level given by hand is a floor no more; the level is decided anew."""

    type: ClassVar[str] = "customer.level_released"
    sentence: ClassVar[str] = "Level no longer held by hand"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class LevelReviewDue(Event):
    """The days for which a level is kept have passed; whether it is kept on is decided now."""

    type: ClassVar[str] = "customer.level_review_due"
    sentence: ClassVar[str] = "Level due for review"


@dataclass(frozen=True)
class LevelSaved(Event):
    type: ClassVar[str] = "level.saved"
    sentence: ClassVar[str] = "Level {name} saved"
    audited: ClassVar[bool] = True

    name: str
    fields: list[str]


@dataclass(frozen=True)
class LevelDeleted(Event):
    type: ClassVar[str] = "level.deleted"
    sentence: ClassVar[str] = "Level {name} deleted"
    audited: ClassVar[bool] = True

    name: str
