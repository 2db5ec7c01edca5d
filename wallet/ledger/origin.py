"""Where a movement comes from: what its transfer remembers besides the points."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


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
