"""What follows from what, and who knows what: tables of functions by dotted path.

`TOGETHER` runs in the same transaction, before it commits, once with all `loyalty.events.Recorded` of a type: what
costs one statement for any number of them. `NOW` runs after it, with one of them at a time. `LATER` runs after the
commit, at least once, from the outbox, in a transaction of its own with the event's row: such a function must bear
being called twice. `SENDING` is the same for functions that talk to the outside world: no transaction is open around
them. These tables are how news climbs to the upper floors, which the lower ones never import.

`ERASERS` and `TAKEOUTS` name, floor by floor, what forgets a person (within the erasing transaction, with a
`loyalty.erasure.Traces`) and what tells a person everything that is kept about them (with the customer).
`LOCKED_BEFORE_CUSTOMERS` locks, given a customer's id, what comes before customers in the order of locks.
`SEGMENT_CRITERIA` names what turns a criterion of a segment into a condition on customers (`customers.segments`).
`IMPORTS` names, kind by kind, the area of rights that a file of such rows belongs to and what reads them
(`loyalty.imports.kinds`).
"""

from uuid import UUID

from django.utils.module_loading import import_string

TOGETHER: dict[str, tuple[str, ...]] = {
    "customer.registered": ("wallet.ledger.open_wallets_on_registration",),
}

NOW: dict[str, tuple[str, ...]] = {
    "customer.level_changed": ("wallet.ledger.expire_all_on_downgrade",),
    "customer.level_released": ("wallet.ledger.review_level",),
    "customer.level_review_due": ("wallet.ledger.review_level",),
}

LATER: dict[str, tuple[str, ...]] = {
    "batch.queued": ("wallet.batches.add_queued",),
    "segment.saved": ("customers.segments.refresh_saved",),
    "voucher.ordered": ("wallet.voucher_series.make_ordered",),
}

SENDING: dict[str, tuple[str, ...]] = {
    "customer.activation_requested": ("customers.messages.send_activation",),
    "customer.password_reset_requested": ("customers.messages.send_password_reset",),
    "customer.contact_change_requested": ("customers.messages.send_contact_change",),
    "customer.email_changed": ("customers.messages.send_email_changed",),
    "invitation.sent": ("customers.messages.send_invitation",),
    "points.expire_soon": ("wallet.messages.send_expiring_points",),
    "staff.password_reset_requested": ("loyalty.passwords.send_reset_link",),
}

ERASERS: tuple[str, ...] = (
    "loyalty.erasure.forget",
    "customers.erasure.forget_belongings",
    "wallet.erasure.forget",
    "orders.erasure.forget",
)

LOCKED_BEFORE_CUSTOMERS: tuple[str, ...] = ("wallet.erasure.lock_wallet",)

TAKEOUTS: dict[str, str] = {
    "points": "wallet.takeout.points_of",
    "purchases": "orders.takeout.purchases_of",
}

SEGMENT_CRITERIA: dict[str, str] = {
    "bought_in_pos": "orders.segment_criteria.bought_in_pos",
    "bought_labels": "orders.segment_criteria.bought_labels",
    "bought_makers": "orders.segment_criteria.bought_makers",
    "bought_skus": "orders.segment_criteria.bought_skus",
    "purchase_period": "orders.segment_criteria.purchase_period",
    "transaction_percent_in_pos": "orders.segment_criteria.transaction_percent_in_pos",
}

IMPORTS: dict[str, tuple[str, str]] = {
    "customers": ("CUSTOMER", "customers.api.open_loyalty.xml_rows.customer_rows"),
    "purchases": ("TRANSACTION", "orders.api.open_loyalty.xml_rows.purchase_rows"),
    "matches": ("TRANSACTION", "orders.api.open_loyalty.xml_rows.match_rows"),
    "points": ("POINT_TRANSFER", "wallet.api.open_loyalty.xml_rows.transfer_rows"),
}


def lock_before_customer(customer_id: UUID) -> None:
    """Lock what comes before a customer in the order of locks, for whoever comes to both."""
    for path in LOCKED_BEFORE_CUSTOMERS:
        import_string(path)(customer_id)


def together(event_type: str) -> tuple[str, ...]:
    """Give the functions that react within the transaction to all events of a type at once."""
    return TOGETHER.get(event_type, ())


def now(event_type: str) -> tuple[str, ...]:
    """Give the functions that react within the transaction."""
    return NOW.get(event_type, ())


def later(event_type: str) -> tuple[str, ...]:
    """Give the functions that react after the commit, those that send among them."""
    return LATER.get(event_type, ()) + SENDING.get(event_type, ())


def all_sending() -> frozenset[str]:
    """Give every function that talks to the outside world."""
    return frozenset(path for paths in SENDING.values() for path in paths)


def is_sending(event_type: str, path: str) -> bool:
    """Tell whether a reaction talks to the outside world and so runs without a transaction."""
    return path in SENDING.get(event_type, ())
