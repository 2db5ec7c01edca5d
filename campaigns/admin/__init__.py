"""Staff screens of the campaigns floor: earning rules."""

from campaigns.admin import rules

__all__ = ["rules"]
