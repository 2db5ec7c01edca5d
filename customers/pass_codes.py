"""The code on a customer's pass: what a till's scanner reads, the same in every answer that shows one.

It is the card number. Who has no card yet is known by their id, which names them for ever: a pass with that code keeps
working when a card number follows. Nothing here knows Django.
"""

import re
from uuid import UUID

_SPELLED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def pass_code(card_number: str | None, customer_id: UUID) -> str:
    """Give the code that stands for a customer."""
    return card_number or str(customer_id)


def id_in(code: str) -> UUID | None:
    """Give the customer's id that a code spells, or None when it is a card number."""
    return UUID(code) if _SPELLED.fullmatch(code) else None
