"""Filters of the list of customers that the library has not."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter, RelatedCheckboxFilter, TextFilter

from customers.models import Customer, CustomerLabel, Level, Segment, SegmentMember
from loyalty.cockpit import formats, stores


class LevelFilter(RelatedCheckboxFilter):
    """Customers on one of some levels of the store that is looked at."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        levels = Level.objects.filter(store=stores.current_store(request))
        return [(level.pk, str(level)) for level in levels]


class LabelFilter(TextFilter):
    """Customers with a label, as in "newsletter:yes"; the key alone finds every value of it."""

    title = "label"
    parameter_name = "label"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        key, colon, value = (self.value() or "").strip().partition(":")
        if not key:
            return queryset
        labels = CustomerLabel.objects.filter(customer=OuterRef("pk"), key=key.strip())
        return queryset.filter(Exists(labels.filter(value=value.strip()) if colon else labels))

    def in_words(self) -> str:
        """Write what is asked for."""
        return self.value() or ""


class SegmentFilter(DropdownFilter):
    """Customers in a segment."""

    title = "segment"
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not request.user.has_perm("customers.view_segment"):
            return []
        segments = Segment.objects.filter(store=stores.current_store(request))
        return [(str(each.pk), f"{each.name} ({formats.amount(each.customers_count)})") for each in segments]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        members = SegmentMember.objects.filter(segment=self.value(), customer=OuterRef("pk"))
        return queryset.filter(Exists(members))


class NewsFilter(RadioFilter):
    """Customers who get the programme's news, or do not want them."""

    title = "news"
    parameter_name = "news"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Subscribed"), ("no", "Unsubscribed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        wanted = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(is_unsubscribed=wanted)
