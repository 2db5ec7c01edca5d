"""Reads of segments and their members."""

from uuid import UUID

from django.db.models import QuerySet

from customers import queries
from customers.models import Customer, Segment
from loyalty.models import Store
from loyalty.refusals import NotFound


def segments_of(store: Store) -> QuerySet[Segment]:
    """Give a store's segments."""
    return Segment.objects.filter(store=store)


def segment_of(store: Store, segment_id: UUID) -> Segment:
    """Give one segment of a store.

    Raises: NotFound when unknown or of another store.
    """
    segment = segments_of(store).filter(pk=segment_id).first()
    if segment is None:
        raise NotFound
    segment.store = store
    return segment


def people_in(segment: Segment) -> QuerySet[Customer]:
    """Give the members of a segment as the lists of customers show them."""
    return queries.customers_of(segment.store).filter(segment_memberships__segment=segment)
