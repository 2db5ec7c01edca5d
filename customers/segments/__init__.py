"""Segments: what a segment asks for, who meets it, and the members and figures that are kept of it.

| module | holds |
| --- | --- |
| `criteria.py` | the fourteen kinds of criteria and the fields of each |
| `checking.py` | what an editor wrote, read strictly into the form that is kept |
| `conditions.py` | kept parts as one query of customers |
| `saving.py` | segments made, changed, switched on and off, deleted |
| `refreshing.py` | members found and kept, for all customers or for those who changed |
| `reading.py` | segments and their members, read |
| `counting.py` | how many would be in it, asked while somebody edits |

Rules, guarantees and measured times: docs/segments.md.
"""

from customers.segments.counting import count_matching
from customers.segments.reading import people_in, segment_of, segments_of
from customers.segments.refreshing import (
    refresh,
    refresh_all,
    refresh_by_the_clock,
    refresh_changed,
    refresh_saved,
)
from customers.segments.saving import (
    SegmentDetails,
    SegmentInUse,
    delete_segment,
    save_segment,
    set_active,
)

__all__ = [
    "SegmentDetails",
    "SegmentInUse",
    "count_matching",
    "delete_segment",
    "people_in",
    "refresh",
    "refresh_all",
    "refresh_by_the_clock",
    "refresh_changed",
    "refresh_saved",
    "save_segment",
    "segment_of",
    "segments_of",
    "set_active",
]
