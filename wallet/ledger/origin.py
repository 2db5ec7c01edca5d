"""Where a movement comes from: what its transfer remembers besides the points."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

# Where a transfer keeps its call, among the caller's own values; a value of theirs by this name is not shown.
_CALL = "call"


@dataclass(frozen=True)
class Origin:
    """The circumstances of a movement.

    `source` names the face it came through (open_loyalty, purchase, portal …); with `external_id` it makes a call
    safe to repeat. `call` stands for everything that the caller said, where it takes more than customer, kind and
    points to make two calls the same; it stays with the movement. `reasons` explain an earning rule by rule:
    [{"rule", "name", "points", "text"}].
    """

    source: str
    external_id: str | None = None
    comment: str = ""
    purchase_id: UUID | None = None
    revised_purchase_id: UUID | None = None
    reward_id: UUID | None = None
    voucher_id: UUID | None = None
    order_number: str = ""
    venue: str = ""
    reasons: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    call: str = ""


def with_call(own: dict[str, Any], call: str) -> dict[str, Any]:
    """Give what a transfer keeps in `extra`: the caller's own values and, if it said one, its call."""
    return {**own, _CALL: call} if call else own


def call_of(kept: dict[str, Any]) -> str:
    """Give the call that made a transfer, from what the transfer keeps; empty where nobody said one."""
    return kept.get(_CALL) or ""


def extra_of(kept: dict[str, Any]) -> dict[str, Any]:
    """Give the caller's own values from what a transfer keeps."""
    return {name: value for name, value in kept.items() if name != _CALL}
