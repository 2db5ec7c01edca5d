"""Customers' access tokens in the OrderingStack dialect."""
