"""Tables of what was bought: purchases, their lines and labels."""

from orders.models.purchases import ItemLabel, Purchase, PurchaseLabel, PurchaseLine

__all__ = ["ItemLabel", "Purchase", "PurchaseLabel", "PurchaseLine"]
