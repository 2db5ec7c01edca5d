"""The list of customers with their points: this floor adds its column to the screen of the floor below."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from customers.admin.customers import CustomerAdmin
from customers.models import Customer
from loyalty.cockpit import formats
from loyalty.cockpit.lists import CockpitList
from wallet import queries

_POINTS = "wallet__available"

admin.site.unregister(Customer)


class CustomerList(CockpitList):
    """A page of customers with their figures, for at most one more query.

    In the order of their points it follows the wallets, which have an index for it.
    """

    result_list: list[Any]

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        ordering = super().get_ordering(request, queryset)
        if not str(ordering[0]).endswith(_POINTS):
            return ordering
        return [ordering[0], "-wallet__pk" if ordering[0].startswith("-") else "wallet__pk"]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        is_by_points = any(str(term).endswith(_POINTS) for term in rows.query.order_by[:1])
        return rows.filter(wallet__store=self.model_admin.store(request)) if is_by_points else rows

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        figures = queries.figures_of_many((each.wallet for each in self.result_list), at=timezone.now())
        for customer in self.result_list:
            customer.figures = figures[customer.pk]


@admin.register(Customer)
class CustomerWithPointsAdmin(CustomerAdmin):
    list_display = ("person", "state", "level_name", "points", "spent", "bought", "hung_on", "joined")
    export_columns = (*CustomerAdmin.export_columns, ("Points", "wallet.available"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return super().get_queryset(request).select_related("wallet")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CockpitList]:
        return CustomerList

    @display(description="Points", ordering="wallet__available")
    def points(self, customer: Any) -> SafeString:
        return formats.number(formats.amount(customer.figures.available))
