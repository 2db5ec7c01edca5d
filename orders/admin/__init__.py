"""Staff screens of the orders floor: purchases and what each earned."""

from orders.admin import purchases

__all__ = ["purchases"]
