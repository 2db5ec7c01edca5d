"""One customer in the Open Loyalty dialect: shown, changed, deleted."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import erasure, identification, profile, queries
from customers.api.open_loyalty import forms, records
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class CustomerDetail(OpenLoyaltyView):
    """One customer: for staff, sellers and the customer themselves."""

    grant = Grant("CUSTOMER", seller=True, customer=True)
    grants: ClassVar[dict[str, Grant]] = {"DELETE": Grant("CUSTOMER")}
    form_class = forms.StaffCustomerForm

    def get(self, request: Request, customer: UUID) -> Response:
        self.check_self(customer)
        return Response(records.detailed_customer(self, queries.customer_record(self.store, customer)))

    def put(self, request: Request, customer: UUID) -> Response:
        self.check_self(customer)
        person = identification.customer_of(self.store, customer)
        details = forms.as_profile(self.read(self.form_of_caller()))
        profile.update_profile(person, profile=details, at=self.at, actor=self.actor)
        return Response({"customerId": person.pk})

    def delete(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        erasure.delete(person, at=self.at, actor=self.actor)
        return Response(status=204)

    def form_of_caller(self) -> type[Form]:
        own: dict[ActorKind, type[Form]] = {
            ActorKind.CUSTOMER: forms.SelfForm,
            ActorKind.SELLER: forms.CustomerForm,
        }
        return own.get(self.actor.kind, forms.StaffCustomerForm)
