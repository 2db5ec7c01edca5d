"""Points of sale and the merchants' people in them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from loyalty import shops
from loyalty.cockpit import formats
from loyalty.cockpit.base import CockpitAdmin, CockpitForm
from loyalty.models import PointOfSale, Seller

ADDRESS = {
    "street": "Street",
    "address1": "House number",
    "postal": "Postal code",
    "city": "City",
    "province": "Province",
    "country": "Country",
}


class PointOfSaleForm(CockpitForm):
    """A point of sale with its address, line by line."""

    street = forms.CharField(label=ADDRESS["street"], required=False, widget=UnfoldAdminTextInputWidget())
    address1 = forms.CharField(label=ADDRESS["address1"], required=False, widget=UnfoldAdminTextInputWidget())
    postal = forms.CharField(label=ADDRESS["postal"], required=False, widget=UnfoldAdminTextInputWidget())
    city = forms.CharField(label=ADDRESS["city"], required=False, widget=UnfoldAdminTextInputWidget())
    province = forms.CharField(label=ADDRESS["province"], required=False, widget=UnfoldAdminTextInputWidget())
    country = forms.CharField(label=ADDRESS["country"], required=False, widget=UnfoldAdminTextInputWidget())

    class Meta:
        model = PointOfSale
        fields = ("name", "identifier", "description", "latitude", "longitude")
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        help_texts = {"identifier": "What tills and partners call it."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ADDRESS:
            self.fields[name].initial = self.instance.address.get(name, "")

    def values(self) -> dict[str, Any]:
        """Give the cleaned values in our words."""
        cleaned = dict(self.cleaned_data)
        address = {name: cleaned.pop(name) for name in ADDRESS}
        return {**cleaned, "address": {name: line for name, line in address.items() if line}}


@admin.register(PointOfSale)
class PointOfSaleAdmin(CockpitAdmin):
    form = PointOfSaleForm
    list_display = ("name", "identifier", "city", "seller_count")
    search_fields = ("name", "identifier")
    fieldsets = (
        (None, {"fields": (("name", "identifier"), "description")}),
        ("Address", {"fields": (("street", "address1"), ("postal", "city"), ("province", "country"))}),
        ("Place on a map", {"fields": (("latitude", "longitude"),)}),
    )
    export_columns = (
        ("Identifier", "identifier"),
        ("Name", "name"),
        ("City", lambda pos: pos.address.get("city")),
    )
    purpose = "A point of sale is a shop, a branch or a web shop where customers earn points."

    def get_queryset(self, request: HttpRequest) -> QuerySet[PointOfSale]:
        return (
            super()
            .get_queryset(request)
            .annotate(sellers_now=Count("sellers", filter=Q(sellers__is_deleted=False)))
        )

    @display(description="City")
    def city(self, pos: PointOfSale) -> str:
        return pos.address.get("city") or "–"

    @display(description="Sellers", ordering="sellers_now")
    def seller_count(self, pos: Any) -> SafeString:
        return formats.number(formats.amount(pos.sellers_now))

    def save_model(self, request: HttpRequest, obj: PointOfSale, form: Any, change: bool) -> None:
        saved = shops.save_point_of_sale(
            self.store(request),
            values=form.values(),
            actor=self.actor(request),
            at=timezone.now(),
            shop=obj if change else None,
        )
        self.take(obj, saved)

    def delete_model(self, request: HttpRequest, obj: PointOfSale) -> None:
        shops.delete_point_of_sale(obj, actor=self.actor(request), at=timezone.now())


class SellerForm(CockpitForm):
    """A seller; the password field is empty unless it is to change."""

    password = forms.CharField(
        label="Password for the till",
        required=False,
        min_length=8,
        strip=False,
        help_text="At least 8 characters. Leave it empty to keep the present one; a new one ends open sessions.",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Seller
        fields = ("first_name", "last_name", "email", "phone", "point_of_sale", "is_active")
        labels = {"email": "E-mail", "is_active": "Active", "point_of_sale": "Point of sale"}


@admin.register(Seller)
class SellerAdmin(CockpitAdmin):
    noun, nouns = "seller", "sellers"
    form = SellerForm
    list_display = ("person", "email", "point_of_sale", "state")
    list_select_related = ("point_of_sale",)
    list_filter = ("is_active",)
    search_fields = ("first_name", "last_name", "email", "phone")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), ("email", "phone"), "point_of_sale", "is_active")}),
        ("Till log-in", {"fields": ("password",)}),
    )
    purpose = "Sellers are merchants' people: each logs in to the till of one point of sale."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seller]:
        return super().get_queryset(request).filter(is_deleted=False)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "point_of_sale":
            kwargs["queryset"] = PointOfSale.objects.filter(store=self.store(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="Name", ordering="last_name")
    def person(self, seller: Seller) -> str:
        return str(seller)

    @display(description="State", ordering="is_active")
    def state(self, seller: Seller) -> SafeString:
        return formats.badge("active" if seller.is_active else "inactive")

    def save_model(self, request: HttpRequest, obj: Seller, form: Any, change: bool) -> None:
        values = dict(form.cleaned_data)
        password = values.pop("password")
        saved = shops.save_seller(
            self.store(request),
            values=values,
            password=password,
            actor=self.actor(request),
            at=timezone.now(),
            seller=obj if change else None,
        )
        self.take(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Seller) -> None:
        shops.delete_seller(obj, actor=self.actor(request), at=timezone.now())
