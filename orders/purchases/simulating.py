"""What a basket would earn, for a customer or for nobody in particular. Nothing is written."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from campaigns import earning
from campaigns.evaluation import Outcome
from customers import identification
from customers.models import Customer
from loyalty.models import Store
from orders.documents import Buyer, DocumentLine
from orders.purchases.baskets import basket_of_lines

NOBODY = Buyer()


def simulate(
    store: Store,
    *,
    lines: Sequence[DocumentLine],
    purchased_at: datetime,
    buyer: Buyer = NOBODY,
    customer: Customer | None = None,
    point_of_sale_id: UUID | None = None,
) -> Outcome:
    """Work out what a basket would earn, with the reasons.

    For `customer`, else for whom the buyer's data names, else for nobody in particular: then rules are not tested
    for whom they are meant.
    """
    shopper = customer or identification.find_customer(
        store, email=buyer.email, phone=buyer.phone, card_number=buyer.card_number
    )
    basket = basket_of_lines(
        lines,
        purchased_at=purchased_at,
        point_of_sale_id=point_of_sale_id,
        delivery_skus=store.programme.excluded_delivery_skus,
    )
    return earning.simulate(store, basket, customer=shopper)
