"""Transaction routes for customers and sellers."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from loyalty.access import Grant
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.refusals import NotFound
from orders import purchases, queries
from orders.api.open_loyalty import forms
from orders.api.open_loyalty.records import purchase_record
from orders.api.open_loyalty.views import Assignment, PurchaseListView


class _OfCustomer(OpenLoyaltyView):
    """A route of the customer who is logged in."""

    grant = Grant(customer=True)

    @property
    def customer_id(self) -> UUID:
        """The customer who asks."""
        assert self.principal is not None
        return UUID(self.principal.id)


class OwnPurchases(_OfCustomer, PurchaseListView):
    form_classes = {"GET": forms.CustomerFilterForm}

    def get(self, request: Request) -> Response:
        return self.answer_list(forms.as_filter(self.read()), owner=self.customer_id)


class OwnPurchase(_OfCustomer):
    def get(self, request: Request, purchase: UUID) -> Response:
        found = queries.purchase_of(self.store, purchase)
        if found.customer_id != self.customer_id:
            raise NotFound
        return Response(purchase_record(found, store=self.store))


class OwnAssignment(_OfCustomer):
    """Customers match receipts with themselves, whatever else the body says; many a day, or wrong ones, are a 429."""

    form_class = forms.AssignForm

    def post(self, request: Request) -> Response:
        purchase = purchases.claim(
            self.store,
            document_number=self.read()["document_number"],
            customer_id=self.customer_id,
            actor=self.actor,
            at=self.at,
        )
        return Response({"transactionId": purchase.pk})


class OwnLabels(_OfCustomer):
    form_classes = {"PATCH": forms.AppendLabelsForm, "PUT": forms.AppendLabelsForm}

    def patch(self, request: Request) -> Response:
        values = self.read()
        owner = Customer(pk=self.customer_id)
        purchase = purchases.find_document(self.store, values["document_number"], owner=owner)
        labels = forms.as_labels(values.get("labels", []))
        purchases.add_labels(purchase, labels, at=self.at, actor=self.actor)
        return Response({"transactionId": purchase.pk})

    put = patch


class SellerPurchases(PurchaseListView):
    grant = Grant(seller=True)
    form_classes = {"GET": forms.CustomerFilterForm}

    def get(self, request: Request) -> Response:
        return self.answer_list(forms.as_filter(self.read()))


class SellerPurchasesOfCustomer(PurchaseListView):
    grant = Grant(seller=True)
    form_classes = {"GET": forms.SellerFilterForm}

    def get(self, request: Request, customer: UUID) -> Response:
        present = Customer.objects.filter(store=self.store, pk=customer).exclude(
            status=Customer.Status.DELETED
        )
        if not present.exists():
            raise NotFound
        return self.answer_list(forms.as_filter(self.read()), owner=customer)


class SellerPurchasesByNumber(PurchaseListView):
    """Document numbers may hold slashes; what begins like the route of a customer's purchases is none."""

    grant = Grant(seller=True)

    def get(self, request: Request, document_number: str) -> Response:
        if document_number.startswith("customer/"):
            raise NotFound
        return self.answer_list(queries.PurchaseFilter(document_number=document_number))


class SellerAssignment(Assignment):
    grant = Grant(seller=True)
