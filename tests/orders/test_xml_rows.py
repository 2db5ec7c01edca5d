"""XML files of purchases and of matches, through the routes that take them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loyalty.models import ImportJob
from orders.models import Purchase
from tests.callers import as_person
from tests.factories import make_customer, make_level, make_pos, make_staff
from tests.orders.factories import errors_at, point_per_unit, register
from tests.wallet.ledgers import sums

pytestmark = pytest.mark.django_db
IMPORT = "/api/DEFAULT/admin/transaction/import"
MATCH = "/api/DEFAULT/admin/transaction/customer/assign/import"

TRANSACTION = """<transaction>
  <documentNumber>{number}</documentNumber>
  <purchasePlace>wroclaw</purchasePlace>
  <purchaseDate>2026-02-20T09:45:04+01:00</purchaseDate>
  <documentType>{kind}</documentType>{more}
  <customer>
    <name>Jan Nowak</name><email>user@example.com</email><nip>aaa</nip><phone>123</phone>
    <loyaltyCardNumber>111</loyaltyCardNumber>
    <address><street>Bagno</street><address1>12</address1><city>Warszawa</city><postal>00-800</postal>
      <province>Mazowieckie</province><country>PL</country></address>
  </customer>
  <labels><label><key>scan_id</key><value>123</value></label></labels>
  <items><item>
    <sku><code>SKU1</code></sku><name>item 1</name><quantity>{quantity}</quantity><grossValue>{gross}</grossValue>
    <category>aaa</category><maker>sss</maker>
    <labels><label><key>test</key><value>label</value></label></labels>
  </item></items>
</transaction>"""


def transaction(number, *, kind="sell", gross="3.00", quantity="1", more=""):
    return TRANSACTION.format(number=number, kind=kind, gross=gross, quantity=quantity, more=more)


def transactions(*rows):
    return "<transactions>" + "".join(rows) + "</transactions>"


def matches(*rows):
    return (
        "<matchCustomers>"
        + "".join(f"<matchCustomer>{row}</matchCustomer>" for row in rows)
        + "</matchCustomers>"
    )


def named(number, **customer):
    told = "".join(f"<{name}>{value}</{name}>" for name, value in customer.items())
    return f"{told}<transactionDocumentNumber>{number}</transactionDocumentNumber>"


@pytest.fixture
def alice(store):
    level = make_level(store)
    point_per_unit(level)
    return make_customer(store, "alice", card_number="111", phone="+48600100200", level=level)


@pytest.fixture
def send(store):
    client = as_person(make_staff(), "admin").client

    def post(path, text, name="transaction.xml"):
        raw = text if isinstance(text, bytes) else text.encode()
        return client.post(path, {"file[file]": SimpleUploadedFile(name, raw, content_type="text/xml")})

    return post


def test_good_rows_land_and_bad_ones_say_why(send, alice):
    answer = send(
        IMPORT,
        transactions(
            transaction("A1"),
            transaction("A2", more="<posId>00000000-0000-474c-1111-b0dd880c07e</posId>"),
            transaction("A1"),
            transaction("A3", gross="-1"),
            transaction("A4", gross="1.234"),
            transaction("A5", quantity="some"),
            transaction("A6", kind="gift"),
            transaction("R1", kind="return", gross="1.00", more="<revisedDocument>A1</revisedDocument>"),
        ),
    )

    assert answer.status_code == 200
    body = answer.json()
    sale, brought_back = Purchase.objects.order_by("document_number")
    assert body["items"][0] == {
        "status": "success",
        "processImportResult": {"object": {"transactionId": str(sale.pk)}},
        "identifier": "A1",
    }
    assert body["items"][1] == {
        "status": "error",
        "message": 'Convert exception: Value "00000000-0000-474c-1111-b0dd880c07e" is not a valid UUID.',
        "identifier": "A2",
    }
    assert body["items"][2]["message"] == (
        "(transaction.xml) Processing exception: This document number is already registered."
    )
    assert [item["status"] for item in body["items"]] == ["success"] + ["error"] * 6 + ["success"]
    assert (body["totalProcessed"], body["totalSuccess"], body["totalFailed"]) == (8, 2, 6)
    assert (sale.customer, brought_back.customer) == (alice, alice)
    assert sums(alice)["available"] == "2.00"


def test_a_row_is_stored_whole(send, store, alice):
    shop = make_pos(store)

    send(
        IMPORT,
        transactions(
            transaction("A1", quantity="1.5", more=f"<posIdentifier>{shop.identifier}</posIdentifier>")
        ),
    )

    purchase = Purchase.objects.get()
    assert (purchase.purchase_place, purchase.point_of_sale) == ("wroclaw", shop)
    assert purchase.purchased_at.isoformat() == "2026-02-20T08:45:04+00:00"
    assert (purchase.customer_name, purchase.customer_tax_id) == ("Jan Nowak", "aaa")
    assert purchase.customer_address["postal"] == "00-800"
    assert list(purchase.labels.values_list("key", "value")) == [("scan_id", "123")]
    line = purchase.lines.get()
    assert (str(line.quantity), line.category, line.maker) == ("1.500", "aaa", "sss")
    assert line.labels == [{"key": "test", "value": "label"}]


MISSING = [
    "documentNumber",
    "purchaseDate",
    "documentType",
    "name",
    "items",
    "code",
    "quantity",
    "grossValue",
]


@pytest.mark.parametrize("tag", MISSING)
def test_a_row_without_something_it_needs_fails_alone(send, alice, tag):
    whole = transaction("A1")
    head, _, rest = whole.partition(f"<{tag}>")
    without = head + rest.partition(f"</{tag}>")[2]

    body = send(IMPORT, transactions(without, transaction("A2"))).json()

    assert [item["status"] for item in body["items"]] == ["error", "success"]
    assert body["items"][0]["message"].startswith("Convert exception: ")
    assert Purchase.objects.count() == 1


HOSTILE = {
    "bomb": '<!DOCTYPE t [<!ENTITY a "aaaa">]><transactions><transaction>&a;</transaction></transactions>',
    "bomb in UTF-16": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE t [<!ENTITY a "a">]><transactions/>'.encode(
            "utf-16"
        )
    ),
    "broken in the middle": transactions(transaction("A1")) + "<transaction>",
    "cut off": transactions(transaction("A1"))[:-10],
    "another root": matches(named("A1")),
    "no XML": "documentNumber,grossValue",
    "empty": "",
    "deep": "<transactions><transaction>" + "<a>" * 100 + "</a>" * 100 + "</transaction></transactions>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_broken_and_hostile_files_import_nothing(send, alice, case):
    answer = send(IMPORT, HOSTILE[case])

    assert answer.status_code == 400
    assert errors_at(answer, "file")
    assert (Purchase.objects.count(), ImportJob.objects.count()) == (0, 0)


def test_a_file_above_the_limit_is_refused(send, settings, alice):
    settings.IMPORT_MAX_BYTES = 100

    answer = send(IMPORT, transactions(transaction("A1")))

    assert answer.status_code == 400
    assert errors_at(answer, "file")
    assert Purchase.objects.count() == 0


def test_a_body_far_above_the_limit_is_refused_unread(store):
    caller = as_person(make_staff(), "admin")

    answer = caller.client.post(
        IMPORT,
        b"x",
        content_type="multipart/form-data; boundary=b",
        headers={"Content-Length": str(200 * 1024 * 1024)},
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("body", [{}, {"file[file]": "C:\\fakepath\\transaction.xml"}])
def test_a_file_must_come(store, body):
    answer = as_person(make_staff(), "admin").client.post(IMPORT, body)

    assert answer.status_code == 400
    assert errors_at(answer, "file")


@pytest.mark.parametrize(
    "customer",
    [
        {"customerId": "{id}"},
        {"customerEmail": "{email}"},
        {"customerPhoneNumber": "+48600100200"},
        {"customerLoyaltyCardNumber": "111"},
    ],
)
def test_documents_are_matched_by_any_one_field(send, store, alice, customer):
    register(store, number="123")
    told = {name: value.format(id=alice.pk, email=alice.email) for name, value in customer.items()}

    body = send(MATCH, matches(named("123", **told))).json()

    assert (body["totalProcessed"], body["totalSuccess"], body["totalFailed"]) == (1, 1, 0)
    assert Purchase.objects.get().customer == alice
    assert sums(alice)["available"] == "10.00"


def test_a_match_that_fails_says_why_word_for_word(send, store, alice):
    register(store, number="123", of="111")

    body = send(
        MATCH, matches(named("123", customerLoyaltyCardNumber="111"), named("9")), name="m.xml"
    ).json()

    assert body["items"] == [
        {
            "status": "error",
            "message": "(m.xml) Processing exception: Customer is already assigned to this transaction",
            "identifier": "123",
        },
        {
            "status": "error",
            "message": "(m.xml) Processing exception: No such transaction",
            "identifier": "9",
        },
    ]
    assert (body["totalProcessed"], body["totalSuccess"], body["totalFailed"]) == (2, 0, 2)
