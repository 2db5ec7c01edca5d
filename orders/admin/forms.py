"""Forms of the purchase screens: a document typed in by hand, its lines, and whose document it is."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from customers import identification
from customers.admin import finding
from customers.models import Customer
from loyalty.cockpit.base import CockpitForm
from loyalty.cockpit.dialogs import DialogForm
from loyalty.models import PointOfSale, Store
from orders.documents import Buyer, DocumentLine, DocumentType, PurchaseDocument
from orders.models import Purchase, PurchaseLine

LINE_FIELDS = ("sku", "name", "quantity", "gross_value", "category", "maker")


class PurchaseForm(CockpitForm):
    """A till document typed in by hand."""

    customer_found: Customer | None = None
    store: Store

    buyer = forms.CharField(
        label="Customer", required=False, max_length=254, widget=UnfoldAdminTextInputWidget(),
        help_text="E-mail, phone or card number. Without one, the purchase waits to be matched.",
    )  # fmt: skip
    revised_document = forms.CharField(
        label="Returned sale", required=False, max_length=255, widget=UnfoldAdminTextInputWidget(),
        help_text="For a return: the number of the sale that it takes back.",
    )  # fmt: skip
    document_type = forms.ChoiceField(
        label="Type",
        choices=[(DocumentType.SELL.value, "Sale"), (DocumentType.RETURN.value, "Return")],
        widget=UnfoldAdminSelectWidget(),
    )
    purchased_at = forms.SplitDateTimeField(
        label="When", initial=timezone.now, widget=UnfoldAdminSplitDateTimeWidget()
    )

    class Meta:
        model = Purchase
        fields = ("document_number", "point_of_sale")
        labels = {"document_number": "Document number", "point_of_sale": "Point of sale"}

    def clean_buyer(self) -> str:
        written = str(self.cleaned_data["buyer"]).strip()
        if written:
            self.customer_found = identification.find_by_identifier(self.store, written)
            if self.customer_found is None:
                raise forms.ValidationError(finding.NOBODY)
        return written

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        is_return = cleaned.get("document_type") == DocumentType.RETURN.value
        if is_return and not cleaned.get("revised_document"):
            self.add_error("revised_document", "A return names the sale that it takes back.")
        return cleaned

    def document(self, lines: Iterable[DocumentLine]) -> PurchaseDocument:
        """Give what was typed in as a document."""
        values, customer = self.cleaned_data, self.customer_found
        shop: PointOfSale | None = values["point_of_sale"]
        return PurchaseDocument(
            document_number=values["document_number"],
            document_type=DocumentType(values["document_type"]),
            purchased_at=values["purchased_at"],
            lines=tuple(lines),
            buyer=_buyer(customer) if customer else Buyer(),
            revised_document=values["revised_document"],
            purchase_place=shop.name if shop else "",
            point_of_sale_id=shop.pk if shop else None,
        )


def _buyer(customer: Customer) -> Buyer:
    return Buyer(
        name=customer.full_name,
        email=customer.email,
        phone=customer.phone or "",
        card_number=customer.card_number or "",
    )


class LineForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the stubs only
    """One line: product, quantity, and the line's total."""

    quantity = forms.DecimalField(
        initial=1, min_value=Decimal("0.001"), decimal_places=3, max_digits=14,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "any"}),
    )  # fmt: skip
    gross_value = forms.DecimalField(
        label="Line total", decimal_places=2, max_digits=12, min_value=0,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )  # fmt: skip

    class Meta:
        model = PurchaseLine
        fields = LINE_FIELDS
        labels = {"sku": "SKU"}

    def line(self) -> DocumentLine:
        """Give what was typed in as a line of a document."""
        return DocumentLine(**{name: self.cleaned_data[name] for name in LINE_FIELDS})

    def _post_clean(self) -> None:
        """Leave the row alone: the capability function writes it."""


class MatchForm(DialogForm):
    """Whose purchase it is."""

    customer = forms.CharField(
        max_length=254,
        help_text="E-mail, phone or card number.",
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )
