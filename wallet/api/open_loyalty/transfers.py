"""Routes that move points, and the lists of what was moved."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from customers import identification
from loyalty.access import Grant
from loyalty.api.open_loyalty import lists, wire
from loyalty.api.open_loyalty.imports import XmlImport
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.imports.jobs import RowKind
from wallet import gifts, histogram, ledger, queries, tallies
from wallet.api.open_loyalty import xml_rows
from wallet.api.open_loyalty.filters import TransferFilter
from wallet.api.open_loyalty.forms import (
    GiftBetweenForm,
    GiftForm,
    HistogramForm,
    TransferFilterForm,
    TransferForm,
)
from wallet.api.open_loyalty.records import transfer_record
from wallet.models import PointsTransfer

SOURCE = "open_loyalty"
SORTS = {
    "createdAt": "created_at",
    "expiresAt": "expires_at",
    "value": "value",
    "state": "state",
    "type": "kind",
    "issuer": "issuer",
    "pointsTransferId": "id",
    "customerFirstName": "wallet__customer__first_name",
    "customerLastName": "wallet__customer__last_name",
    "customerEmail": "wallet__customer__email_key",
    "customerPhone": "wallet__customer__phone",
    "customerLoyaltyCardNumber": "wallet__customer__card_number",
    # The reference calls it so where customers ask.
    "firstName": "wallet__customer__first_name",
}


class TransferList(OpenLoyaltyView):
    """A store's transfers. The orders floor serves it, adding what it knows of each document."""

    grant = Grant("POINT_TRANSFER")

    def get(self, request: Request) -> Response:
        return self.answer_page(queries.transfers_of_store(self.store))

    def answer_page(self, rows: QuerySet[PointsTransfer]) -> Response:
        """Answer the asked page of some transfers, narrowed as asked."""
        asked = self.read(TransferFilterForm)
        self.settle(asked.get("customerId"))
        page = lists.paginate(
            TransferFilter(asked, queryset=rows).qs,
            self.params,
            sort=SORTS,
            default="createdAt",
            direction="ASC" if self.params.get("sort") else "DESC",
            count=self.count_of(asked),
        )
        purchases = self.purchases_of(page.items)
        return Response(
            {
                "transfers": [
                    transfer_record(
                        transfer,
                        store=self.store,
                        at=self.at,
                        purchase=purchases.get(transfer.purchase_id),
                    )
                    for transfer in page.items
                ],
                "total": page.total,
            }
        )

    def settle(self, customer_id: UUID | None) -> None:
        """Post what time has changed for the one customer who is asked about, so that states narrow rightly."""
        if customer_id is not None:
            for customer in identification.present(self.store).filter(pk=customer_id):
                ledger.settle_wallet(customer, at=self.at)

    def count_of(self, asked: Mapping[str, Any]) -> Callable[[], int] | None:
        """Give what tells how many transfers the store has of the asked kinds and states; None where it cannot."""
        if any(value for name, value in asked.items() if name not in {"state", "type"}):
            return None
        return partial(
            tallies.count_transfers, self.store, kinds=asked.get("type", ()), states=asked.get("state", ())
        )

    def purchases_of(self, transfers: Sequence[PointsTransfer]) -> Mapping[UUID | None, Mapping[str, Any]]:
        """Give what is known of the documents behind transfers, by purchase id; the upper floor knows more."""
        return {}


class SellerTransferList(TransferList):
    """The same list for a merchant's person at the till."""

    grant = Grant(seller=True)


class OwnTransferList(TransferList):
    """The transfers of the customer who asks."""

    grant = Grant(customer=True)

    def get(self, request: Request) -> Response:
        rows = queries.transfers_of_store(self.store).filter(wallet_id=UUID(self.actor.id))
        return self.answer_page(rows)

    def settle(self, customer_id: UUID | None) -> None:
        super().settle(UUID(self.actor.id))

    def count_of(self, asked: Mapping[str, Any]) -> None:
        """Few enough to be counted."""


class Move(OpenLoyaltyView):
    """One movement on one wallet; `move` is the ledger's verb."""

    grant = Grant("POINT_TRANSFER")
    form_class = TransferForm
    move: Callable[..., PointsTransfer]

    def post(self, request: Request) -> Response:
        values = self.read()
        customer = identification.find_by_any(self.store, str(values["customer"]), field="customer")
        transfer = type(self).move(
            customer,
            values["points"],
            at=self.at,
            actor=self.actor,
            origin=ledger.Origin(source=SOURCE, comment=values["comment"]),
        )
        return Response({"pointsTransferId": transfer.pk})


class AddPoints(Move):
    move = staticmethod(ledger.add)


class SpendPoints(Move):
    move = staticmethod(ledger.spend)


class BlockPoints(Move):
    move = staticmethod(ledger.block)


class SellerAddPoints(AddPoints):
    grant = Grant(seller=True)


class SellerSpendPoints(SpendPoints):
    grant = Grant(seller=True)


class ChangeTransfer(OpenLoyaltyView):
    """A step in a transfer's life; `step` is the ledger's verb, `answer_status` what the document shows."""

    grant = Grant("POINT_TRANSFER")
    step: Callable[..., PointsTransfer]
    answer_status = 204

    def post(self, request: Request, transfer: UUID) -> Response:
        type(self).step(queries.transfer_of_store(self.store, transfer), at=self.at, actor=self.actor)
        return Response(status=self.answer_status)


class CancelTransfer(ChangeTransfer):
    step = staticmethod(ledger.cancel)
    answer_status = 200


class ActivateTransfer(ChangeTransfer):
    step = staticmethod(ledger.activate)


class ExpireTransfer(ChangeTransfer):
    step = staticmethod(ledger.expire)


class GiftBetweenCustomers(OpenLoyaltyView):
    """Points from one customer to another, by an administrator."""

    grant = Grant("POINT_TRANSFER")
    form_class = GiftBetweenForm

    def post(self, request: Request) -> Response:
        values = self.read()
        sent = ledger.give(
            identification.find_by_any(self.store, values["sender"], field="sender"),
            identification.find_by_any(self.store, values["receiver"], field="receiver"),
            values["points"],
            at=self.at,
            actor=self.actor,
            origin=ledger.Origin(source=SOURCE),
        )
        return Response({"pointsTransferId": sent.pk})


class GiftFromCustomer(OpenLoyaltyView):
    """Points to another customer, by the one who owns them, within what the programme lets customers give."""

    grant = Grant(customer=True)
    form_class = GiftForm

    def post(self, request: Request) -> Response:
        values = self.read()
        sent = gifts.send(
            identification.find_by_any(self.store, self.actor.id, field="sender"),
            values["receiver"],
            values["points"],
            at=self.at,
            actor=self.actor,
            origin=ledger.Origin(source=SOURCE),
        )
        return Response({"pointsTransferId": sent.pk})


class TransferImport(XmlImport):
    """Points to add or to spend, from a file."""

    grant = Grant("POINT_TRANSFER")
    object_name = "pointsTransferId"

    def rows(self) -> RowKind:
        return xml_rows.transfer_rows(self.store, actor=self.actor, at=self.at)


class Histogram(OpenLoyaltyView):
    """Points by day, month or year."""

    grant = Grant("POINT_TRANSFER")

    def get(self, request: Request) -> Response:
        # An emptied parameter asks for what a missing one does.
        asked = {name: value for name, value in self.read(HistogramForm).items() if value is not None}
        periods = histogram.points_by_interval(self.store, at=self.at, **asked)
        return Response({period: wire.amount(points) for period, points in periods.items()})
