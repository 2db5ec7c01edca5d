"""Tables of the people who take part: customers, labels and devices, tallies, invitations, levels, segments."""

from customers.models.customers import AVERAGE, Customer, CustomerLabel, PushToken
from customers.models.invitations import Invitation
from customers.models.levels import Level
from customers.models.segments import Segment, SegmentMember
from customers.models.tallies import CustomerTally

__all__ = [
    "AVERAGE",
    "Customer",
    "CustomerLabel",
    "CustomerTally",
    "Invitation",
    "Level",
    "PushToken",
    "Segment",
    "SegmentMember",
]
