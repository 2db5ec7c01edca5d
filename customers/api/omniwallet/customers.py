"""Customers in the Omniwallet dialect: listed, made, shown and changed, named by e-mail.

Customers without an e-mail address have no name here: they are not listed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from customers import card_numbers, profile, queries, registration
from customers.api.omniwallet import records
from customers.api.omniwallet.forms import CustomerForm
from customers.models import Customer
from customers.profile import Profile
from customers.registration import Door
from loyalty import events
from loyalty.api.omniwallet import documents, lists
from loyalty.api.omniwallet.views import OmniwalletView

SORTS = {
    "name": "first_name",
    "email": "email_key",
    "last_name": "last_name",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}
_DAYS = {"createdAt": "created_at", "updatedAt": "updated_at"}
_ANSWER = {"type": "object", "example": {"json_api": documents.VERSION, "data": records.EXAMPLE}}
_BARE = {"type": "object", "example": records.EXAMPLE}


class CustomerView(OmniwalletView):
    """Whatever is about customers. The wallet's floor says how many points they have."""

    def customer(self, email: str) -> Customer:
        """Give the store's customer with this e-mail, letter case aside. Raises: NotFound."""
        customer = queries.customer_by_email(self.store, email)
        events.note_customer(customer.pk)
        return customer

    def details(self, customer: Customer | None) -> Profile:
        """Read the body as what is written down about a customer; one without a card is given a number."""
        values = self.read(resource_id=customer.email if customer else None)
        if not values.get("card_number"):
            values.pop("card_number", None)
            if customer is None or not customer.card_number:
                values["card_number"] = card_numbers.new_card_number(self.store)
        return cast(Profile, values)

    def points_of(self, customers: Sequence[Customer]) -> Mapping[UUID, Decimal]:
        """Give the points of customers by their ids; the upper floor knows them."""
        return {}

    def resource(self, customer: Customer) -> dict[str, Any]:
        """Give one customer as a resource."""
        return self.resources([customer])[0]

    def resources(self, customers: Sequence[Customer]) -> list[dict[str, Any]]:
        """Give customers as resources."""
        points = self.points_of(customers)
        return [
            records.customer_resource(self, customer, points=points.get(customer.pk))
            for customer in customers
        ]

    def document(self, customer: Customer) -> dict[str, Any]:
        """Give the document of one customer."""
        return documents.single(self.resource(customer), address=self.address(records.TYPE, customer.email))


class CustomerList(CustomerView):
    """The store's customers, oldest first; a new customer."""

    is_list = True
    makes = True
    sorts = SORTS
    filters = tuple(_DAYS)
    form_classes = {"POST": CustomerForm}
    answers = {
        "GET": {"type": "object", "example": {"data": [records.EXAMPLE]}},
        "POST": _ANSWER,
    }

    def get(self, request: Request) -> Response:
        rows = queries.customers_with_email(self.store).filter(self.conditions())
        total = rows.count() if self.asked.filters else queries.count_with_email(self.store)
        page = self.paginate(self.in_order(rows), default="created_at", total=total)
        address = self.address(records.TYPE)
        return Response(documents.collection(page, self.resources(page.items), address=address))

    def post(self, request: Request) -> Response:
        customer = registration.register_customer(
            self.store,
            door=Door.PARTNER,
            details=self.details(None),
            at=self.at,
            actor=self.actor,
        )
        response = Response(self.document(customer), status=201)
        response.headers["Location"] = self.address(records.TYPE, customer.email)
        return response

    def conditions(self) -> Q:
        """Give what the filters ask for: moments on a local day."""
        wanted = Q()
        for name, text in self.asked.filters.items():
            wanted &= lists.on_day(_DAYS[name], name, text, self.zone)
        return wanted

    def in_order(self, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        """Give the rows with whatever else the order needs."""
        return rows


class CustomerDetail(CustomerView):
    """One customer: shown and changed. A new e-mail address moves the resource."""

    form_classes = {"PATCH": CustomerForm}
    answers = {"GET": _ANSWER, "PATCH": _BARE}

    def get(self, request: Request, email: str) -> Response:
        return Response(self.document(self.customer(email)))

    def patch(self, request: Request, email: str) -> Response:
        customer = self.customer(email)
        details = self.details(customer)
        changed = profile.update_profile(customer, profile=details, at=self.at, actor=self.actor)
        return Response(self.resource(changed))
