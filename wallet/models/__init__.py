"""Tables of what is owed: wallets, transfers, draws, tallies, ledger entries, vouchers, batches in the queue."""

from wallet.models.queue import QueuedBatch
from wallet.models.tallies import TransferTally
from wallet.models.transfers import Draw, LedgerEntry, PointsTransfer
from wallet.models.vouchers import Voucher
from wallet.models.wallets import ExpiryNotice, Wallet

__all__ = [
    "Draw",
    "ExpiryNotice",
    "LedgerEntry",
    "PointsTransfer",
    "QueuedBatch",
    "TransferTally",
    "Voucher",
    "Wallet",
]
