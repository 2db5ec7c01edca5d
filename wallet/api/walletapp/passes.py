"""Passes: each member has one storecard, which shows the wallet's points; the whole programme's in one export."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from customers.pass_codes import pass_code
from loyalty.access import Grant
from loyalty.amounts import to_json_number
from loyalty.api.walletapp import pages, streams, wire
from loyalty.api.walletapp.fields import UuidField
from loyalty.api.walletapp.forms import BrandForm, PageForm
from loyalty.api.walletapp.views import WalletAppView
from loyalty.models import Store
from loyalty.refusals import NotFound
from wallet import queries
from wallet.models import Wallet

_CHUNK = 500
_EXPORTED = (
    *("available", "pending", "blocked", "earned", "spent", "expired", "next_change_at"),
    *("customer__email", "customer__first_name", "customer__last_name", "customer__card_number"),
)


class ExportForm(BrandForm):
    """Whose points. A brand has one storecard, which goes by the brand's id."""

    storecard_id = UuidField()


class PointsExport(WalletAppView):
    """Every member with pass code and points."""

    grant = Grant(ability="members.store")
    form_class = ExportForm
    # The answer names people by address and card, not by id.
    answers_name_anybody = True

    def post(self, request: Request) -> HttpResponseBase:
        if self.read().get("storecard_id", self.store.pk) != self.store.pk:
            raise NotFound
        wallets = _wallets_of(self.store)
        rows = _exported(wallets, at=self.at)
        return streams.answer({"success": True, "data": []}, rows, count=wallets.count())


class MemberStorecards(WalletAppView):
    """The storecard of a member: one page with one card."""

    grant = Grant(ability="members.get")
    form_class = PageForm

    def get(self, request: Request, member: UUID) -> Response:
        asked = self.read()
        customer = queries.customer_with_wallet(self.store, member)
        wallets = Wallet.objects.filter(pk=customer.pk)
        return Response(
            pages.page_of(
                wallets,
                lambda wallet: _storecard(customer, wallet, at=self.at),
                **pages.asked(asked),
                links=pages.links_of(request),
            )
        )


def _wallets_of(store: Store) -> QuerySet[Wallet]:
    return (
        Wallet.objects.filter(store=store)
        .exclude(customer__status=Customer.Status.DELETED)
        .select_related("customer")
        .only(*_EXPORTED)
        .order_by("pk")
    )


def _exported(wallets: QuerySet[Wallet], *, at: datetime) -> Iterator[dict[str, Any]]:
    for chunk in streams.in_chunks(wallets.iterator(chunk_size=2000), _CHUNK):
        figures = queries.figures_of_many(chunk, at=at)
        for wallet in chunk:
            customer = wallet.customer
            yield {
                "email": wire.known(customer.email),
                "name": wire.known(customer.full_name),
                "points": to_json_number(figures[wallet.pk].available),
                "qr_code": pass_code(customer.card_number, customer.pk),
            }


def _storecard(customer: Customer, wallet: Wallet, *, at: datetime) -> dict[str, Any]:
    points = to_json_number(queries.figures_of(wallet, at=at).available)
    return {
        "created_at": wire.instant(customer.created_at),
        "updated_at": wire.instant(customer.updated_at),
        "expiration_date": None,
        "start_date": wire.instant(customer.created_at),
        "qr_code": pass_code(customer.card_number, customer.pk),
        "wlnt_code": str(customer.pk),
        "points": points,
        "balance": points,
        "storecard_title": customer.store.programme.program_name,
        "storecard_thumbnail_url": None,
        "status": _status(customer, wallet),
    }


def _status(customer: Customer, wallet: Wallet) -> str:
    if customer.status == Customer.Status.BLOCKED or wallet.is_frozen:
        return "blocked"
    return "active" if customer.is_active else "inactive"
