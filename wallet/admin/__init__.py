"""Staff screens of the wallet floor: movements, vouchers, wallets, and the points in the list of customers."""

from wallet.admin import customers, transfers, vouchers, wallets

__all__ = ["customers", "transfers", "vouchers", "wallets"]
