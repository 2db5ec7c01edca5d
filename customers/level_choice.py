"""Which level a customer stands on: a pure decision over levels, sums and the programme's rule (docs/levels.md).

Levels are compared by their condition, never by their reward.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from loyalty.amounts import ZERO
from loyalty.programme import DowngradeMode, ProgrammeSettings, TierBasis


@dataclass(frozen=True)
class Rung:
    """A level as the decision sees it."""

    id: UUID
    name: str
    condition_value: Decimal
    reward_value: Decimal
    is_active: bool = True


@dataclass(frozen=True)
class Standing:
    """Where a customer stands; a manual level was given by staff and is a floor."""

    level_id: UUID | None
    is_manual: bool = False


class Occasion(StrEnum):
    """Why a level is decided now: something moved, its days are over, or staff no longer hold it."""

    MOVEMENT = "movement"
    DAYS_OVER = "days_over"
    RELEASE = "release"


class Move(StrEnum):
    UP = "up"
    DOWN = "down"
    SIDEWAYS = "sideways"


@dataclass(frozen=True)
class Choice:
    """The level to stand on from now. `move` is None when it stays the same."""

    level: Rung | None
    is_manual: bool
    move: Move | None = None


def rung_for(rungs: Iterable[Rung], amount: Decimal) -> Rung | None:
    """Give the highest active level whose condition the amount meets; of equals, the one with the larger reward."""
    reached = [rung for rung in rungs if rung.is_active and rung.condition_value <= max(amount, ZERO)]
    return max(reached, key=lambda rung: (rung.condition_value, rung.reward_value), default=None)


def choose(rungs: Iterable[Rung], standing: Standing, amount: Decimal, *, may_fall: bool) -> Choice:
    """Decide the level for an amount: rises happen at once, falls only when `may_fall`, never below a manual level."""
    known = list(rungs)
    now = next((rung for rung in known if rung.id == standing.level_id), None)
    reached = rung_for(known, amount)
    if _id(now) == _id(reached):
        return Choice(level=now, is_manual=standing.is_manual)
    move = _direction(now, reached)
    if move is Move.UP:
        return Choice(level=reached, is_manual=False, move=move)
    stays = standing.is_manual or (move is Move.DOWN and not may_fall)
    stays = stays or (move is Move.SIDEWAYS and now is not None and now.is_active)
    if stays:
        return Choice(level=now, is_manual=standing.is_manual)
    return Choice(level=reached, is_manual=False, move=move)


def may_fall(programme: ProgrammeSettings, *, since: datetime, at: datetime, occasion: Occasion) -> bool:
    """Tell whether a customer may be moved down now.

    By purchases always, and always when staff let go of a level. By points as the downgrade mode says: never, at
    once, or by the nightly job when so many days have passed `since` the level was last decided.
    """
    if programme.tier_assign_type is TierBasis.PURCHASES or occasion is Occasion.RELEASE:
        return True
    if programme.level_downgrade_mode is DowngradeMode.AUTOMATIC:
        return True
    if programme.level_downgrade_mode is DowngradeMode.AFTER_DAYS:
        return occasion is Occasion.DAYS_OVER and since + timedelta(days=programme.level_downgrade_days) <= at
    return False


def _id(rung: Rung | None) -> UUID | None:
    return None if rung is None else rung.id


def _direction(now: Rung | None, reached: Rung | None) -> Move:
    before = Decimal(-1) if now is None else now.condition_value
    after = Decimal(-1) if reached is None else reached.condition_value
    if after == before:
        return Move.SIDEWAYS
    return Move.UP if after > before else Move.DOWN
