"""Members in the WalletApp dialect."""
