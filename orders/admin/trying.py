"""Try the earning rules on a basket: what it would earn, rule by rule. Nothing is written."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.evaluation import Outcome
from customers import identification
from customers.admin import finding
from customers.models import Customer
from loyalty.models import PointOfSale, Store
from orders import purchases
from orders.documents import DocumentLine, Label

LINES = 4


class BasketForm(forms.Form):
    """Who buys, and where."""

    customer = forms.CharField(
        required=False,
        max_length=254,
        help_text="E-mail, phone or card number. Empty: rules are not tested for whom they are meant.",
        widget=UnfoldAdminTextInputWidget(),
    )
    point_of_sale = forms.ModelChoiceField(
        PointOfSale.objects.none(), required=False, label="Point of sale", widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store = store
        self.fields["point_of_sale"].queryset = PointOfSale.objects.filter(store=store)  # type: ignore[attr-defined]  # a choice of rows

    def clean_customer(self) -> Customer | None:
        written = str(self.cleaned_data["customer"]).strip()
        found = identification.find_by_identifier(self.store, written) if written else None
        if written and found is None:
            raise forms.ValidationError(finding.NOBODY)
        return found


class LineForm(forms.Form):
    """One line of the basket."""

    sku = forms.CharField(label="SKU", max_length=255, widget=UnfoldAdminTextInputWidget())
    gross_value = forms.DecimalField(
        label="Line total",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )
    labels = forms.CharField(
        label="Labels",
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "category:dairy, brand:own"}),
    )

    def clean_labels(self) -> tuple[Label, ...]:
        parts = [part.strip() for part in str(self.cleaned_data["labels"]).split(",") if part.strip()]
        if any(":" not in part for part in parts):
            raise forms.ValidationError("Write key:value, as in category:dairy.")
        return tuple(Label(*(word.strip() for word in part.split(":", 1))) for part in parts)

    def line(self) -> DocumentLine:
        """Give what was typed in as a line of a document."""
        values = self.cleaned_data
        return DocumentLine(
            sku=values["sku"],
            name=values["sku"],
            quantity=Decimal(1),
            gross_value=values["gross_value"],
            labels=values["labels"],
        )


BasketLines = forms.formset_factory(LineForm, extra=LINES, min_num=1, validate_min=True)


def try_basket(request: HttpRequest, *, admin: "ModelAdmin[Any]", store: Store) -> HttpResponse:
    """Show the form, and what the basket in it would earn."""
    if not request.user.has_perm("campaigns.view_earningrule"):
        raise PermissionDenied
    form = BasketForm(request.POST or None, store=store)
    lines = BasketLines(request.POST or None, prefix="lines")
    is_filled = request.method == "POST" and form.is_valid() and lines.is_valid()
    context = {
        **admin.admin_site.each_context(request),
        "title": "Try a basket",
        "form": form,
        "lines": lines,
        "outcome": _work_out(store, form, lines) if is_filled else None,
        "store": store,
    }
    return TemplateResponse(request, "cockpit/orders/try.html", context)


def _work_out(store: Store, form: BasketForm, lines: Any) -> Outcome:
    shop: PointOfSale | None = form.cleaned_data["point_of_sale"]
    return purchases.simulate(
        store,
        lines=[line.line() for line in lines if line.has_changed()],
        purchased_at=timezone.now(),
        customer=form.cleaned_data["customer"],
        point_of_sale_id=shop.pk if shop else None,
    )
