"""Does the ledger add up: the last check of all wallets, those that are frozen, and any wallet at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from customers import identification
from customers.admin import finding
from customers.models import Customer
from loyalty.cockpit.base import CockpitAdmin
from loyalty.models import Event, Store
from loyalty.refusals import Refusal
from wallet import freezing, verification
from wallet.events import LedgerChecked
from wallet.models import Wallet

_SHOWN = 50


class CheckForm(forms.Form):
    """Whose wallet is looked at."""

    customer = forms.CharField(
        max_length=254,
        help_text="E-mail, phone or card number.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def __init__(self, store: Store, data: Any = None) -> None:
        super().__init__(data)
        self._store = store

    def clean_customer(self) -> Customer:
        found = identification.find_by_identifier(self._store, self.cleaned_data["customer"])
        if found is None:
            raise forms.ValidationError(finding.NOBODY)
        return found


class LedgerCheckPage(CockpitAdmin):
    """Adds the page of the ledger's check."""

    def get_urls(self) -> list[URLPattern]:
        page, thaw = map(self.admin_site.admin_view, (self.check_view, self.thaw_view))
        return [
            path("ledger-check/", page, name="wallet_ledger_check"),
            path("ledger-check/<uuid:customer_id>/open/", thaw, name="wallet_thaw"),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Show the last check and the frozen wallets of this store; look at one wallet when asked to."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        store = self.store(request)
        form = CheckForm(store, request.GET if "customer" in request.GET else None)
        checked = Wallet.objects.none()
        if form.is_bound and form.is_valid():
            checked = Wallet.objects.filter(pk=form.cleaned_data["customer"].pk)
        frozen = Wallet.objects.filter(store=store, is_frozen=True).order_by("pk")
        context = {
            **self.admin_site.each_context(request),
            "title": "Ledger check",
            "form": form,
            "last": Event.objects.filter(store=None, type=LedgerChecked.type).order_by("-id").first(),
            "checked": _with_drifts(list(checked.select_related("customer"))),
            "frozen": _with_drifts(list(frozen.select_related("customer")[:_SHOWN])),
        }
        return TemplateResponse(request, "cockpit/wallet/ledger_check.html", context)

    def thaw_view(self, request: HttpRequest, customer_id: Any) -> HttpResponse:
        """Open a frozen wallet that adds up again."""
        if request.method != "POST" or not request.user.has_perm("wallet.change_pointstransfer"):
            raise PermissionDenied
        try:
            customer = identification.customer_of(self.store(request), customer_id, field="customer")
            freezing.thaw(customer, at=timezone.now(), actor=self.actor(request))
            messages.success(request, f"The wallet of {customer} is open.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:wallet_ledger_check"))


def _with_drifts(wallets: list[Wallet]) -> list[dict[str, Any]]:
    """Give each wallet with what disagrees in it now; as many statements for all as for one."""
    drifts = list(verification.check_wallets(wallets)) if wallets else []
    return [
        {"wallet": wallet, "drifts": [drift for drift in drifts if drift.wallet_id == wallet.pk]}
        for wallet in wallets
    ]
