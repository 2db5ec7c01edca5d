"""Customers in the cockpit: the list, and the page about one of them."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.dataclasses import SearchResult
from unfold.decorators import display

from customers import identification, profile, registration
from customers.admin.acts import CustomerActs
from customers.admin.erasing import CustomerErasure
from customers.admin.filters import LabelFilter, LevelFilter, NewsFilter, SegmentFilter
from customers.admin.forms import CustomerForm
from customers.models import Customer
from loyalty.cockpit import exports, formats
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.cockpit.uploads import TakesFiles
from loyalty.models import PointOfSale

# The tabs of a customer's page, in their order, and what a role must be allowed to see for them; the first opens by
# itself.
TABS = {
    "timeline": ("Timeline", ""),
    "purchases": ("Purchases", "orders.view_purchase"),
    "points": ("Points", "wallet.view_pointstransfer"),
    "segments": ("Segments", "customers.view_segment"),
    "invitations": ("Invitations", ""),
    "profile": ("Profile", ""),
}
# What is typed of a phone or a card number: found by its beginning, through an index.
_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{2,}")
_EVERYBODY = 1_000_000_000
_LABELS_SHOWN = 2


def _beginning(word: str) -> Q:
    """Find what begins with a word, each column as the index of their letter groups has it."""
    return (
        Q(last_name__istartswith=word)
        | Q(first_name__istartswith=word)
        | Q(email_key__startswith=word.casefold())
        | Q(phone__startswith=word)
        | Q(card_number__istartswith=word)
    )


@admin.register(Customer)
class CustomerAdmin(CustomerActs, CustomerErasure, TakesFiles):
    form = CustomerForm
    list_display: tuple[str, ...] = (
        "person", "state", "level_name", "spent", "bought", "hung_on", "joined",
    )  # fmt: skip
    list_filter = (
        ("level", LevelFilter),
        LabelFilter,
        SegmentFilter,
        NewsFilter,
        ("created_at", InstantRangeFilter.named("joined")),
        ("last_purchase_at", InstantRangeFilter.named("last purchase")),
    )
    list_filter_submit = True
    # What is searched is said by `get_search_results`; the names here make the box appear.
    search_fields = ("last_name", "first_name", "email_key", "phone", "card_number")
    search_help_text = "Name, e-mail, phone or card number"
    chips_field = "status"
    chips_relation = "level"
    ordering = ("-created_at",)
    fieldsets = (
        ("Person", {"fields": (("first_name", "last_name"), ("gender", "birth_date"))}),
        ("Contact and card", {"fields": (("email", "phone"), "card_number")}),
        (
            "Address",
            {
                "fields": (
                    ("street", "address1"), ("address2", "postal"), ("city", "province"), "country",
                )
            },
        ),
        ("Company", {"fields": (("company_name", "company_tax_id"),)}),
        ("Programme", {"fields": ("point_of_sale", "labels", "agreement1", "agreement2", "agreement3")}),
    )  # fmt: skip
    import_kind = "customers"
    import_nouns = "customers"
    import_text = "Each customer of the file is registered with level, labels and agreements as it says."
    export_columns: tuple[exports.Column, ...] = (
        ("First name", "first_name"),
        ("Last name", "last_name"),
        ("E-mail", "email"),
        ("Phone", "phone"),
        ("Card", "card_number"),
        ("State", "status"),
        ("Level", "level.name"),
        ("Labels", lambda customer: ", ".join(str(label) for label in customer.labels.all())),
        ("News", lambda customer: "unsubscribed" if customer.is_unsubscribed else "subscribed"),
        ("Purchases", "purchases_count"),
        ("Spent", "purchases_amount"),
        ("Last purchase", "last_purchase_at"),
        ("Joined", "created_at"),
    )
    purpose = "Customers register themselves, at the till, through a partner, or here."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Give the customers that there are: who was deleted is nobody any more."""
        rows = super().get_queryset(request).exclude(status=Customer.Status.DELETED)
        return rows.select_related("level", "store", "point_of_sale").prefetch_related("labels")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Take digits for a phone or a card number, however they are spaced, and anything else for a name or e-mail."""
        store, condition = self.store(request), Q()
        if _NUMBER.fullmatch(search_term):
            phone = identification.phone_of(store, search_term) or search_term
            condition = Q(phone=phone) | _beginning(search_term.replace(" ", ""))
        for word in () if condition else search_term.split():
            condition &= _beginning(word)
        if len(search_term.split()) < 2:
            return queryset.filter(condition), False
        # Several words mean few people: the limit keeps the database from leafing through everybody in the list's
        # order to find them.
        present = Customer.objects.filter(store=store).exclude(status=Customer.Status.DELETED)
        return queryset.filter(pk__in=present.filter(condition).values("pk")[:_EVERYBODY]), False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "point_of_sale":
            kwargs["queryset"] = PointOfSale.objects.filter(store=self.store(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def find(self, request: HttpRequest, term: str, limit: int) -> list[SearchResult]:
        """Find customers by name, e-mail, phone or card, for the command palette."""
        found, _ = self.get_search_results(request, self.get_queryset(request), term)
        return [
            SearchResult(
                title=str(customer),
                description=customer.email or customer.phone or customer.card_number or "Customer",
                link=self.page_of(customer),
                icon="person",
            )
            for customer in found[:limit]
        ]

    # --- The page of one customer -----------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the person, the figures and one tab; the form is the tab of the profile."""
        wanted = "profile" if request.method == "POST" else request.GET.get("tab", "")
        tabs = {
            key: title for key, (title, right) in TABS.items() if not right or request.user.has_perm(right)
        }
        context = {
            **(extra_context or {}),
            "tabs": tabs,
            "tab": wanted if wanted in tabs else "timeline",
            "now": timezone.now(),
        }
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        at, actor = timezone.now(), self.actor(request)
        if change:
            self.take(obj, profile.update_profile(obj, profile=form.profile(), at=at, actor=actor))
            return
        registered = registration.register_customer(
            self.store(request), door=registration.Door.ADMIN, details=form.profile(), at=at, actor=actor
        )
        self.take(obj, registered)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Show who was registered, whose card or points come next."""
        return HttpResponseRedirect(self.page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Stay with the customer."""
        return HttpResponseRedirect(self.page_of(obj))

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Customer", ordering="last_name", header=True)
    def person(self, customer: Customer) -> list[str]:
        under = customer.email or customer.phone or customer.card_number or ""
        return [str(customer), under if under != str(customer) else ""]

    @display(description="State", ordering="status")
    def state(self, customer: Customer) -> SafeString:
        if customer.anonymized_at:
            return formats.badge("inactive", "Anonymous")
        return formats.badge(customer.status)

    @display(description="Level")
    def level_name(self, customer: Customer) -> str:
        return str(customer.level) if customer.level else "–"

    @display(description="Spent", ordering="purchases_amount")
    def spent(self, customer: Customer) -> SafeString:
        return formats.number(formats.money(customer.purchases_amount, customer.store))

    @display(description="Last purchase", ordering="last_purchase_at")
    def bought(self, customer: Customer) -> SafeString | str:
        return formats.instant(customer.last_purchase_at)

    @display(description="Labels")
    def hung_on(self, customer: Customer) -> SafeString | str:
        labels = list(customer.labels.all())
        if not labels:
            return "–"
        shown = ((str(label),) for label in labels[:_LABELS_SHOWN])
        more = f" +{len(labels) - _LABELS_SHOWN}" if len(labels) > _LABELS_SHOWN else ""
        badges = format_html_join(" ", '<span class="ck-badge ck-slate ck-label">{}</span>', shown)
        return format_html(
            '<span class="ck-labels-cell" title="{}">{}{}</span>', ", ".join(map(str, labels)), badges, more
        )

    @display(description="Joined", ordering="created_at")
    def joined(self, customer: Customer) -> SafeString | str:
        return formats.instant(customer.created_at)
