"""The settings of one store's programme: typed, with defaults, kept as JSON on the store.

Names on the wire are the Open Loyalty keys (camel case); names here are ours. Source: spec 1f.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo


class ExpiryMode(StrEnum):
    NEVER = "all_time_active"
    AFTER_DAYS = "after_x_days"
    MONTH_END = "at_the_end_of_the_month"
    YEAR_END = "at_the_end_of_the_year"


class TierBasis(StrEnum):
    """What lifts a customer to a level."""

    POINTS = "points"
    PURCHASES = "transactions"


class DowngradeMode(StrEnum):
    NONE = "none"
    AUTOMATIC = "automatic"
    AFTER_DAYS = "after_x_days"


class DowngradeBase(StrEnum):
    """Which sum of points a level by points looks at."""

    NONE = "none"
    ACTIVE = "active_points"
    EARNED = "earned_points"
    EARNED_SINCE_CHANGE = "earned_points_since_last_level_change"


class CommunicationMethod(StrEnum):
    """How the programme reaches a customer first: for activation and for changes of contacts."""

    EMAIL = "email"
    SMS = "sms"


class IdentificationField(StrEnum):
    EMAIL = "email"
    CARD = "loyaltyCardNumber"
    PHONE = "phone"


@cache
def wire_name(name: str) -> str:
    """Give the camel-case key under which a setting travels and is stored."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True)
class ProgrammeSettings:
    """One programme's rules of the game. Unknown stored keys are ignored, missing ones take the default."""

    program_name: str = "Loyalty programme"
    program_points_singular: str = "point"
    program_points_plural: str = "points"
    program_url: str = ""
    program_conditions_url: str = ""
    help_email_address: str = ""
    accent_color: str = "#0f766e"
    timezone: str = "UTC"
    locale: str = "en"
    returns: bool = True
    allow_customers_profile_edits: bool = True
    account_activation_required: bool = False
    preferred_communication_method: CommunicationMethod = CommunicationMethod.EMAIL
    all_time_not_locked: bool = True
    points_days_locked: int = 0
    points_days_expiry_after: ExpiryMode = ExpiryMode.AFTER_DAYS
    points_days_active_count: int = 30
    expire_points_notification_days: int = 0
    points_gift_daily_limit: Decimal = Decimal(0)
    points_gift_min_account_days: int = 0
    tier_assign_type: TierBasis = TierBasis.PURCHASES
    level_downgrade_mode: DowngradeMode = DowngradeMode.NONE
    level_downgrade_base: DowngradeBase = DowngradeBase.NONE
    level_downgrade_days: int = 365
    level_reset_points_on_downgrade: bool = False
    exclude_delivery_costs_from_tier_assignment: bool = False
    excluded_delivery_skus: tuple[str, ...] = field(default=(), metadata={"wire": "excludedDeliverySKUs"})
    excluded_level_skus: tuple[str, ...] = field(default=(), metadata={"wire": "excludedLevelSKUs"})
    excluded_level_categories: tuple[str, ...] = ()
    customers_identification_priority: tuple[IdentificationField, ...] = (
        IdentificationField.PHONE,
        IdentificationField.CARD,
        IdentificationField.EMAIL,
    )
    points_value: Decimal = Decimal("0.01")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read the stored JSON, trusting it: it was written by `to_json` after validation."""
        known: dict[str, Any] = {}
        for spec in fields(cls):
            key = spec.metadata.get("wire", wire_name(spec.name))
            if key in stored:
                known[spec.name] = _revive(spec.name, stored[key])
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Give the JSON form that a store keeps, wire keys throughout."""
        return {
            spec.metadata.get("wire", wire_name(spec.name)): _store(getattr(self, spec.name))
            for spec in fields(self)
        }


_REVIVERS: dict[str, Any] = {
    "points_days_expiry_after": ExpiryMode,
    "tier_assign_type": TierBasis,
    "level_downgrade_mode": DowngradeMode,
    "level_downgrade_base": DowngradeBase,
    "preferred_communication_method": CommunicationMethod,
    "points_value": Decimal,
    "points_gift_daily_limit": Decimal,
    "excluded_delivery_skus": tuple,
    "excluded_level_skus": tuple,
    "excluded_level_categories": tuple,
    "customers_identification_priority": lambda values: tuple(IdentificationField(value) for value in values),
}


def _revive(name: str, value: Any) -> Any:
    reviver = _REVIVERS.get(name)
    return reviver(value) if reviver else value


def _store(value: Any) -> Any:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value
