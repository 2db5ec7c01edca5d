"""Staff screens of the customers floor: customers and levels."""

from customers.admin import customers, levels

__all__ = ["customers", "levels"]
