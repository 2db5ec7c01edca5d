"""Customers in the Open Loyalty dialect: lists, details, registration, changes, activation."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import activation, authentication, identification, levels, profile, queries, registration
from customers.api.open_loyalty import forms, records
from customers.api.open_loyalty.scrolling import scroll
from customers.models import Customer
from customers.queries import CustomerFilter, Interval
from customers.registration import Door
from loyalty import tokens
from loyalty.access import Grant
from loyalty.actors import ActorKind
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.log_in import LogInView
from loyalty.api.open_loyalty.views import OpenLoyaltyView

SORT = {
    "customerId": "pk",
    "id": "pk",
    "firstName": "first_name",
    "lastName": "last_name",
    "gender": "gender",
    "email": "email_key",
    "phone": "phone",
    "birthDate": "birth_date",
    "loyaltyCardNumber": "card_number",
    "active": "status",
    "status": "status",
    "city": "city",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "hoursFromLastUpdate": "updated_at",
    "levelId": "level__condition_value",
    "level": "level__condition_value",
    "posId": "point_of_sale_id",
    "transactionsAmount": "purchases_amount",
    "transactionAmount": "purchases_amount",
    "transactionsAmountWithoutDeliveryCosts": "purchases_amount_without_delivery",
    "amountExcludedForLevel": "amount_excluded_for_level",
    "transactionsCount": "purchases_count",
    "transactionCount": "purchases_count",
    "averageTransactionAmount": "average_amount",
    "lastTransactionDate": "last_purchase_at",
    "daysFromLastTransaction": "last_purchase_at",
}


class CustomerLogIn(LogInView):
    """A customer's log-in by e-mail, phone or card number."""

    kind = ActorKind.CUSTOMER

    def verify(self, username: str, password: str) -> tokens.Holder | None:
        customer = authentication.verify_password(self.store, identifier=username, password=password)
        if customer is None or not customer.is_active:
            return None
        authentication.note_log_in(customer, at=self.at)
        return customer


class CustomerList(OpenLoyaltyView):
    """All customers of the store, narrowed by filters; `scrollId` walks through any number of them."""

    grant = Grant("CUSTOMER")
    form_classes = {"GET": forms.ListFilterForm}

    def get(self, request: Request) -> Response:
        wanted = CustomerFilter(**{name: value for name, value in self.read().items() if value is not None})
        rows = queries.filter_customers(
            queries.customers_of(self.store), wanted, store=self.store, at=self.at
        )
        if "scrollId" in self.params:
            page, next_id = scroll(rows, self.params)
            return self.answer(page.items, total=page.total, **next_id)
        found = self.paginate(rows, sort=SORT, default="createdAt", direction="DESC")
        return self.answer(found.items, total=found.total)

    def answer(self, customers: list[Customer], **rest: Any) -> Response:
        return Response(
            {"customers": [records.listed_customer(self, customer) for customer in customers], **rest}
        )


class TillSearch(OpenLoyaltyView):
    """What a seller finds by what the person at the till says."""

    grant = Grant(seller=True)
    form_class = forms.SearchForm

    def post(self, request: Request) -> Response:
        rows = queries.customers_of(self.store)
        found = queries.filter_customers(rows, CustomerFilter(**self.read()), store=self.store, at=self.at)
        page = self.paginate(found, sort=SORT, default="lastName", per_page=100)
        return Response({"customers": [records.found_customer(self, customer) for customer in page.items]})


class CustomerRegistration(OpenLoyaltyView):
    """A new customer, by staff."""

    grant = Grant("CUSTOMER")
    form_class: ClassVar[type[Form]] = forms.StaffRegistrationForm
    door: ClassVar[Door] = Door.ADMIN

    def post(self, request: Request) -> Response:
        values = self.read()
        customer = registration.register_customer(
            self.store,
            door=self.door,
            details={**self.defaults(), **forms.as_profile(values)},
            password=values.get("password", ""),
            at=self.at,
            actor=self.actor,
        )
        return Response({"customerId": customer.pk, "email": customer.email})

    def defaults(self) -> profile.Profile:
        """Give what the caller's place says about the new customer."""
        return {}


class SellerRegistration(CustomerRegistration):
    """A new customer, at the till: theirs are the seller and the point of sale, unless the body names others."""

    grant = Grant(seller=True)
    form_class = forms.RegistrationForm
    door = Door.SELLER

    def defaults(self) -> profile.Profile:
        seller = self.principal
        assert seller is not None
        return {"seller_id": UUID(seller.id), "point_of_sale_id": seller.point_of_sale_id}


class SelfRegistration(CustomerRegistration):
    """A new customer, by themselves."""

    grant = Grant(public=True)
    form_class = forms.SelfRegistrationForm
    door = Door.SELF


class CustomerDetail(OpenLoyaltyView):
    """One customer: for staff, sellers and the customer themselves."""

    grant = Grant("CUSTOMER", seller=True, customer=True)
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

    def form_of_caller(self) -> type[Form]:
        own: dict[ActorKind, type[Form]] = {
            ActorKind.CUSTOMER: forms.SelfForm,
            ActorKind.SELLER: forms.CustomerForm,
        }
        return own.get(self.actor.kind, forms.StaffCustomerForm)


class CustomerActivation(OpenLoyaltyView):
    """Open an account."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        activation.activate(person, at=self.at, actor=self.actor)
        return Response(None)


class CustomerDeactivation(OpenLoyaltyView):
    """Close an account; the customer's sessions end."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        activation.deactivate(person, at=self.at, actor=self.actor)
        return Response(None)


class SellerActivation(CustomerActivation):
    grant = Grant(seller=True)


class SellerDeactivation(CustomerDeactivation):
    grant = Grant(seller=True)


class CustomerLevel(OpenLoyaltyView):
    """Give a level by hand."""

    grant = Grant("CUSTOMER")
    form_class = forms.LevelChoiceForm

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        levels.assign_manually(person, self.read()["level_id"], at=self.at, actor=self.actor)
        return Response([])


class ManualLevelRemoval(OpenLoyaltyView):
    """Release a level given by hand."""

    grant = Grant("CUSTOMER")

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        levels.remove_manual(person, at=self.at, actor=self.actor)
        return Response(status=204)


class CustomerPointOfSale(OpenLoyaltyView):
    """Make a point of sale the customer's own."""

    grant = Grant("CUSTOMER")
    form_class = forms.PosChoiceForm

    def post(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        chosen = self.read()["point_of_sale_id"]
        profile.assign_point_of_sale(person, chosen, at=self.at, actor=self.actor)
        return Response([])


class SellerCustomerPointOfSale(CustomerPointOfSale):
    grant = Grant(seller=True)


class CustomerCheck(OpenLoyaltyView):
    """Whether an e-mail or a phone number is taken."""

    grant = Grant("CUSTOMER", seller=True)
    form_classes = {"GET": forms.CheckForm}

    def get(self, request: Request) -> Response:
        return Response({"total": identification.count_by_email_or_phone(self.store, self.read()["text"])})


class Registrations(OpenLoyaltyView):
    """How many customers came, by day, month or year."""

    grant = Grant("CUSTOMER")
    form_classes = {"GET": forms.RegistrationsForm}

    def get(self, request: Request) -> Response:
        asked = self.read()
        interval = Interval(asked["interval"] or Interval.DAY)
        days = asked["days"] or 30
        return Response(
            queries.registrations(self.store, interval=interval, days=days, at=self.at, zone=self.zone)
        )
