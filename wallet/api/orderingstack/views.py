"""The base view of routes about one wallet."""

from functools import cached_property
from uuid import UUID

from customers.models import Customer
from loyalty import throttles
from loyalty.api.orderingstack.views import Wallet2View
from loyalty.refusals import NotFound
from wallet import queries


class WalletView(Wallet2View):
    """A route about one wallet of the store, by its customer's id, or about the caller's own."""

    def customer(self, wallet: UUID) -> Customer:
        """Give the customer whose wallet this is, opened or not. Raises: NotFound."""
        return queries.customer_with_wallet(self.store, wallet)

    def opened(self, wallet: UUID) -> Customer:
        """Give the customer whose wallet this is. Raises: NotFound, also while it is not opened."""
        customer = self.customer(wallet)
        if customer.wallet.opened_at is None:
            raise NotFound
        return customer

    @cached_property
    def own_id(self) -> UUID:
        """The id of the customer who calls, which is that of the wallet."""
        assert self.principal is not None
        return UUID(self.principal.id)

    @property
    def address(self) -> str:
        """Where the caller is, by which guesses are counted."""
        return throttles.client_address(self.request._request)
