"""Lists of customers in the Open Loyalty dialect: filters, pages, scrolling, the till's search, counts."""

from functools import partial
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from customers import identification, queries
from customers.api.open_loyalty import forms, records, scrolling
from customers.models import Customer
from customers.queries import CustomerFilter, Interval
from loyalty.access import Grant
from loyalty.api.open_loyalty import lists
from loyalty.api.open_loyalty.views import OpenLoyaltyView

# Wire name -> what the lists may be sorted by.
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
# The longer ago, the more of them: their order is that of the moments turned round.
COUNTED_BACK = ("daysFromLastTransaction", "hoursFromLastUpdate")


class CustomerList(OpenLoyaltyView):
    """All customers of the store, narrowed by filters; `scrollId` walks through any number of them."""

    grant = Grant("CUSTOMER")
    form_classes = {"GET": forms.ListFilterForm}

    def get(self, request: Request) -> Response:
        place = scrolling.read_place(self.params.get("scrollId"), store=self.store)
        wanted = self.wanted(place)
        rows = queries.filter_customers(
            queries.customers_of(self.store), wanted, store=self.store, at=self.at
        )
        count = partial(queries.count_customers, self.store, rows, wanted)
        if "scrollId" in self.params:
            page, next_id = scrolling.scroll(rows, self.params, place=place, store=self.store, count=count)
            return self.answer(page.items, total=page.total, **next_id)
        found = lists.paginate(
            rows,
            self.ordering(),
            sort=self.sort(wanted),
            default="createdAt",
            direction="DESC",
            count=count,
        )
        return self.answer(found.items, total=found.total)

    def wanted(self, place: scrolling.Place | None) -> CustomerFilter:
        """Give what narrows the list: what was asked, or while scrolling what was asked at its beginning."""
        if place is not None:
            narrowing = dict.fromkeys(scrolling.filters_of(self.params))
            self.params |= {**narrowing, **place.filters}
        values = self.read()
        return CustomerFilter(**{name: value for name, value in values.items() if value is not None})

    def sort(self, wanted: CustomerFilter) -> dict[str, str | lists.Parts]:
        """Give the columns; a list of everybody by level is walked level by level."""
        if wanted != CustomerFilter():
            return dict(SORT)
        by_level = partial(queries.in_order_of_level, store=self.store)
        return {**SORT, "level": by_level, "levelId": by_level}

    def ordering(self) -> dict[str, Any]:
        """Give the parameters with the direction turned where the asked column counts back from now."""
        asked = self.params
        if asked.get("sort") not in COUNTED_BACK:
            return asked
        turned = {"DESC": "ASC", "ASC": "DESC", "": "DESC"}
        word = str(asked.get("direction") or "").strip().upper()
        return {**asked, "direction": turned.get(word, word)}

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
        page = lists.take_page(found, self.params, sort=SORT, default="lastName", per_page=100)
        return Response({"customers": [records.found_customer(self, customer) for customer in page]})


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
