"""What is on members' passes, in the WalletApp dialect."""
