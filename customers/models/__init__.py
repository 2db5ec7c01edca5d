"""Tables of the people who take part: customers and their labels, levels, segments."""

from customers.models.customers import Customer, CustomerLabel
from customers.models.levels import Level, Segment, SegmentMember

__all__ = ["Customer", "CustomerLabel", "Level", "Segment", "SegmentMember"]
