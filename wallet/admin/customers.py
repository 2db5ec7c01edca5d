"""The list of customers with their points: this floor adds its column to the screen of the floor below."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.views import ChangeList

from customers.admin.customers import CustomerAdmin
from customers.models import Customer
from loyalty.cockpit import formats
from wallet import queries

admin.site.unregister(Customer)


class CustomerList(ChangeList):
    """A page of customers with their figures, for at most one more query."""

    result_list: list[Any]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        figures = queries.figures_of_many((each.wallet for each in self.result_list), at=timezone.now())
        for customer in self.result_list:
            customer.figures = figures[customer.pk]


@admin.register(Customer)
class CustomerWithPointsAdmin(CustomerAdmin):
    list_display = ("person", "state", "level_name", "points", "spent", "bought", "joined")
    export_columns = (*CustomerAdmin.export_columns, ("Points", "wallet.available"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return super().get_queryset(request).select_related("wallet")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CustomerList

    @display(description="Points", ordering="wallet__available")
    def points(self, customer: Any) -> SafeString:
        return formats.number(formats.amount(customer.figures.available))
