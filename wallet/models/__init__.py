"""Tables of what is owed: wallets, transfers and their draws, ledger entries."""

from wallet.models.transfers import Draw, LedgerEntry, PointsTransfer
from wallet.models.wallets import Wallet

__all__ = ["Draw", "LedgerEntry", "PointsTransfer", "Wallet"]
