"""Segments in the cockpit: the list, the page on which one is built, and how many customers it would have."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from unfold.decorators import display

from customers import segments
from customers.admin.customers import CustomerAdmin
from customers.admin.segment_form import SegmentForm, in_words, say_where
from customers.models import Segment
from loyalty.cockpit import exports, formats
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.dialogs import dialog
from loyalty.refusals import InvalidInput

# Nobody waits longer for a figure that changes with the next key.
_COUNT_SECONDS = 3


@admin.register(Segment)
class SegmentAdmin(CockpitAdmin):
    form = SegmentForm
    list_display = ("title", "people", "each_spent", "each_bought", "state", "refreshed")
    list_select_related = ("store",)
    search_fields = ("name", "description")
    chips_field = "is_active"
    ordering = ("name",)
    actions_detail = ("activate_segment", "deactivate_segment")
    change_form_outer_before_template = "cockpit/segments/figures.html"
    fieldsets = (
        (None, {"fields": ("name", "description", "is_active")}),
        ("Who is in it", {"fields": ("parts",)}),
    )
    export_columns = (
        ("Name", "name"),
        ("Description", "description"),
        ("Active", "is_active"),
        ("Customers", "customers_count"),
        ("Average purchase", "average_purchase_amount"),
        ("Purchases each", "average_purchases"),
        ("Spent each", "average_customer_value"),
        ("Refreshed", "refreshed_at"),
    )
    purpose = "A segment is a group of customers found by what they do. Rules and rewards can be for a segment alone."

    class Media:
        css = {"all": ("cockpit/segment_builder.css",)}
        js = ("cockpit/segment_builder.js",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.store = self.store(request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the parts in words to those who may not change them."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return (self.fieldsets[0], ("Who is in it", {"fields": ("in_words",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None or self.has_change_permission(request, obj) else ("in_words",)

    @display(description="Those who meet")
    def in_words(self, segment: Segment) -> str:
        return in_words(segment.parts)

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Segment", ordering="name", header=True)
    def title(self, segment: Segment) -> list[str]:
        return [segment.name, segment.description]

    @display(description="Customers", ordering="customers_count")
    def people(self, segment: Segment) -> SafeString:
        address = reverse("admin:customers_customer_changelist")
        count = formats.amount(segment.customers_count)
        return format_html(
            '<a class="ck-num ck-link" href="{}?segment={}">{}</a>', address, segment.pk, count
        )

    @display(description="Spent each", ordering="average_customer_value")
    def each_spent(self, segment: Segment) -> SafeString:
        return formats.number(formats.money(segment.average_customer_value, segment.store))

    @display(description="Purchases each", ordering="average_purchases")
    def each_bought(self, segment: Segment) -> SafeString:
        return formats.number(formats.amount(segment.average_purchases))

    @display(description="State", ordering="is_active")
    def state(self, segment: Segment) -> SafeString:
        return formats.badge("active" if segment.is_active else "inactive")

    @display(description="Refreshed", ordering="refreshed_at")
    def refreshed(self, segment: Segment) -> SafeString | str:
        return formats.instant(segment.refreshed_at)

    # --- Acts -------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Segment, form: Any, change: bool) -> None:
        values = form.cleaned_data
        kept = segments.save_segment(
            self.store(request),
            values={
                "name": values["name"],
                "description": values["description"],
                "is_active": values["is_active"],
                "parts": values["parts"],
            },
            at=timezone.now(),
            actor=self.actor(request),
            segment=obj if change else None,
        )
        self.take(obj, kept)

    def delete_model(self, request: HttpRequest, obj: Segment) -> None:
        segments.delete_segment(obj, at=timezone.now(), actor=self.actor(request))

    @dialog(
        label="Activate",
        text="Its customers are found within seconds, and what is offered to the segment reaches them.",
        button="Activate the segment",
        icon="play_circle",
        permissions=["change"],
    )
    def activate_segment(self, request: HttpRequest, row: Segment, form: Any) -> str:
        segments.set_active(row, is_active=True, at=timezone.now(), actor=self.actor(request))
        return f"{row.name} is active."

    @dialog(
        label="Deactivate",
        text="Everybody leaves the segment, and what is offered to it reaches nobody.",
        button="Deactivate the segment",
        icon="pause_circle",
        permissions=["change"],
    )
    def deactivate_segment(self, request: HttpRequest, row: Segment, form: Any) -> str:
        segments.set_active(row, is_active=False, at=timezone.now(), actor=self.actor(request))
        return f"{row.name} is not active."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer the switch that changes something."""
        segment = self.get_object(request, str(object_id))
        hidden = "activate_segment" if segment and segment.is_active else "deactivate_segment"
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if each.action_name != f"customers_segment_{hidden}"
        ]

    # --- Addresses --------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("count/", wrap(self.count_view), name="customers_segment_count"),
            path("<uuid:segment_id>/members.csv", wrap(self.file_view), name="customers_segment_file"),
            *super().get_urls(),
        ]

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """Say how many customers the parts in the body would have."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            parts = json.loads(request.body)
            count = segments.count_matching(
                self.store(request), parts, at=timezone.now(), seconds=_COUNT_SECONDS
            )
        except (ValueError, RecursionError):
            return JsonResponse({"say": "This cannot be read."}, status=400)
        except InvalidInput as refusal:
            say = "Add a criterion to begin." if refusal.at_field == "parts" else say_where(refusal)
            return JsonResponse({"say": say, "at": refusal.at_field})
        except TimeoutError:
            return JsonResponse({"say": "Too many to count while you wait; save to find them."})
        return JsonResponse({"count": count, "say": _people(count)})

    def file_view(self, request: HttpRequest, segment_id: Any) -> HttpResponseBase:
        """Download the members as CSV."""
        if not request.user.has_perm("customers.view_segmentexport"):
            raise PermissionDenied
        segment = self.get_row(request, str(segment_id))
        people = segments.people_in(segment).prefetch_related(None).order_by("last_name", "pk")
        return exports.as_csv(people, CustomerAdmin.export_columns, f"segment-{slugify(segment.name)}")


def _people(count: int) -> str:
    return f"{formats.amount(count)} customer{'' if count == 1 else 's'}"
