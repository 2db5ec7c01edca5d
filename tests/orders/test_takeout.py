"""What customers are told about their purchases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import takeout
from orders.documents import Buyer, Label
from tests.factories import make_customer
from tests.orders.factories import line, register, returning

pytestmark = pytest.mark.django_db


def test_every_document_is_told_with_its_lines_and_what_the_till_wrote(store):
    alice = make_customer(store, card_number="4711")
    buyer = Buyer(name="Alice Doe", card_number="4711", address={"city": "Gdynia"})
    sale = register(
        store,
        line("tea", "6.50", quantity="0.250", maker="Assam", labels=[("bio", "yes")]),
        buyer=buyer,
        labels=(Label("basket", "small"),),
    )
    register(store, what=returning(sale, "6.50"))
    register(store, of="nobody")
    back, told = sorted(takeout.purchases_of(alice), key=lambda each: each["document_type"])
    assert (told["document_number"], told["gross_value"]) == (sale.document_number, 6.5)
    assert (told["customer_name"], told["customer_address"]) == ("Alice Doe", {"city": "Gdynia"})
    assert told["labels"] == [{"key": "basket", "value": "small"}]
    (bought,) = told["lines"]
    assert (bought["sku"], bought["quantity"], bought["maker"]) == ("tea", 0.25, "Assam")
    assert bought["labels"] == [{"key": "bio", "value": "yes"}]
    assert back["revised_document"] == sale.document_number


def test_it_costs_the_same_for_any_number_of_documents(store):
    alice = make_customer(store, card_number="4711")

    def statements():
        with CaptureQueriesContext(connection) as captured:
            takeout.purchases_of(alice)
        return len(captured)

    register(store, of="4711")
    few = statements()
    for _ in range(20):
        register(store, of="4711")
    assert statements() == few
