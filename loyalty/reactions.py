"""What follows from what: one table from event type to the functions that react, by dotted path.

`NOW` runs in the same transaction, before it commits, with a `loyalty.events.Recorded`. `LATER` runs after the
commit, at least once, from the outbox, with the event's row: such a function must bear being called twice. This
table is how news climbs to the upper floors, which the lower ones never import.
"""

NOW: dict[str, tuple[str, ...]] = {
    "customer.registered": ("wallet.ledger.open_wallet_on_registration",),
    "customer.level_changed": ("wallet.ledger.expire_all_on_downgrade",),
    "customer.level_released": ("wallet.ledger.review_level",),
    "customer.level_review_due": ("wallet.ledger.review_level",),
}

LATER: dict[str, tuple[str, ...]] = {}


def now(event_type: str) -> tuple[str, ...]:
    """Give the functions that react within the transaction."""
    return NOW.get(event_type, ())


def later(event_type: str) -> tuple[str, ...]:
    """Give the functions that react after the commit."""
    return LATER.get(event_type, ())
