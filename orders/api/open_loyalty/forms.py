"""What bodies and queries of the transaction routes may say."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from loyalty.amounts import MAX_AMOUNT, ZERO
from loyalty.api.open_loyalty.fields import (
    BLANK,
    INVALID,
    AmountField,
    ChoiceField,
    DecimalField,
    InstantField,
    ListField,
    TextField,
    UuidField,
)
from loyalty.api.open_loyalty.forms import MAX_LABEL_FILTERS, AddressForm, Form, LabelListField
from orders.documents import YEARS, Buyer, DocumentLine, DocumentType, Label, PurchaseDocument
from orders.queries import PurchaseFilter

DOCUMENT_TYPES = {kind.value: kind for kind in DocumentType}
MAX_LINES = 1000


class PurchaseDateField(InstantField):
    """A moment in a year that every time zone can show."""

    def to_internal_value(self, data: Any) -> datetime:
        moment = super().to_internal_value(data)
        if moment.year not in YEARS:
            self.fail("invalid")
        return moment


class LastMomentField(PurchaseDateField):
    """An upper bound: of a plain day the whole day counts; gives the first moment that lies beyond."""

    def to_internal_value(self, data: Any) -> datetime:
        moment = super().to_internal_value(data)
        is_plain_day = len(str(data).strip()) == len("YYYY-MM-DD")
        return moment + (timedelta(days=1) if is_plain_day else timedelta(microseconds=1))


class BuyerForm(Form):
    name = TextField(required=True)
    email = TextField(max_length=254)
    phone = TextField(max_length=64)
    loyaltyCardNumber = TextField(max_length=128, source="card_number")
    nip = TextField(max_length=64, source="tax_id")
    address = AddressForm()


class SkuForm(Form):
    code = TextField(required=True)


class LineForm(Form):
    sku = SkuForm(required=True)
    name = TextField(required=True)
    quantity = DecimalField(required=True, places=3, at_least=Decimal(0), at_most=Decimal(10**9))
    grossValue = AmountField(required=True, signed=True, source="gross_value")
    category = TextField()
    maker = TextField()
    labels = LabelListField()


class TillForm(Form):
    """`transactionData`: what the till says of the document itself."""

    documentNumber = TextField(required=True, source="document_number")
    documentType = ChoiceField(DOCUMENT_TYPES, required=True, source="document_type")
    purchaseDate = PurchaseDateField(source="purchased_at")
    purchasePlace = TextField(source="purchase_place")


class PurchaseForm(Form):
    wrapped_in = "transaction"

    transactionData = TillForm(required=True, source="document")
    items = ListField(LineForm(required=True), required=True, max_items=MAX_LINES, source="lines")
    customerData = BuyerForm(required=True, source="buyer")
    revisedDocument = TextField(source="revised_document")
    posId = UuidField(source="point_of_sale_id")
    labels = LabelListField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_return = attrs["document"]["document_type"] is DocumentType.RETURN
        if is_return and not attrs.get("revised_document"):
            raise serializers.ValidationError({"revisedDocument": [BLANK]})
        _check_lines(attrs["lines"], may_be_negative=is_return)
        return attrs


class SimulationForm(Form):
    wrapped_in = "transaction"

    items = ListField(LineForm(required=True), required=True, max_items=MAX_LINES, source="lines")
    purchaseDate = PurchaseDateField(source="purchased_at")
    customerData = BuyerForm(source="buyer")
    posId = UuidField(source="point_of_sale_id")

    def get_fields(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_fields()
        # A simulation for nobody in particular names nobody.
        found["customerData"].fields["name"].required = False
        found["customerData"].fields["name"].blank = True
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _check_lines(attrs["lines"], may_be_negative=False)
        return attrs


def _check_lines(lines: list[dict[str, Any]], *, may_be_negative: bool) -> None:
    wrong = {
        str(place): {"grossValue": [INVALID]}
        for place, line in enumerate(lines)
        if line["gross_value"] < ZERO and not may_be_negative
    }
    if wrong:
        raise serializers.ValidationError({"items": wrong})
    if abs(sum((line["gross_value"] for line in lines), ZERO)) > MAX_AMOUNT:
        raise serializers.ValidationError({"items": [INVALID]})


class AssignForm(Form):
    wrapped_in = "assign"

    transactionDocumentNumber = TextField(required=True, source="document_number")
    customerId = UuidField(source="customer_id")
    customerLoyaltyCardNumber = TextField(max_length=128, source="card_number")
    customerPhoneNumber = TextField(max_length=64, source="phone")


class ReplaceLabelsForm(Form):
    wrapped_in = "transaction_labels"

    transactionId = UuidField(required=True, source="purchase_id")
    labels = LabelListField()
    # The document's table says `labels`, its example `label`.
    label = LabelListField()  # type: ignore[assignment]  # the library keeps a caption under this name


class AppendLabelsForm(Form):
    wrapped_in = "append"

    transactionDocumentNumber = TextField(required=True, source="document_number")
    labels = LabelListField()


class LabelsForm(Form):
    labels = LabelListField(required=True)


class SellerFilterForm(Form):
    documentNumber = TextField(source="document_number")


class CustomerFilterForm(SellerFilterForm):
    documentType = ChoiceField(DOCUMENT_TYPES, source="document_type")
    customerId = UuidField(source="customer_id")
    posId = UuidField(source="point_of_sale_id")


class AdminFilterForm(CustomerFilterForm):
    customerData_loyaltyCardNumber = TextField(source="buyer_card_number")
    customerData_name = TextField(source="buyer_name")
    customerData_email = TextField(source="buyer_email")
    customerData_phone = TextField(source="buyer_phone")
    purchaseDateFrom = PurchaseDateField(source="purchased_from")
    purchaseDateTo = LastMomentField(source="purchased_before")
    grossValueFrom = AmountField(signed=True, source="gross_from")
    grossValueTo = AmountField(signed=True, source="gross_to")
    labels = LabelListField(max_items=MAX_LABEL_FILTERS)


def as_filter(values: dict[str, Any]) -> PurchaseFilter:
    """Give the filter that a filter form's values stand for."""
    return PurchaseFilter(**{**values, "labels": tuple(values.get("labels", ()))})


def as_document(values: dict[str, Any], *, at: datetime) -> PurchaseDocument:
    """Give the document that a purchase form's values stand for; without a date it is of this moment."""
    till = values["document"]
    return PurchaseDocument(
        document_number=till["document_number"],
        document_type=till["document_type"],
        purchased_at=till.get("purchased_at") or at,
        purchase_place=till.get("purchase_place", ""),
        lines=as_lines(values["lines"]),
        buyer=as_buyer(values["buyer"]),
        labels=as_labels(values.get("labels", [])),
        revised_document=values.get("revised_document", ""),
        point_of_sale_id=values.get("point_of_sale_id"),
    )


def as_lines(lines: list[dict[str, Any]]) -> tuple[DocumentLine, ...]:
    """Give the document lines that line forms stand for."""
    return tuple(
        DocumentLine(
            sku=line["sku"]["code"],
            name=line["name"],
            quantity=line["quantity"],
            gross_value=line["gross_value"],
            category=line.get("category", ""),
            maker=line.get("maker", ""),
            labels=as_labels(line.get("labels", [])),
        )
        for line in lines
    )


def as_buyer(values: dict[str, Any]) -> Buyer:
    """Give the buyer that a buyer form stands for."""
    address = {name: value for name, value in values.get("address", {}).items() if value}
    return Buyer(**{**values, "address": address})


def as_labels(labels: list[dict[str, str]]) -> tuple[Label, ...]:
    """Give labels without repetitions, in the order in which they came."""
    return tuple(dict.fromkeys(Label(label["key"], label["value"]) for label in labels))
