"""Customers in the Omniwallet dialect, but for their points: `wallet/api/omniwallet/` adds those and routes them."""
