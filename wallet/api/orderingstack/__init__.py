"""Wallets, their batches and operations, vouchers and reports in the OrderingStack Wallet2 dialect."""
