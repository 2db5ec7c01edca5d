"""Tables of the people who take part: customers and their labels, levels, segments, one-time codes."""

from customers.models.codes import OneTimeCode
from customers.models.customers import Customer, CustomerLabel
from customers.models.levels import Level, Segment, SegmentMember

__all__ = ["Customer", "CustomerLabel", "Level", "OneTimeCode", "Segment", "SegmentMember"]
