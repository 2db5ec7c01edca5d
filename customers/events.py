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


# --- Accounts: log-ins, activation, passwords, contacts -------------------------------------------------------


@dataclass(frozen=True)
class CustomerLoggedIn(Event):
    """`through` says by which face: api, portal."""

    type: ClassVar[str] = "customer.logged_in"
    sentence: ClassVar[str] = "Logged in"

    through: str


@dataclass(frozen=True)
class ActivationRequested(Event):
    """The customer is to get a link or a code that activates the account; it is made when it is sent."""

    type: ClassVar[str] = "customer.activation_requested"
    sentence: ClassVar[str] = "Activation sent by {channel}"

    channel: str


@dataclass(frozen=True)
class PasswordResetRequested(Event):
    """Somebody asked for a new password; the link is made when it is sent."""

    type: ClassVar[str] = "customer.password_reset_requested"
    sentence: ClassVar[str] = "Password reset requested"


@dataclass(frozen=True)
class PasswordChanged(Event):
    type: ClassVar[str] = "customer.password_changed"
    sentence: ClassVar[str] = "Password changed"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class ContactChangeRequested(Event):
    """A customer wants another e-mail address or phone number; it counts once confirmed. `field`: email, phone."""

    type: ClassVar[str] = "customer.contact_change_requested"
    sentence: ClassVar[str] = "Change of {field} waits for confirmation"

    field: str


@dataclass(frozen=True)
class EmailChanged(Event):
    type: ClassVar[str] = "customer.email_changed"
    sentence: ClassVar[str] = "E-mail address changed"


@dataclass(frozen=True)
class PhoneChanged(Event):
    type: ClassVar[str] = "customer.phone_changed"
    sentence: ClassVar[str] = "Phone number changed"


@dataclass(frozen=True)
class AvatarChanged(Event):
    type: ClassVar[str] = "customer.avatar_changed"
    sentence: ClassVar[str] = "Avatar changed"


@dataclass(frozen=True)
class AvatarRemoved(Event):
    type: ClassVar[str] = "customer.avatar_removed"
    sentence: ClassVar[str] = "Avatar removed"


@dataclass(frozen=True)
class SubscriptionChanged(Event):
    """The customer no longer wants news of the programme, or wants them again."""

    type: ClassVar[str] = "customer.subscription_changed"
    sentence: ClassVar[str] = "Subscription to news changed"
    audited: ClassVar[bool] = True

    is_unsubscribed: bool


# --- The end --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CustomerAnonymized(Event):
    """Every personal value is gone; points and purchases stay, nameless."""

    type: ClassVar[str] = "customer.anonymized"
    sentence: ClassVar[str] = "Customer anonymised"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class CustomerErased(Event):
    """The customer was deleted, personal values and all; nobody can undo it."""

    type: ClassVar[str] = "customer.deleted"
    sentence: ClassVar[str] = "Customer deleted"
    audited: ClassVar[bool] = True


# --- Invitations: the subject is the referrer -------------------------------------------------------------------


@dataclass(frozen=True)
class FriendInvited(Event):
    type: ClassVar[str] = "invitation.sent"
    sentence: ClassVar[str] = "Invited a friend"

    invitation_id: str
    channel: str


@dataclass(frozen=True)
class InvitedFriendRegistered(Event):
    """Who was invited is a customer now; referral rules pay on this."""

    type: ClassVar[str] = "invitation.registered"
    sentence: ClassVar[str] = "An invited friend registered"

    invitation_id: str
    recipient_id: str


@dataclass(frozen=True)
class InvitedFriendPurchased(Event):
    """Who was invited bought something: for the first time, or again. Referral rules pay on this."""

    type: ClassVar[str] = "invitation.made_purchase"
    sentence: ClassVar[str] = "An invited friend made a purchase"

    invitation_id: str
    recipient_id: str
    purchase_id: str
    is_first: bool


# --- Segments ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SegmentSaved(Event):
    type: ClassVar[str] = "segment.saved"
    sentence: ClassVar[str] = "Segment {name} saved"
    audited: ClassVar[bool] = True

    name: str
    fields: list[str]


@dataclass(frozen=True)
class SegmentDeleted(Event):
    type: ClassVar[str] = "segment.deleted"
    sentence: ClassVar[str] = "Segment {name} deleted"
    audited: ClassVar[bool] = True

    name: str


@dataclass(frozen=True)
class CustomerAddedToSegment(Event):
    """The customer meets the segment's parts now."""

    type: ClassVar[str] = "customer.added_to_segment"
    sentence: ClassVar[str] = "Joined segment {segment_name}"

    segment_id: str
    segment_name: str


@dataclass(frozen=True)
class CustomerRemovedFromSegment(Event):
    type: ClassVar[str] = "customer.removed_from_segment"
    sentence: ClassVar[str] = "Left segment {segment_name}"

    segment_id: str
    segment_name: str


@dataclass(frozen=True)
class SegmentRefreshed(Event):
    """So many joined or left at once that not each of them has an event of their own."""

    type: ClassVar[str] = "segment.refreshed"
    sentence: ClassVar[str] = "Segment {name}: {joined} customers joined, {left} left"

    name: str
    joined: int
    left: int
