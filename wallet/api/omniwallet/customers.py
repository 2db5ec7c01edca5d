"""Customers with their points: only this floor knows both."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from customers.api.omniwallet import customers as without_points
from customers.models import Customer
from wallet import queries
from wallet.models import Wallet


class WithPoints(without_points.CustomerView):
    """Adds the points of a page of customers, in the same one or two statements for any number of them."""

    def points_of(self, customers: Sequence[Customer]) -> Mapping[UUID, Decimal]:
        """Give what customers can spend, by their ids."""
        wallets = Wallet.objects.filter(pk__in=[customer.pk for customer in customers])
        figures = queries.figures_of_many(wallets, at=self.at)
        return {pk: each.available for pk, each in figures.items()}


class CustomerList(WithPoints, without_points.CustomerList):
    """The store's customers, oldest first; a new customer."""

    sorts = {**without_points.SORTS, "points": "wallet__available"}

    def in_order(self, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        """Give the rows so that an order by points can be read from the wallets' own index."""
        return rows.filter(wallet__store=self.store) if self.asked.sorts_by("points") else rows


class CustomerDetail(WithPoints, without_points.CustomerDetail):
    """One customer: shown and changed. A new e-mail address moves the resource."""
