"""Customers in the cockpit: the list, and the page about one of them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RelatedCheckboxFilter
from unfold.dataclasses import SearchResult
from unfold.decorators import display

from customers import activation, levels, profile, registration
from customers.admin.forms import CustomerForm, LevelChoiceForm
from customers.models import Customer
from loyalty.cockpit import formats
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.dialogs import dialog
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.models import PointOfSale

# The tabs of a customer's page, in their order; the first opens by itself.
TABS = {"timeline": "Timeline", "purchases": "Purchases", "points": "Points", "profile": "Profile"}


@admin.register(Customer)
class CustomerAdmin(CockpitAdmin):
    form = CustomerForm
    list_display: tuple[str, ...] = ("person", "state", "level_name", "spent", "bought", "joined")
    list_filter = (
        ("level", RelatedCheckboxFilter),
        ("created_at", InstantRangeFilter),
        ("last_purchase_at", InstantRangeFilter),
    )
    list_filter_submit = True
    search_fields = (
        "last_name__istartswith",
        "first_name__istartswith",
        "email_key__startswith",
        "=phone",
        "=card_number",
    )
    search_help_text = "Name, e-mail, phone or card number"
    chips_field = "status"
    ordering = ("-created_at",)
    actions_detail = ("assign_level", "release_level", "activate_customer", "deactivate_customer")
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
    export_columns: tuple[tuple[str, str], ...] = (
        ("First name", "first_name"),
        ("Last name", "last_name"),
        ("E-mail", "email"),
        ("Phone", "phone"),
        ("Card", "card_number"),
        ("State", "status"),
        ("Level", "level.name"),
        ("Purchases", "purchases_count"),
        ("Spent", "purchases_amount"),
        ("Last purchase", "last_purchase_at"),
        ("Joined", "created_at"),
    )
    purpose = "Customers register themselves, at the till, through a partner, or here."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return super().get_queryset(request).select_related("level", "store", "point_of_sale")

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
        context = {
            **(extra_context or {}),
            "tabs": TABS,
            "tab": wanted if wanted in TABS else "timeline",
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

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Customer", ordering="last_name", header=True)
    def person(self, customer: Customer) -> list[str]:
        under = customer.email or customer.phone or customer.card_number or ""
        return [str(customer), under if under != str(customer) else ""]

    @display(description="State", ordering="status")
    def state(self, customer: Customer) -> SafeString:
        return formats.badge(customer.status)

    @display(description="Level", ordering="level__condition_value")
    def level_name(self, customer: Customer) -> str:
        return str(customer.level) if customer.level else "–"

    @display(description="Spent", ordering="purchases_amount")
    def spent(self, customer: Customer) -> SafeString:
        return formats.number(formats.money(customer.purchases_amount, customer.store))

    @display(description="Last purchase", ordering="last_purchase_at")
    def bought(self, customer: Customer) -> SafeString | str:
        return formats.instant(customer.last_purchase_at)

    @display(description="Joined", ordering="created_at")
    def joined(self, customer: Customer) -> SafeString | str:
        return formats.instant(customer.created_at)

    # --- Acts -------------------------------------------------------------------------------------------------

    @dialog(
        label="Activate",
        text="The customer can log in, earn and spend from now on.",
        button="Activate the customer",
        icon="check_circle",
        permissions=["change"],
    )
    def activate_customer(self, request: HttpRequest, row: Customer, form: Any) -> str:
        activation.activate(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is active."

    @dialog(
        label="Deactivate",
        text="The customer is logged out everywhere and earns nothing until activated again. Points stay.",
        button="Deactivate the customer",
        icon="block",
        permissions=["change"],
    )
    def deactivate_customer(self, request: HttpRequest, row: Customer, form: Any) -> str:
        activation.deactivate(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is deactivated."

    @dialog(
        LevelChoiceForm,
        label="Assign a level",
        text="A level given by hand is a floor: the customer can rise above it, but does not fall below.",
        button="Assign the level",
        icon="trophy",
        permissions=["change"],
    )
    def assign_level(self, request: HttpRequest, row: Customer, form: LevelChoiceForm) -> str:
        level = form.cleaned_data["level"]
        levels.assign_manually(row, level.pk, at=timezone.now(), actor=self.actor(request))
        return f"{row} is on {level} now."

    @dialog(
        label="Release the level",
        text="The level follows purchases or points again, and may fall at once.",
        button="Release the level",
        icon="lock_open_right",
        permissions=["change"],
    )
    def release_level(self, request: HttpRequest, row: Customer, form: Any) -> str:
        released = levels.remove_manual(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is on {released.level or 'no level'} now."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer what this customer's state allows."""
        customer = self.get_object(request, str(object_id))
        if customer is None or customer.status == Customer.Status.DELETED:
            return []
        hidden = {"activate_customer"} if customer.is_active else {"deactivate_customer"}
        if customer.status == Customer.Status.NEW:
            hidden = set()
        if not customer.level_is_manual:
            hidden.add("release_level")
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if each.action_name.removeprefix("customers_customer_") not in hidden
        ]
