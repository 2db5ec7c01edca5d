"""Who may call what in this dialect, as the document lists it by operation."""

from loyalty.access import Grant

# What customers do themselves. A partner's token, whatever its words, has no wallet.
CUSTOMERS = Grant(customer=True)


def any_of(*words: str) -> Grant:
    """Give the rule of a route that some words open, besides those that open every one."""
    return Grant(abilities=frozenset({"ROLE_SU", "ROLE_WALLET", *words}))
