"""Lists of points transfers, each with the document it came from: only this floor knows both."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from loyalty.api.open_loyalty import wire
from orders import queries
from orders.api.open_loyalty.records import label_records, line_records
from orders.models import Purchase
from wallet.api.open_loyalty import transfers
from wallet.models import PointsTransfer


class WithPurchases:
    """Adds to a page of transfers what was bought, in the same few statements for any number of rows."""

    def purchases_of(self, rows: Sequence[PointsTransfer]) -> Mapping[UUID | None, Mapping[str, Any]]:
        """Give document number, labels and lines of the documents behind transfers, by purchase id."""
        wanted = {transfer.purchase_id for transfer in rows if transfer.purchase_id}
        return {purchase.pk: _facts_of(purchase) for purchase in queries.purchases_with_lines(wanted)}


def _facts_of(purchase: Purchase) -> dict[str, Any]:
    return {
        "transactionDocumentNumber": purchase.document_number,
        "transaction": {
            "grossValue": wire.amount(purchase.gross_value),
            "labels": label_records(purchase),
            "items": line_records(purchase),
        },
    }


class TransferList(WithPurchases, transfers.TransferList):
    """Every transfer of the store."""


class SellerTransferList(WithPurchases, transfers.SellerTransferList):
    """The same list for a merchant's person at the till."""


class OwnTransferList(WithPurchases, transfers.OwnTransferList):
    """The transfers of the customer who asks."""
