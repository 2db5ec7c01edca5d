"""Staff screens of the customers floor: customers, invitations, levels, segments."""

from customers.admin import customers, invitations, levels, segments

__all__ = ["customers", "invitations", "levels", "segments"]
