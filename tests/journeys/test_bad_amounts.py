"""Amounts that are none, on every route that moves points: refused in its dialect's shape, and nothing moves."""

import json
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from loyalty.actors import SYSTEM
from orders.models import Purchase
from tests.callers import as_partner, as_person
from tests.factories import make_customer, make_level, make_seller
from tests.orders.factories import point_per_unit, till_body
from tests.wallet.ledgers import add, sums
from tests.wallet2 import BASE as WALLET2
from wallet import opening
from wallet.models import LedgerEntry, PointsTransfer, QueuedBatch, Voucher

pytestmark = pytest.mark.django_db
OPEN_LOYALTY, OMNIWALLET = "/api/DEFAULT", "/omniwallet/api/v1/customers/alice@example.com"
# As they are written in JSON.
NO_AMOUNTS = [
    *("0", "0.00", "-5", "-0.01", "1.234", "0.001", "1e30", "1E2", "99999999999", "9" * 4000),
    *("NaN", "Infinity", "-Infinity", "1_000", "٣", "0x10", ""),
    *('"many"', '""', '"NaN"', '"Infinity"', '"1e3"', '"1_000"', '"٣"', '"-5"', '"0"', '"1.234"'),
    *("true", "false", "null", "[5]", "[]", "{}"),
]
# Only where a number is a number: the Open Loyalty dialect reads form fields, in which all is text.
TEXTS = ['"5"', '"5.00"', '" 5"']
TRANSFER = '{"transfer": {"customer": "%(alice)s", "points": %(amount)s}}'
GIFT = '{"transfer": {"sender": "%(alice)s", "receiver": "bob@example.com", "points": %(amount)s}}'
OWN_GIFT = '{"transfer": {"receiver": "bob@example.com", "points": %(amount)s}}'
MOVE = '{"points": %(amount)s, "type": "Shop", "external_id": "e1"}'
ROUTES = {
    "add": ("partner", f"{OPEN_LOYALTY}/points/transfer/add", TRANSFER),
    "spend": ("partner", f"{OPEN_LOYALTY}/points/transfer/spend", TRANSFER),
    "block": ("partner", f"{OPEN_LOYALTY}/points/transfer/block", TRANSFER),
    "seller adds": ("seller", f"{OPEN_LOYALTY}/pos/points/transfer/add", TRANSFER),
    "seller spends": ("seller", f"{OPEN_LOYALTY}/pos/points/transfer/spend", TRANSFER),
    "gift": ("partner", f"{OPEN_LOYALTY}/admin/p2p-points-transfer", GIFT),
    "own gift": ("alice", f"{OPEN_LOYALTY}/customer/points/p2p-transfer", OWN_GIFT),
    "add-points": ("partner", f"{OMNIWALLET}/add-points", MOVE),
    "subtract-points": ("partner", f"{OMNIWALLET}/subtract-points", MOVE),
    "add-points-from-value": (
        "partner",
        f"{OMNIWALLET}/add-points-from-value",
        '{"value": %(amount)s, "type": "Shop"}',
    ),
    "batch": ("partner", f"{WALLET2}/wallet/%(alice)s/batch", '{"amount": %(amount)s}'),
    "batch/sync": ("partner", f"{WALLET2}/wallet/%(alice)s/batch/sync", '{"amount": %(amount)s}'),
    "operation": ("partner", f"{WALLET2}/wallet/%(alice)s/operation", '{"amount": %(amount)s}'),
    "voucher": ("partner", f"{WALLET2}/voucher", '{"amount": %(amount)s}'),
}
# What an error looks like: its statuses, and the members of its body.
SHAPES = {
    "/api/": ({400}, [{"form", "errors"}, {"error"}]),
    "/omniwallet/": ({400, 422}, [{"jsonapi", "errors"}, {"errors"}]),
    WALLET2: ({400}, [{"timestamp", "status", "error", "code", "message", "errors", "path"}]),
}


@pytest.fixture
def alice(store):
    level = make_level(store)
    point_per_unit(level)
    found = make_customer(store, "alice", email="alice@example.com", card_number="111", level=level)
    make_customer(store, "bob", email="bob@example.com")
    opening.open_wallet(found, at=timezone.now(), actor=SYSTEM)
    add(found, 100, at=timezone.now())
    return found


def callers(store, alice):
    return {
        "partner": as_partner(store),
        "seller": as_person(make_seller(store), "seller"),
        "alice": as_person(alice, "customer"),
    }


def everything():
    models = (LedgerEntry, PointsTransfer, QueuedBatch, Voucher)
    return [model.objects.count() for model in models]


def has_the_dialects_shape(path, answer):
    statuses, shapes = next(found for prefix, found in SHAPES.items() if path.startswith(prefix))
    return answer.status_code in statuses and set(json.loads(answer.content)) in shapes


@pytest.mark.parametrize("name", ROUTES)
def test_no_amount_is_refused_and_nothing_moves(store, alice, name):
    who, path, body = ROUTES[name]
    is_strict = not path.startswith("/api/")
    caller, path = callers(store, alice)[who], path % {"alice": alice.pk}
    before = everything()
    let_through = []
    for amount in NO_AMOUNTS + TEXTS * is_strict:
        said = body % {"alice": alice.pk, "amount": amount}
        answer = caller.client.generic("POST", path, said, content_type="application/json")
        if not has_the_dialects_shape(path, answer):
            let_through.append((amount[:20], answer.status_code, answer.content[:100]))
    assert let_through == []
    assert everything() == before
    assert sums(alice) == {"available": "100.00", "earned": "100.00"}


@pytest.mark.parametrize("name", [name for name, (_, path, _) in ROUTES.items() if path.startswith("/api/")])
def test_no_amount_in_brackets_is_refused_and_nothing_moves(store, alice, name):
    who, path, body = ROUTES[name]
    caller = callers(store, alice)[who]
    before = everything()
    let_through = []
    for amount in NO_AMOUNTS:
        fields = json.loads(body % {"alice": alice.pk, "amount": '"x"'})["transfer"]
        fields["points"] = amount.strip('"')
        said = urlencode({f"transfer[{field}]": text for field, text in fields.items()})
        answer = caller.client.generic("POST", path, said, content_type="application/x-www-form-urlencoded")
        if not has_the_dialects_shape(path, answer):
            let_through.append((amount[:20], answer.status_code, answer.content[:100]))
    assert let_through == []
    assert everything() == before


def test_no_amount_in_a_file_fails_its_row_and_nothing_moves(store, alice):
    texts = [amount.strip('"') for amount in NO_AMOUNTS]
    rows = "".join(
        f"<pointsTransfer><customerId>{alice.pk}</customerId><points>{text}</points><type>{kind}</type>"
        "<validityDuration>1</validityDuration></pointsTransfer>"
        for text in texts
        for kind in ("adding", "spending")
    )
    before = everything()
    file = SimpleUploadedFile("points.xml", f"<pointsTransfers>{rows}</pointsTransfers>".encode())
    answer = as_partner(store).client.post(f"{OPEN_LOYALTY}/points/transfer/import", {"file[file]": file})
    assert answer.status_code == 200
    told = json.loads(answer.getvalue())
    assert (told["totalSuccess"], told["totalFailed"]) == (0, 2 * len(texts))
    assert everything() == before


@pytest.mark.parametrize("kind", ["sell", "return"])
def test_no_price_of_a_document_moves_points(store, alice, kind):
    """A line may be free; anything else that is no price refuses the document."""
    partner = as_partner(store)
    said = till_body(customerData={"name": "A", "loyaltyCardNumber": "111"})
    sale = till_body(
        customerData={"name": "A", "loyaltyCardNumber": "111"},
        transactionData__documentNumber="sale",
        items__0__grossValue=10,
    )
    assert partner("POST", f"{OPEN_LOYALTY}/transaction", sale).status_code == 200
    said["transaction"]["transactionData"]["documentType"] = kind
    said["transaction"]["revisedDocument"] = "sale" if kind == "return" else ""
    said["transaction"]["items"][0]["grossValue"] = "PRICE"
    # A return's gross may have either sign (wire words); a free line is no refusal.
    fine = {"0", "0.00", '"0"'} | ({"-5", "-0.01", '"-5"'} if kind == "return" else set())
    before, let_through = everything(), []
    for amount in NO_AMOUNTS:
        if amount not in fine:
            body = json.dumps(said).replace('"PRICE"', amount)
            answer = partner.client.generic(
                "POST", f"{OPEN_LOYALTY}/transaction", body, content_type="application/json"
            )
            if not has_the_dialects_shape("/api/", answer):
                let_through.append((amount[:20], answer.status_code, answer.content[:100]))
    assert let_through == []
    assert everything() == before
    assert Purchase.objects.count() == 1
