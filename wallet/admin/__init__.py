"""Staff screens of the wallet floor: points transfers, and the points in the list of customers."""

from wallet.admin import customers, transfers

__all__ = ["customers", "transfers"]
