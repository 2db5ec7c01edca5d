"""A file of customers through its route: the documented answer, what each element does, and files that are none."""

import json
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Customer
from loyalty.api.open_loyalty import imports
from loyalty.models import Event, ImportJob
from tests.callers import as_partner, as_person
from tests.customers.api.answers import BASE, children
from tests.factories import make_customer, make_level, make_pos, make_seller, make_staff, make_store
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
PATH = f"{BASE}/admin/customer/import"
NEEDED = {
    "email": "jan@example.com",
    "firstName": "Jan",
    "lastName": "Nowak",
    "active": "1",
    "gender": "male",
    "agreement1": "1",
}


def xml(*rows):
    return "<customers>" + "".join(f"<customer>{row}</customer>" for row in rows) + "</customers>"


def row(more="", **changed):
    """Write a row; an element that is changed to None is left out."""
    values = {**NEEDED, **changed}
    return "".join(f"<{name}>{text}</{name}>" for name, text in values.items() if text is not None) + more


def hand_in(store, body, *, caller=None):
    caller = caller or as_partner(store)
    file = SimpleUploadedFile("customers.xml", body.encode() if isinstance(body, str) else body)
    return caller.client.post(PATH, {"file[file]": file})


def outcome(store, *rows):
    answer = hand_in(store, xml(*rows))
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(store, *rows):
    """Hand in rows of which none lands, and give what is said of them."""
    before = Customer.objects.count()
    told = [item["message"] for item in outcome(store, *rows)["items"]]
    assert Customer.objects.count() == before
    return told


def test_the_answer_is_the_documented_one(store):
    body = outcome(
        store, row(), row(email="b@example.com", birthDate="01.02.1990"), row(gender=None, email="c@d.pl")
    )

    jan = Customer.objects.get()
    assert body == {
        "items": [
            {
                "status": "success",
                "processImportResult": {"object": str(jan.pk)},
                "identifier": "jan@example.com",
            },
            {
                "status": "error",
                "message": "Convert exception: birthDate has invalid date format (Y-m-d required)",
                "identifier": "b@example.com",
            },
            {
                "status": "error",
                "message": "Convert exception: gender is required node",
                "identifier": "c@d.pl",
            },
        ],
        "totalProcessed": 3,
        "totalSuccess": 1,
        "totalFailed": 2,
    }
    assert (jan.status, jan.full_name, jan.gender, jan.agreement1) == ("active", "Jan Nowak", "male", True)
    assert Wallet.objects.filter(pk=jan.pk).exists()
    assert Event.objects.get(type="customer.registered").payload["by"] == "import"


def test_every_element_is_kept(store):
    make_level(store)
    gold, shop, seller = make_level(store, "gold", 100), make_pos(store), make_seller(store)

    body = outcome(
        store,
        row(
            "<address><street>Bagno</street><address1>12</address1><address2>3</address2><city>Warszawa</city>"
            "<postal>00-800</postal><province>Mazowieckie</province><country>PL</country></address>"
            "<company><name>Acme</name><nip>123</nip></company>"
            "<labels><label><key>vip</key><value>yes</value></label><label><key>size</key></label></labels>",
            birthDate="1990-02-01",
            phone="+48234234000",
            loyaltyCardNumber="4711",
            agreement2="true",
            agreement3="0",
            levelId=gold.pk,
            posId=shop.pk,
            sellerId=seller.pk,
        ),
    )

    jan = Customer.objects.get(pk=UUID(body["items"][0]["processImportResult"]["object"]))
    assert str(jan.birth_date) == "1990-02-01"
    assert (jan.phone, jan.card_number) == ("+48234234000", "4711")
    assert (jan.agreement1, jan.agreement2, jan.agreement3) == (True, True, False)
    assert (jan.level, jan.level_is_manual, jan.point_of_sale, jan.seller) == (gold, True, shop, seller)
    assert (jan.street, jan.address1, jan.address2, jan.city) == ("Bagno", "12", "3", "Warszawa")
    assert (jan.postal, jan.province, jan.country) == ("00-800", "Mazowieckie", "PL")
    assert (jan.company_name, jan.company_tax_id) == ("Acme", "123")
    assert [str(label) for label in jan.labels.all()] == ["vip:yes", "size:"]


@pytest.mark.parametrize("name", list(NEEDED))
def test_an_element_that_must_be_there_is_named(store, name):
    said = f"Convert exception: {name} is required node"
    assert refused(store, row(**{name: None}), row(**{name: " "})) == [said, said]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"birthDate": "1990-02-30"}, "birthDate has invalid date format (Y-m-d required)"),
        ({"birthDate": "1990-2-3"}, "birthDate has invalid date format (Y-m-d required)"),
        ({"gender": "man"}, 'gender: "man" is none of male, female, not_disclosed.'),
        ({"active": "maybe"}, 'active: "maybe" is neither true nor false.'),
        ({"levelId": "gold"}, 'levelId: "gold" is not a valid UUID.'),
    ],
)
def test_what_an_element_cannot_hold_fails_its_row(store, changed, said):
    assert refused(store, row(**changed)) == [f"Convert exception: {said}"]


def test_the_rules_of_registration_hold_for_each_row(store):
    make_customer(store, email="known@example.com", phone="+48234234000", card_number="4711")
    foreign = make_pos(make_store("OTHER"))

    told = refused(
        store,
        row(email="KNOWN@example.com"),
        row(phone="+48 234 234 000"),
        row(loyaltyCardNumber="4711"),
        row(email="nobody"),
        row(phone="call me"),
        row(levelId=uuid4()),
        row(posId=foreign.pk),
        row(firstName="x" * 300),
    )
    assert all(message.startswith("(customers.xml) Processing exception: ") for message in told)


def test_an_address_twice_in_a_file_is_one_customer(store):
    body = outcome(store, row(), row(email="JAN@example.com"), row(email="eva@example.com"))

    assert [item["status"] for item in body["items"]] == ["success", "error", "success"]
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(("active", "wanted", "asked"), [("0", "1", 1), ("0", "0", 0), ("1", "1", 0)])
def test_who_is_not_active_is_sent_an_activation_mail_where_the_file_says_so(store, active, wanted, asked):
    outcome(store, row(active=active, sendActivationMail=wanted))

    assert Customer.objects.get().status == ("active" if active == "1" else "new")
    assert Event.objects.filter(type="customer.activation_requested").count() == asked


def test_a_long_answer_is_written_piece_by_piece_and_is_the_same(store, monkeypatch):
    rows = [row(email=f"a{number}@example.com") for number in range(3)] + [row(gender=None)]
    whole = outcome(store, *rows[3:])["items"]
    monkeypatch.setattr(imports, "STREAMED_FROM", 3)

    answer = hand_in(store, xml(*rows))

    assert answer.streaming
    assert answer["Content-Type"] == "application/json"
    body = json.loads(answer.getvalue())
    assert (body["totalProcessed"], body["totalSuccess"], body["totalFailed"]) == (4, 3, 1)
    assert body["items"][3:] == whole
    assert [item["status"] for item in body["items"][:3]] == ["success"] * 3


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE customers [<!ENTITY a "b">]><customers/>',
        "<customers><customer></customers>",
        "<people/>",
        "<customers>" + "<customer>" * 30 + "</customer>" * 30 + "</customers>",
        b"\x00\x01",
        "",
    ],
)
def test_a_file_that_is_none_is_refused_whole(store, body):
    answer = hand_in(store, body)

    assert answer.status_code == 400
    assert "errors" in children(answer)["file"]
    assert not ImportJob.objects.exists()


def test_staff_with_the_right_may_and_nobody_else(store):
    allowed = as_person(make_staff(), "admin")
    assert hand_in(store, xml(row()), caller=allowed).status_code == 200
    for stranger in (
        as_person(make_seller(store), "seller"),
        as_person(make_customer(store), "customer"),
        as_person(make_staff("clerk", is_superuser=False), "admin"),
    ):
        assert hand_in(store, xml(row(email="eva@example.com")), caller=stranger).status_code == 403
    assert not Customer.objects.filter(email="eva@example.com").exists()
