"""The ledger: the only writer of points (docs/ledger.md).

Every function opens its transaction, locks the wallets it touches in order of id, settles what time has changed
meanwhile (batches that unlocked or expired), does one movement, writes its entries and sums, and records an event.
All take `at`, the moment of the movement, and the acting party.
"""

from wallet.ledger.adding import activate, add, open_wallet_on_registration
from wallet.ledger.blocking import block
from wallet.ledger.canceling import cancel
from wallet.ledger.expiring import expire, expire_all_on_downgrade
from wallet.ledger.gifting import give
from wallet.ledger.granting import Grant, grant_in_bulk
from wallet.ledger.origin import Origin
from wallet.ledger.returning import revoke_for_return
from wallet.ledger.reversing import reverse
from wallet.ledger.reviewing import review_level
from wallet.ledger.settling import settle_due
from wallet.ledger.spending import spend

__all__ = [
    "Grant",
    "Origin",
    "activate",
    "add",
    "block",
    "cancel",
    "expire",
    "expire_all_on_downgrade",
    "give",
    "grant_in_bulk",
    "open_wallet_on_registration",
    "reverse",
    "review_level",
    "revoke_for_return",
    "settle_due",
    "spend",
]
