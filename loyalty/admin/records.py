"""What happened: events and the audit. Read, searched and downloaded, never changed."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from loyalty import events
from loyalty.cockpit import formats
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.models import AuditEntry, Event

# Kinds of things that have a page of their own, by the name of its address.
_PAGES = {
    "customer": "admin:customers_customer_change",
    "purchase": "admin:orders_purchase_change",
    "earning_rule": "admin:campaigns_earningrule_change",
    "level": "admin:customers_level_change",
    "pos": "admin:loyalty_pointofsale_change",
    "seller": "admin:loyalty_seller_change",
}


def _thing(kind: str, identifier: str) -> SafeString | str:
    """Name a thing by its kind and the beginning of its id, with a link where it has a page."""
    name = f"{kind.replace('_', ' ')} {identifier[:8]}"
    if kind not in _PAGES:
        return name
    return format_html('<a class="ck-link" href="{}">{}</a>', reverse(_PAGES[kind], args=[identifier]), name)


def _pretty(payload: dict[str, Any]) -> SafeString:
    return format_html('<pre class="ck-json">{}</pre>', json.dumps(payload, indent=2, ensure_ascii=False))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("sentence", "type", "about", "by", "happened")
    list_filter = (("occurred_at", InstantRangeFilter), "subject_kind", "actor_kind")
    list_filter_submit = True
    search_fields = ("=subject_id", "=actor_id", "type__istartswith")
    search_help_text = "A subject's or actor's identifier, or the beginning of a type"
    ordering = ("-id",)
    fields = ("sentence", "type", "about", "by", "happened", "recorded_at", "uuid", "details")
    export_columns = (
        ("Type", "type"),
        ("Subject", "subject_kind"),
        ("Subject id", "subject_id"),
        ("Actor", "actor_kind"),
        ("Actor id", "actor_id"),
        ("At", "occurred_at"),
        ("Details", lambda event: json.dumps(event.payload)),
    )
    purpose = "Everything that happens in the programme is recorded here, in order."

    @display(description="What happened")
    def sentence(self, event: Event) -> str:
        return events.describe(event)

    @display(description="About")
    def about(self, event: Event) -> SafeString | str:
        return _thing(event.subject_kind, event.subject_id)

    @display(description="By", ordering="actor_kind")
    def by(self, event: Event) -> str:
        return f"{event.actor_kind} {event.actor_id[:8]}".strip()

    @display(description="When", ordering="id")
    def happened(self, event: Event) -> SafeString | str:
        return formats.instant(event.occurred_at)

    @display(description="Details")
    def details(self, event: Event) -> SafeString:
        return _pretty(event.payload)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("act", "entity", "who", "when")
    list_filter = (("created_at", InstantRangeFilter), "entity_type", "actor_kind")
    list_filter_submit = True
    search_fields = ("=entity_id", "=actor_id", "username__istartswith", "event_type__istartswith")
    search_help_text = "An identifier, the beginning of a log-in name or of an event type"
    ordering = ("-id",)
    fields = ("act", "entity", "entity_id", "who", "actor_id", "when", "details")
    export_columns = (
        ("Act", "event_type"),
        ("Entity", "entity_type"),
        ("Entity id", "entity_id"),
        ("Actor", "actor_kind"),
        ("User", "username"),
        ("At", "created_at"),
        ("Details", lambda entry: json.dumps(entry.data)),
    )
    # Acts on users and roles belong to no store; whoever may read the audit reads them too.
    store_path = ""
    purpose = "The audit says who did what, for those who answer for it."

    def get_queryset(self, request: HttpRequest) -> Any:
        store = self.store(request)
        rows = super().get_queryset(request)
        return rows.filter(store=store) | rows.filter(store=None)

    @display(description="Act", ordering="event_type")
    def act(self, entry: AuditEntry) -> str:
        return entry.event_type.replace(".", " ").replace("_", " ").capitalize()

    @display(description="On")
    def entity(self, entry: AuditEntry) -> SafeString | str:
        return _thing(entry.entity_type, entry.entity_id)

    @display(description="By", ordering="username")
    def who(self, entry: AuditEntry) -> str:
        return entry.username or entry.actor_kind

    @display(description="When", ordering="id")
    def when(self, entry: AuditEntry) -> SafeString | str:
        return formats.instant(entry.created_at)

    @display(description="Details")
    def details(self, entry: AuditEntry) -> SafeString:
        return _pretty(entry.data)
