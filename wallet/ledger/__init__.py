"""The ledger: the only writer of points (docs/ledger.md).

Every function opens its transaction, locks the wallets it touches in order of id, settles what time has changed
meanwhile (batches that unlocked or expired), does one movement, writes its entries and sums, and records an event.
All take `at`, the moment of the movement, and the acting party.
"""

from wallet.ledger.adding import BY_THE_PROGRAMME, activate, add, open_wallets_on_registration
from wallet.ledger.annotating import annotate
from wallet.ledger.blocking import block
from wallet.ledger.canceling import cancel
from wallet.ledger.closing import close
from wallet.ledger.expiring import expire, expire_all_on_downgrade
from wallet.ledger.gifting import give
from wallet.ledger.granting import Grant, grant_in_bulk
from wallet.ledger.origin import Origin, extra_of
from wallet.ledger.returning import revoke_for_return
from wallet.ledger.reversing import reverse
from wallet.ledger.reviewing import review_level
from wallet.ledger.settling import settle_due, settle_wallet
from wallet.ledger.spending import spend

__all__ = [
    "BY_THE_PROGRAMME",
    "Grant",
    "Origin",
    "activate",
    "add",
    "annotate",
    "block",
    "cancel",
    "close",
    "expire",
    "expire_all_on_downgrade",
    "extra_of",
    "give",
    "grant_in_bulk",
    "open_wallets_on_registration",
    "reverse",
    "review_level",
    "revoke_for_return",
    "settle_due",
    "settle_wallet",
    "spend",
]
