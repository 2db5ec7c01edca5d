"""A year at the shop: the sample's purchases, some points spent at the till, some things brought back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from loyalty.actors import Actor, ActorKind
from loyalty.models import Store
from orders import history, importing, purchases
from orders.documents import DocumentLine, DocumentType, PurchaseDocument
from orders.models import Purchase
from wallet import ledger
from wallet.models import Wallet

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "complete_journey_40.csv.gz"
_TILL = Actor(kind=ActorKind.SYSTEM, name="till")
_VOUCHER = Decimal(500)
_RETURN_EVERY_CHUNKS = 4


def survey() -> history.Survey:
    """Look through the sample."""
    return history.survey(SAMPLE)


def first_moment(store: Store, *, last_day: date) -> datetime:
    """Give the start of the first day of the history once it is moved to end on a day."""
    found = survey()
    first_day = found.first_day + (last_day - found.last_day)
    return datetime(first_day.year, first_day.month, first_day.day, tzinfo=store.programme.zone)


def live_through(store: Store, *, last_day: date, at: datetime) -> Iterator[importing.Progress]:
    """Bring the sample into a store, moved to end on a day, and give the progress on the way.

    Idempotent: what is there is skipped, and nothing is spent or returned a second time.
    """
    before = 0
    for number, progress in enumerate(
        importing.import_history(store, SAMPLE, at=at, ends_at=last_day, creates_customers=True), start=1
    ):
        if progress.registered > before:
            _act_on_latest(store, number)
        before = progress.registered
        yield progress
    ledger.settle_due(at=at)


def _act_on_latest(store: Store, number: int) -> None:
    latest = Purchase.objects.filter(store=store, document_type="sell").order_by("-purchased_at").first()
    if latest is None or latest.customer is None:
        return
    if number % _RETURN_EVERY_CHUNKS == 0:
        _return_a_line(store, latest)
    _spend_vouchers(latest)


def _spend_vouchers(purchase: Purchase) -> None:
    """Have the buyer pay with as many whole vouchers as the wallet holds."""
    assert purchase.customer is not None
    wallet = Wallet.objects.get(pk=purchase.customer_id)
    points = wallet.available // _VOUCHER * _VOUCHER
    if points:
        origin = ledger.Origin(
            source="till", external_id=f"voucher {purchase.document_number}", comment="Voucher at the till"
        )
        ledger.spend(purchase.customer, points, at=purchase.purchased_at, actor=_TILL, origin=origin)


def _return_a_line(store: Store, sale: Purchase) -> None:
    line = sale.lines.filter(gross_value__gt=0).order_by("-gross_value").first()
    if line is None:
        return
    returned = DocumentLine(
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        gross_value=line.gross_value,
        category=line.category,
        maker=line.maker,
    )
    document = PurchaseDocument(
        document_number=f"R{sale.document_number}",
        document_type=DocumentType.RETURN,
        purchased_at=sale.purchased_at + timedelta(minutes=5),
        lines=(returned,),
        revised_document=sale.document_number,
        purchase_place=sale.purchase_place,
        point_of_sale_id=sale.point_of_sale_id,
    )
    purchases.register_purchase(store, actor=_TILL, at=sale.purchased_at, document=document)
