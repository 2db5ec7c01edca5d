"""Tables of what is offered: earning rules."""

from campaigns.models.rules import EarningRule

__all__ = ["EarningRule"]
