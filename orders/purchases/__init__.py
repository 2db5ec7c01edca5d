"""Purchases: documents come in, find their customer, earn, are returned and labelled. The only writer of them."""

from orders.purchases.assigning import assign_customer
from orders.purchases.claiming import claim
from orders.purchases.labelling import add_labels, find_document, find_purchase, remove_labels, replace_labels
from orders.purchases.registering import Lookups, register_purchase
from orders.purchases.simulating import simulate

__all__ = [
    "Lookups",
    "add_labels",
    "assign_customer",
    "claim",
    "find_document",
    "find_purchase",
    "register_purchase",
    "remove_labels",
    "replace_labels",
    "simulate",
]
