"""Purchases in the cockpit: what was bought, by whom, what it earned and why."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.dataclasses import SearchResult
from unfold.decorators import display

from customers.admin import finding
from loyalty.amounts import ZERO
from loyalty.cockpit import formats
from loyalty.cockpit.dialogs import dialog
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.cockpit.lists import CockpitList
from loyalty.cockpit.uploads import TakesFiles
from loyalty.models import PointOfSale
from orders import purchases
from orders.admin.forms import LINE_FIELDS, LineForm, MatchForm, PurchaseForm
from orders.admin.trying import try_basket
from orders.models import Purchase, PurchaseLine
from wallet import queries as wallet_queries


class PurchaseList(CockpitList):
    """A page of purchases with the points that each earned, for one more query."""

    result_list: list[Any]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        earned = wallet_queries.points_of_purchases(purchase.pk for purchase in self.result_list)
        for purchase in self.result_list:
            purchase.points_earned = earned.get(purchase.pk, ZERO)


class IsMatchedFilter(admin.SimpleListFilter):
    """Purchases that have found their customer, or still wait."""

    title = "customer"
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Matched"), ("no", "Waiting to be matched")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Purchase]) -> QuerySet[Purchase]:
        if self.value() is None:
            return queryset
        return queryset.filter(customer__isnull=self.value() == "no")


class LineInline(TabularInline):
    model = PurchaseLine
    form = LineForm
    extra = 3
    min_num = 1
    validate_min = True
    verbose_name_plural = "Lines"
    fields = LINE_FIELDS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Purchase)
class PurchaseAdmin(TakesFiles):
    save_label = "Register the purchase"
    form = PurchaseForm
    inlines = (LineInline,)
    list_display = ("document", "buyer_name", "type_badge", "value", "points", "bought")
    list_filter = (
        IsMatchedFilter,
        ("point_of_sale", RelatedDropdownFilter),
        ("purchased_at", InstantRangeFilter),
    )
    list_filter_submit = True
    list_select_related = ("customer", "point_of_sale", "store")
    search_fields = (
        "document_number__istartswith",
        "customer__last_name__istartswith",
        "customer__first_name__istartswith",
        "customer__email_key__startswith",
        "=customer__card_number",
    )
    search_help_text = "Document number, or the customer's name, e-mail or card"
    chips_field = "document_type"
    ordering = ("-purchased_at",)
    actions_detail = ("match",)
    import_kind = "purchases"
    import_nouns = "purchases"
    import_text = (
        "Each purchase of the file takes the same way as one from a till: it finds its customer, counts for the "
        "level and earns points."
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    ("document_number", "document_type"),
                    ("buyer", "point_of_sale"),
                    "purchased_at",
                    "revised_document",
                )
            },
        ),
    )
    export_columns = (
        ("Document", "document_number"),
        ("Type", "document_type"),
        ("Bought", "purchased_at"),
        ("Customer", lambda purchase: str(purchase.customer or "")),
        ("Card", "customer.card_number"),
        ("Point of sale", "point_of_sale.name"),
        ("Gross value", "gross_value"),
    )
    purpose = (
        "Purchases arrive from tills and partners, by hand, or from an XML file; each turns into points."
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CockpitList]:
        return PurchaseList

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj else self.inlines

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.store = self.store(request)
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "point_of_sale":
            kwargs["queryset"] = PointOfSale.objects.filter(store=self.store(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def title_of(self, purchase: Purchase) -> str:
        """Give the words by which the path of the page names a row."""
        return f"{purchase.document_number}, {formats.money(purchase.gross_value, purchase.store)}"

    def find(self, request: HttpRequest, term: str, limit: int) -> list[SearchResult]:
        """Find purchases by the beginning of their document number, for the command palette."""
        found = self.get_queryset(request).filter(document_number__istartswith=term)[:limit]
        return [
            SearchResult(
                title=purchase.document_number,
                description=f"Purchase of {formats.money(purchase.gross_value, self.store(request))}",
                link=self.page_of(purchase),
                icon="receipt_long",
            )
            for purchase in found
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The page of a registered purchase has its own template and no fields."""
        return [(None, {"fields": ()})] if obj else self.add_fieldsets

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Document", ordering="document_number", header=True)
    def document(self, purchase: Purchase) -> list[str]:
        where = purchase.point_of_sale.name if purchase.point_of_sale else purchase.purchase_place
        return [purchase.document_number, where]

    @display(description="Customer", ordering="customer__last_name")
    def buyer_name(self, purchase: Purchase) -> str | SafeString:
        return str(purchase.customer) if purchase.customer else formats.badge("pending", "Not matched")

    @display(description="Type", ordering="document_type")
    def type_badge(self, purchase: Purchase) -> SafeString:
        return formats.badge(purchase.document_type)

    @display(description="Value", ordering="gross_value")
    def value(self, purchase: Purchase) -> SafeString:
        is_return = purchase.document_type == Purchase.DocumentType.RETURN
        return formats.number(
            formats.money(-purchase.gross_value if is_return else purchase.gross_value, purchase.store)
        )

    @display(description="Points")
    def points(self, purchase: Any) -> SafeString:
        earned = purchase.points_earned
        return format_html(
            '<span class="ck-num {}">{}</span>', "ck-plus" if earned else "", formats.signed(earned)
        )

    @display(description="Bought", ordering="purchased_at")
    def bought(self, purchase: Purchase) -> SafeString | str:
        return formats.instant(purchase.purchased_at)

    # --- Acts -------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Purchase, form: Any, change: bool) -> None:
        """Leave everything to `save_related`, which has the lines as well."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        lines = [line.line() for formset in formsets for line in formset.forms if line.has_changed()]
        purchase = purchases.register_purchase(
            self.store(request), actor=self.actor(request), at=timezone.now(), document=form.document(lines)
        )
        self.take(form.instance, purchase)

    def response_add(
        self, request: HttpRequest, obj: Purchase, post_url_continue: Any = None
    ) -> HttpResponse:
        """Open the new purchase, which says what it earned."""
        messages.success(request, f"Purchase {obj.document_number} is registered.")
        return HttpResponseRedirect(self.page_of(obj))

    @dialog(
        MatchForm,
        label="Match to a customer",
        text="The purchase counts for this customer from now on and earns its points. This cannot be undone.",
        button="Match the purchase",
        icon="link",
        permissions=["orders.change_purchase"],
    )
    def match(self, request: HttpRequest, row: Purchase, form: MatchForm) -> str:
        store = self.store(request)
        customer = finding.find_named(store, form.cleaned_data["customer"])
        purchases.assign_customer(
            store,
            document_number=row.document_number,
            customer_id=customer.pk,
            actor=self.actor(request),
            at=timezone.now(),
        )
        return f"Purchase {row.document_number} belongs to {customer} now."

    # --- Trying a basket --------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        trying = self.admin_site.admin_view(self.try_view)
        return [path("try/", trying, name="orders_purchase_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Show what a basket would earn."""
        return try_basket(request, admin=self, store=self.store(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer matching only for a sale that waits."""
        purchase = self.get_object(request, str(object_id))
        is_waiting = (
            purchase and not purchase.customer_id and purchase.document_type == Purchase.DocumentType.SELL
        )
        return super().get_actions_detail(request, object_id) if is_waiting else []
