"""Pages about wallets as a whole, beside the lists: what is owed, a customer's statement, the ledger's check."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern

from loyalty.cockpit.base import ReadOnlyAdmin
from wallet.admin.ledger_check import LedgerCheckPage
from wallet.admin.liability import LiabilityPage
from wallet.admin.statements import StatementPages
from wallet.models import Wallet


@admin.register(Wallet)
class WalletAdmin(LiabilityPage, StatementPages, LedgerCheckPage, ReadOnlyAdmin):
    """No list and no form of wallets: they are shown with their customers."""

    def get_urls(self) -> list[URLPattern]:
        shown = {"wallet_liability", "wallet_statement", "wallet_statement_file", "wallet_ledger_check"}
        return [each for each in super().get_urls() if each.name in shown | {"wallet_thaw"}]

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Wallets belong to the area of points."""
        return bool(request.user.has_perm("wallet.view_pointstransfer"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False
