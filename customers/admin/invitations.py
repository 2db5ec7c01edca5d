"""Referred customers in the cockpit: who invited whom, and how far it came."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from customers.models import Customer, Invitation
from customers.templatetags.customers import masked_recipient
from loyalty.cockpit import formats
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.cockpit.filters import InstantRangeFilter


def _recipient(invitation: Invitation) -> str:
    return str(invitation.recipient) if invitation.recipient else masked_recipient(invitation)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    noun, nouns = "invitation", "invitations"
    list_display = ("who_invited", "who_came", "state", "sent", "joined", "bought")
    list_display_links = None
    list_filter = (
        ("created_at", InstantRangeFilter.named("sent")),
        ("first_purchase_at", InstantRangeFilter.named("first purchase")),
    )
    list_filter_submit = True
    list_select_related = ("referrer", "recipient")
    search_fields = (
        "referrer__last_name__istartswith",
        "referrer__first_name__istartswith",
        "referrer__email_key__startswith",
        "recipient__last_name__istartswith",
        "recipient__first_name__istartswith",
        "=recipient_email_key",
        "=recipient_phone",
    )
    search_help_text = "Name of either, e-mail of the referrer, or the whole address invited"
    chips_field = "status"
    ordering = ("-created_at",)
    fields = (("who_invited", "who_came"), ("state", "sent"), ("joined", "bought"))
    export_columns = (
        ("Invited by", lambda invitation: str(invitation.referrer)),
        ("Invited", _recipient),
        ("State", "status"),
        ("Sent", "created_at"),
        ("Registered", "registered_at"),
        ("First purchase", "first_purchase_at"),
    )
    purpose = "Customers invite friends in the portal; who came by it, and whether they bought, shows here."

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Invitations are part of what is known about customers."""
        return request.user.has_perm("customers.view_customer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("referrer", "recipient")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "referrer__id__exact" or super().lookup_allowed(lookup, value, request)

    def title_of(self, invitation: Invitation) -> str:
        """Give the words by which the path of the page names a row."""
        return f"{invitation.referrer} and {_recipient(invitation)}"

    @display(description="Invited by", ordering="referrer__last_name")
    def who_invited(self, invitation: Invitation) -> SafeString | str:
        return _link(invitation.referrer)

    @display(description="Invited", ordering="recipient__last_name")
    def who_came(self, invitation: Invitation) -> SafeString | str:
        return _link(invitation.recipient) if invitation.recipient else masked_recipient(invitation)

    @display(description="State", ordering="status")
    def state(self, invitation: Invitation) -> SafeString:
        return formats.badge(invitation.status)

    @display(description="Sent", ordering="created_at")
    def sent(self, invitation: Invitation) -> SafeString | str:
        return formats.instant(invitation.created_at)

    @display(description="Registered", ordering="registered_at")
    def joined(self, invitation: Invitation) -> SafeString | str:
        return formats.instant(invitation.registered_at)

    @display(description="First purchase", ordering="first_purchase_at")
    def bought(self, invitation: Invitation) -> SafeString | str:
        return formats.instant(invitation.first_purchase_at)


def _link(customer: Customer) -> SafeString | str:
    """Lead to a customer, unless they were deleted and have no page any more."""
    if customer.status == Customer.Status.DELETED:
        return "Deleted customer"
    address = reverse("admin:customers_customer_change", args=[customer.pk])
    return format_html('<a class="ck-link" href="{}">{}</a>', address, customer)
