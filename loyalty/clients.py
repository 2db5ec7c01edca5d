"""OAuth2 clients: a partner's permanent token under the names that the protocol has for it.

`client_id` is the token's id, or the eight characters it begins with; `client_secret` is its text. A secret has 256
random bits, so nobody guesses one and wrong ones need not be counted. Scopes are the token's words of one dialect.
"""

from collections.abc import Collection
from datetime import datetime

from loyalty import tokens
from loyalty.models import PermanentToken


def authenticate(client_id: str, secret: str, *, at: datetime) -> PermanentToken | None:
    """Give the client that these name, or None when there is none, or no longer."""
    try:
        principal = tokens.read_permanent(secret, at=at)
    except tokens.CredentialProblem:
        return None
    client = PermanentToken.objects.select_related("store", "staff").get(pk=principal.id)
    return client if client_id.lower() in {str(client.pk), client.prefix} else None


def scopes_of(client: PermanentToken, known: Collection[str]) -> frozenset[str]:
    """Give which of some words a client may ask for; all of them when it may do everything."""
    words = frozenset(known)
    return words if "*" in client.abilities else words & frozenset(client.abilities)
