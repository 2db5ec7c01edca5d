"""Vouchers: made for anybody or one wallet, and used once."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from loyalty.api.orderingstack.roles import CUSTOMERS, any_of
from wallet import vouchers
from wallet.api.orderingstack.forms import UseVoucherForm, VoucherForm
from wallet.api.orderingstack.records import BATCH_EXAMPLE, VOUCHER_EXAMPLE, batch_record, voucher_record
from wallet.api.orderingstack.views import WalletView


class Vouchers(WalletView):
    """Make a voucher. Without `expires` it never expires; its points do as the programme says, or after some days."""

    grant = any_of("ROLE_WALLET_VOUCHER")
    form_classes = {"POST": VoucherForm}
    answers = {"POST": (201, VOUCHER_EXAMPLE)}

    def post(self, request: Request) -> Response:
        said = self.read()
        wallet = said.pop("for_wallet", None)
        owner_id = None if wallet is None else self.opened(wallet).pk
        terms = vouchers.Terms(**said, for_wallet_id=owner_id)
        voucher = vouchers.create(self.store, terms, at=self.at, actor=self.actor)
        return Response(voucher_record(voucher), status=201)


class UseView(WalletView):
    """A route that turns a voucher into points."""

    form_classes = {"POST": UseVoucherForm}
    answers = {"POST": (200, BATCH_EXAMPLE)}

    def use(self, customer: Customer) -> Response:
        """Use the voucher that the body names for a customer."""
        reference = self.read()["voucher"]
        batch = vouchers.use(customer, reference, at=self.at, actor=self.actor, address=self.address)
        return Response(batch_record(batch, at=self.at))


class WalletVouchers(UseView):
    """Use a voucher for a wallet."""

    grant = any_of("ROLE_WALLET_VOUCHER")

    def post(self, request: Request, wallet: UUID) -> Response:
        return self.use(self.opened(wallet))


class MyVouchers(UseView):
    """Use a voucher for the caller's own wallet."""

    grant = CUSTOMERS

    def post(self, request: Request) -> Response:
        return self.use(self.opened(self.own_id))
