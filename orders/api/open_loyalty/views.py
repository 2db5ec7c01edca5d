"""Transaction routes for administrators and partners: register, look up, match, label, simulate, import."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.imports import XmlImport
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.imports.jobs import RowKind
from orders import purchases, queries
from orders.api.open_loyalty import forms, xml_rows
from orders.api.open_loyalty.records import purchase_record, purchase_records
from orders.queries import PurchaseFilter

# Wire names that may order a list.
SORT = {
    "purchaseDate": "purchased_at",
    "documentNumber": "document_number",
    "documentType": "document_type",
    "grossValue": "gross_value",
    "purchasePlace": "purchase_place",
    "transactionId": "id",
    "customerId": "customer_id",
    "posId": "point_of_sale_id",
    "assignedToCustomerDate": "assigned_at",
    "customerData_name": "customer_name",
    "customerData_email": "customer_email",
    "customerData_phone": "customer_phone",
    "customerData_loyaltyCardNumber": "customer_card_number",
}


class PurchaseListView(OpenLoyaltyView):
    """What every list of transactions shares."""

    def answer_list(self, narrowed_to: PurchaseFilter, *, owner: UUID | None = None) -> Response:
        """Answer with the asked page of the purchases that pass a filter, of one owner if one is named."""
        found = queries.purchases_of_store(self.store, narrowed_to=narrowed_to)
        if owner is not None:
            found = found.filter(customer_id=owner)
        page = self.paginate(found, sort=SORT, default="purchaseDate")
        records = purchase_records(page.items, store=self.store)
        return Response({"transactions": records, "total": page.total})


class Purchases(PurchaseListView):
    grant = Grant("TRANSACTION")
    form_classes = {"GET": forms.AdminFilterForm, "POST": forms.PurchaseForm}

    def get(self, request: Request) -> Response:
        return self.answer_list(forms.as_filter(self.read()))

    def post(self, request: Request) -> Response:
        document = forms.as_document(self.read(), at=self.at)
        purchase = purchases.register_purchase(self.store, actor=self.actor, at=self.at, document=document)
        return Response({"transactionId": purchase.pk})


class PurchaseDetail(OpenLoyaltyView):
    grant = Grant("TRANSACTION")

    def get(self, request: Request, purchase: UUID) -> Response:
        return Response(purchase_record(queries.purchase_of(self.store, purchase), store=self.store))


class ItemLabels(OpenLoyaltyView):
    grant = Grant("TRANSACTION")

    def get(self, request: Request) -> Response:
        return Response({"labels": queries.item_labels_of_store(self.store)})


class Simulation(OpenLoyaltyView):
    grant = Grant("TRANSACTION", seller=True, customer=True)
    form_class = forms.SimulationForm

    def post(self, request: Request) -> Response:
        values = self.read()
        outcome = purchases.simulate(
            self.store,
            lines=forms.as_lines(values["lines"]),
            purchased_at=values.get("purchased_at") or self.at,
            buyer=forms.as_buyer(values.get("buyer", {})),
            customer=self._customer_asking(),
            point_of_sale_id=values.get("point_of_sale_id"),
        )
        return Response({"points": wire.amount(outcome.points)})

    def _customer_asking(self) -> Customer | None:
        """A customer asks for themselves, whatever the body says."""
        if self.principal is None or self.principal.kind is not ActorKind.CUSTOMER:
            return None
        customer = Customer.objects.get(pk=self.principal.id)
        customer.store = self.store
        return customer


class Assignment(OpenLoyaltyView):
    """Match by hand; the same for administrators and for sellers."""

    grant = Grant("TRANSACTION")
    form_class = forms.AssignForm

    def post(self, request: Request) -> Response:
        purchase = purchases.assign_customer(self.store, actor=self.actor, at=self.at, **self.read())
        return Response({"transactionId": purchase.pk})


class AdminLabels(OpenLoyaltyView):
    grant = Grant("TRANSACTION")
    form_classes = {"POST": forms.ReplaceLabelsForm, "PATCH": forms.AppendLabelsForm}

    def post(self, request: Request) -> Response:
        values = self.read()
        labels = forms.as_labels(values.get("labels") or values.get("label") or [])
        purchase = purchases.find_purchase(self.store, values["purchase_id"])
        purchases.replace_labels(purchase, labels, at=self.at, actor=self.actor)
        return Response({"transactionId": purchase.pk})

    def patch(self, request: Request) -> Response:
        values = self.read()
        purchase = purchases.find_document(self.store, values["document_number"])
        labels = forms.as_labels(values.get("labels", []))
        purchases.add_labels(purchase, labels, at=self.at, actor=self.actor)
        return Response({"transactionId": purchase.pk})


class PurchaseLabels(OpenLoyaltyView):
    grant = Grant("TRANSACTION")
    form_classes = {"PUT": forms.LabelsForm, "DELETE": forms.LabelsForm}

    def put(self, request: Request, purchase: UUID) -> Response:
        labels = forms.as_labels(self.read()["labels"])
        found = purchases.find_purchase(self.store, purchase)
        purchases.add_labels(found, labels, at=self.at, actor=self.actor)
        return Response(status=204)

    def delete(self, request: Request, purchase: UUID) -> Response:
        labels = forms.as_labels(self.read()["labels"])
        found = purchases.find_purchase(self.store, purchase)
        purchases.remove_labels(found, labels, at=self.at, actor=self.actor)
        return Response(status=204)


class PurchaseImport(XmlImport):
    """Purchases to register."""

    grant = Grant("TRANSACTION")
    object_name = "transactionId"

    def rows(self) -> RowKind:
        return xml_rows.purchase_rows(self.store, actor=self.actor, at=self.at)


class MatchImport(PurchaseImport):
    """Documents to match with customers."""

    def rows(self) -> RowKind:
        return xml_rows.match_rows(self.store, actor=self.actor, at=self.at)
