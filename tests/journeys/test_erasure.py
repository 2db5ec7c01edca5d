"""Nothing that names a customer is left anywhere once they are forgotten: planted, used everywhere, erased, searched.

Every personal field gets a text that occurs nowhere else. The customer then takes part in everything, and is erased;
afterwards the whole database, the files, the logs, Redis, and every list and export are searched for those texts.
"""

import io
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from customers import invitations
from customers.models import Customer, Segment
from loyalty import idempotency, outbox
from loyalty.actors import SYSTEM
from loyalty.models import Event, IdempotencyKey
from orders.models import Purchase
from tests.callers import as_partner, as_person
from tests.cockpit import browser_of
from tests.factories import make_customer, make_level, make_pos, make_staff, make_store
from tests.orders.factories import point_per_unit
from tests.wallet.ledgers import sums
from wallet import ledger, verification
from wallet.models import LedgerEntry, PointsTransfer

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/api/DEFAULT"
EMAIL, PHONE, CARD = "Marta.Qzemail@Example.com", "+48601987123", "QZCARD-778812"
PASSWORD = "Qz-passw0rd!"
CUSTOMER: dict[str, Any] = {
    "firstName": "Martaqzfirst",
    "lastName": "Nowakqzlast",
    "gender": "female",
    "birthDate": "1987-11-23",
    "email": EMAIL,
    "phone": PHONE,
    "loyaltyCardNumber": CARD,
    "agreement1": True,
    "address": {
        "street": "Qzstreet",
        "address1": "Qzhouse 17",
        "address2": "Qzflat 4",
        "postal": "QZ-9931",
        "city": "Qzcity",
        "province": "Qzprovince",
        "country": "Qzcountry",
    },
    "company": {"name": "Qzcompany Ltd", "nip": "QZNIP-5521"},
    "labels": [{"key": "qzkey", "value": "qzvalue"}],
}
BUYER = {
    "name": "Martaqzfirst Nowakqzlast",
    "email": EMAIL.upper(),
    "nip": "QZNIP-5521",
    "phone": "601 987 123",
    "loyaltyCardNumber": CARD,
    "address": {**CUSTOMER["address"], "street": "Qzbuyerstreet"},
}
# Everything planted, as it is searched for: without letter case.
MARKERS = [
    *("qzemail", "601987123", "601 987 123", "qzcard-778812", "qzfirst", "qzlast", "1987-11-23"),
    *("qzstreet", "qzhouse", "qzflat", "qz-9931", "qzcity", "qzprovince", "qzcountry", "qzbuyerstreet"),
    *("qzcompany", "qznip-5521", "qzkey", "qzvalue", "qzexif", "qzpush", "qzgift", "qznewmail"),
]


def picture() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010E] = "taken by qzexif"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, format="JPEG", exif=exif.tobytes())
    return SimpleUploadedFile("qzlast.jpg", out.getvalue(), content_type="image/jpeg")


class Life:
    """A customer with a trace in every corner, and whoever left those traces."""

    def __init__(self, level) -> None:
        self.store = level.store
        self.staff = as_person(make_staff(), "admin")
        self.bob = make_customer(self.store, "bob")
        self.partner = as_partner(self.store)
        self.cockpit = browser_of(make_staff("helper"))
        self.keys = 0

    def write(self, method, path, body=None, *, caller=None, status=200):
        """Write under an `Idempotency-Key` that names the customer."""
        self.keys += 1
        headers = {"Idempotency-Key": f"{EMAIL}-{self.keys}"}
        answer = (caller or self.staff)(method, BASE + path, body, headers=headers)
        assert answer.status_code == status, (path, answer.content)
        return answer

    def send(self, path, kind, rows, status=200):
        file = SimpleUploadedFile("Nowakqzlast.xml", rows.encode(), content_type="text/xml")
        headers = {"Idempotency-Key": f"import-{kind}-{self.keys}"}
        answer = self.staff.client.post(BASE + path, {"file[file]": file}, headers=headers)
        assert answer.status_code == status, answer.content

    def live(self) -> Customer:
        self.buy("before", "unknown")
        answer = self.write("POST", "/customer/register", {"customer": CUSTOMER})
        self.id = answer.json()["customerId"]
        self.edit()
        self.log_in()
        self.show_themselves()
        self.invite()
        self.buy("later", "theirs")
        self.import_files()
        self.move_points()
        self.be_known_to_partners()
        self.use_the_portal()
        self.be_listed()
        self.forget_password_and_move()
        for _ in range(3):
            outbox.deliver_due(at=timezone.now() + timedelta(minutes=1))
        return Customer.objects.get(pk=self.id)

    def edit(self) -> None:
        for city in ("Qzcity", "Qzcity", "QzcityToo"):
            self.write(
                "PUT",
                f"/customer/{self.id}",
                {"customer": {"address": {**CUSTOMER["address"], "city": city}}},
            )
        taken = {"customer": {**CUSTOMER, "firstName": "Martaqzfirst Again"}}
        self.write("POST", "/customer/register", taken, status=400)
        row = Customer.objects.get(pk=self.id)
        row.set_password(PASSWORD)
        row.save()

    def log_in(self) -> None:
        for name in (EMAIL, "601 987 123", CARD):
            body = {"_username": name, "_password": PASSWORD}
            assert Client().post(f"{BASE}/customer/login_check", body).status_code == 200
            Client().post(f"{BASE}/customer/login_check", {**body, "_password": "qzlast wrong"})
        self.browser = Client()
        self.browser.post("/portal/log-in", {"identifier": EMAIL, "password": PASSWORD})
        assert self.browser.get("/portal/").status_code == 200
        self.cockpit.get(f"/cockpit/customers/customer/?q={EMAIL}")
        Client().post("/cockpit/login/", {"username": EMAIL, "password": "qzlast"})

    @property
    def herself(self):
        return as_person(Customer.objects.get(pk=self.id), "customer")

    def show_themselves(self) -> None:
        for _ in range(2):
            answer = self.staff.client.post(f"{BASE}/customer/{self.id}/avatar", {"avatar[file]": picture()})
            assert answer.status_code == 204
        tokens = f"/customer/{self.id}/pushy-token"
        for token in ("qzpush-gone-" + "x1" * 60, "qzpush-kept"):
            self.write("POST", tokens, {"customer": {"pushyToken": token}}, status=204)
        self.write("DELETE", f"{tokens}/qzpush-gone-{'x1' * 60}", status=204)

    def invite(self) -> None:
        self.write(
            "POST",
            "/invitations/invite",
            {"invitation": {"recipientEmail": "friend@example.com"}},
            caller=self.herself,
        )
        invitations.invite(self.bob, phone=PHONE, at=timezone.now(), actor=SYSTEM)
        invitations.invite(self.bob, email=EMAIL, at=timezone.now(), actor=SYSTEM)

    def buy(self, number, whose) -> None:
        names = [BUYER, {**BUYER, "email": "", "loyaltyCardNumber": ""}, {**BUYER, "phone": "", "email": ""}]
        for place, buyer in enumerate(names):
            document = {
                "documentNumber": f"{number}-{place}",
                "documentType": "sell",
                "purchaseDate": "2026-11-20 17:05",
            }
            item = {"sku": {"code": "milk"}, "name": "Milk", "quantity": 2, "grossValue": 30, "category": "D"}
            self.write(
                "POST",
                "/transaction",
                {"transaction": {"transactionData": document, "customerData": buyer, "items": [item]}},
            )
        if whose == "unknown":
            # One of them was said to be somebody else's.
            self.write(
                "POST",
                "/admin/transaction/customer/assign",
                {"assign": {"transactionDocumentNumber": f"{number}-1", "customerId": str(self.bob.pk)}},
            )

    def import_files(self) -> None:
        who = f"<customerEmail>{EMAIL}</customerEmail>"
        good, bad = "<points>5</points>", "<points>qzlast</points>"
        rest = "<type>adding</type><validityDuration>1</validityDuration><comment>for Nowakqzlast</comment>"
        rows = "".join(f"<pointsTransfer>{who}{points}{rest}</pointsTransfer>" for points in (good, bad))
        self.send("/points/transfer/import", "points", f"<pointsTransfers>{rows}</pointsTransfers>")
        person = (
            f"<email>{EMAIL}</email><firstName>Martaqzfirst</firstName><lastName>Nowakqzlast</lastName>"
            "<active>true</active><gender>female</gender><agreement1>1</agreement1>"
        )
        wrong = "<birthDate>born as qzlast</birthDate>"
        rows = "".join(f"<customer>{person}{more}</customer>" for more in ("", wrong))
        self.send("/admin/customer/import", "customers", f"<customers>{rows}</customers>")
        buyer = f"<customer><name>{BUYER['name']}</name><email>{EMAIL}</email></customer>"
        item = (
            "<items><item><sku><code>tea</code></sku><name>Tea</name><quantity>1</quantity>"
            "<grossValue>{gross}</grossValue></item></items>"
        )
        rows = "".join(
            f"<transaction><documentNumber>imported-{gross}</documentNumber><documentType>sell</documentType>"
            f"<purchaseDate>2026-11-20T12:00:00+00:00</purchaseDate>{buyer}{item.format(gross=gross)}</transaction>"
            for gross in ("12", EMAIL)
        )
        self.send("/admin/transaction/import", "purchases", f"<transactions>{rows}</transactions>")
        rows = f"<matchCustomer>{who}<transactionDocumentNumber>{EMAIL}</transactionDocumentNumber></matchCustomer>"
        self.send(
            "/admin/transaction/customer/assign/import", "matches", f"<matchCustomers>{rows}</matchCustomers>"
        )

    def move_points(self) -> None:
        comment = f"Asked for by Martaqzfirst Nowakqzlast, {PHONE}"
        for verb, points in (("add", 100), ("spend", 7), ("block", 5)):
            body = {"transfer": {"customer": self.id, "points": points, "comment": comment}}
            self.write("POST", f"/points/transfer/{verb}", body)
        bobs = {"transfer": {"customer": str(self.bob.pk), "points": 3, "comment": f"like {EMAIL}"}}
        self.write("POST", "/points/transfer/add", bobs)
        ledger.give(
            Customer.objects.get(pk=self.id),
            self.bob,
            Decimal(4),
            at=timezone.now(),
            actor=SYSTEM,
            origin=ledger.Origin(source="portal", comment="love, qzgift"),
        )

    def be_known_to_partners(self) -> None:
        """Through the partners' dialects, where people are named by their addresses, right calls and wrong ones."""
        attributes = {
            "name": "Martaqzfirst",
            "last_name": "Nowakqzlast",
            "email": EMAIL,
            "phone": PHONE,
            "card": CARD,
        }
        resource = {"type": "customers", "id": EMAIL, "attributes": attributes}
        points = {
            "points": 2,
            "type": "Bonus for Nowakqzlast",
            "external_id": "call-1",
            "content": {"for": EMAIL},
        }
        sign_ups = [{"email": EMAIL, "firstname": "Martaqzfirst"}, {"email": "new@example.com"}]
        omniwallet, walletapp = "/omniwallet/api/v1/customers", "/walletapp/members"
        calls = [
            ("GET", f"{omniwallet}/{EMAIL}", None, 200),
            ("PATCH", f"{omniwallet}/{EMAIL}", {"data": resource}, 200),
            ("PATCH", f"{omniwallet}/{EMAIL}", {"data": resource}, 200),
            ("POST", omniwallet, {"data": resource}, 409),
            ("POST", f"{omniwallet}/{EMAIL}/add-points", {"data": points}, 200),
            ("POST", f"{omniwallet}/{EMAIL}/add-points", {"data": {**points, "points": "qzlast"}}, 422),
            ("GET", f"{omniwallet}/{EMAIL}/transactions", None, 200),
            ("GET", f"{walletapp}?email={EMAIL}&brand_id={self.store.pk}", None, 200),
            ("POST", f"{walletapp}/signups", {"brand_id": str(self.store.pk), "users": sign_ups}, 200),
        ]
        for number, (method, path, body, status) in enumerate(calls):
            headers = {"Idempotency-Key": f"partner-{EMAIL}-{number}"} if body else {}
            answer = self.partner(method, path, body, headers=headers)
            assert answer.status_code == status, (path, answer.content)

    def use_the_portal(self) -> None:
        details = {
            "first_name": "Martaqzfirst",
            "last_name": "Nowakqzlast",
            "gender": "female",
            "birth_date": "1987-11-23",
            **CUSTOMER["address"],
        }
        pages = [
            ("me/profile", details),
            ("me/picture", {"picture": picture(), "file": picture()}),
            ("invite", {"friend": "second@example.com"}),
            ("invite", {"friend": "qzlast is no address"}),
            (
                "register",
                {**details, "email": EMAIL, "phone": PHONE, "password": PASSWORD, "agreement1": "on"},
            ),
            ("forgot-password", {"identifier": PHONE}),
        ]
        for page, fields in pages:
            assert self.browser.get(f"/portal/{page}").status_code in {200, 302}, page
            assert self.browser.post(f"/portal/{page}", fields).status_code in {200, 302, 400, 429}, page
        assert b"qzlast" in self.browser.get("/portal/me").content

    def be_listed(self) -> None:
        Segment.objects.create(
            store=self.store,
            name="chosen",
            parts=[{"criteria": [{"type": "customer_list", "customers": [EMAIL, PHONE, CARD]}]}],
        )

    def forget_password_and_move(self) -> None:
        self.write(
            "POST",
            "/customer/password/reset/request",
            {"username": EMAIL},
            caller=as_partner(None),
            status=200,
        )
        self.write(
            "PUT",
            f"/customer/{self.id}",
            {"customer": {"email": "qznewmail@example.com"}},
            caller=self.herself,
        )
        self.write("PUT", f"/customer/{self.id}", {"customer": {"email": EMAIL}})


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What the program's own handler would write."""
    written = io.StringIO()
    root = logging.getLogger()
    (ours,) = (handler for handler in root.handlers if getattr(handler, "name", "") == "stderr")
    handler = logging.StreamHandler(written)
    handler.setFormatter(ours.formatter)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def life(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    level = make_level(make_store(account_activation_required=True, locale="pl"))
    point_per_unit(level)
    make_pos(level.store)
    return Life(level)


# --- Where is searched ----------------------------------------------------------------------------------------


def everything(logs: io.StringIO, life: Life, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every place with what it holds."""
    yield from tables()
    yield "dump", dump(tmp_path)
    for row in IdempotencyKey.objects.exclude(response_body=None):
        yield f"kept answer {row.pk}", idempotency._read(row)
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        yield str(path), path.name.encode() + (path.read_bytes() if path.is_file() else b"")
    yield "logs", logs.getvalue().encode()
    yield from in_redis()
    yield from shown(life)


def tables() -> Iterator[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for column, value in zip(cursor.description, row, strict=True):
                    held = bytes(value) if isinstance(value, bytes | memoryview) else _text(value).encode()
                    yield f"{table}.{column[0]}", held


def _text(value) -> str:
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    )


def dump(folder: Path) -> bytes:
    """Give the database as a backup holds it."""
    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        content = copy.read_bytes()
        copy.unlink()
        return content
    if not shutil.which("pg_dump"):
        return b""
    known = connection.settings_dict
    asked = {"-h": known["HOST"], "-p": known["PORT"], "-U": known["USER"], "-d": known["NAME"]}
    options = [part for option, value in asked.items() if value for part in (option, str(value))]
    environment = {**os.environ, "PGPASSWORD": known["PASSWORD"] or ""}
    return subprocess.run(["pg_dump", *options], env=environment, capture_output=True, check=True).stdout


def in_redis() -> Iterator[tuple[str, bytes]]:
    if not settings.REDIS_URL:
        return
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter():
        yield f"redis {key!r}", key + (client.dump(key) or b"")


def shown(life: Life) -> Iterator[tuple[str, bytes]]:
    """Yield every list and export that staff can ask for."""
    for path in (
        "/customer",
        "/admin/customer",
        "/transaction",
        "/points/transfer",
        "/invitations",
        f"/customer/{life.id}",
        f"/customer/{life.id}/avatar",
        f"/customer/{life.id}/pushy-token",
        f"/admin/customer/{life.id}/history",
        f"/admin/customer/{life.id}/status",
        f"/customer/check?emailOrPhone={EMAIL}",
    ):
        answer = life.staff("GET", BASE + path)
        assert answer.status_code in {200, 204, 404}, path
        yield path, answer.content
    for path in (
        "/omniwallet/api/v1/customers?page[size]=100",
        f"/omniwallet/api/v1/customers/{EMAIL}",
        f"/walletapp/members?email={EMAIL}&brand_id={life.store.pk}",
        f"/walletapp/members/list?brand_id={life.store.pk}",
    ):
        answer = life.partner("GET", path)
        assert answer.status_code in {200, 404}, path
        # What was asked for stands in the links of a list, and is nothing that was kept.
        yield path, _body(answer).replace(EMAIL.encode(), b"")
    yield "/api/event", life.staff("GET", "/api/event?perPage=1000").content
    yield "cockpit", _body(life.cockpit.get(f"/cockpit/customers/customer/{life.id}/change/"))
    for name in ("customers/customer", "orders/purchase", "wallet/pointstransfer", "customers/invitation"):
        for path in (f"/cockpit/{name}/", f"/cockpit/{name}/export/csv/"):
            answer = life.cockpit.get(path)
            assert answer.status_code == 200 or "invitation" in path, path
            yield path, _body(answer)
    for name in ("auditentry", "importjob", "event"):
        yield name, _body(life.cockpit.get(f"/cockpit/loyalty/{name}/"))


def _body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def hits(logs: io.StringIO, life: Life, tmp_path: Path) -> list[str]:
    return sorted(
        {
            f"{marker} in {place}"
            for place, content in everything(logs, life, tmp_path)
            for marker in MARKERS
            if marker.encode() in content.lower()
        }
    )


def figures(life: Life) -> dict[str, Any]:
    """What must be as true afterwards as before."""
    return {
        "points": sums(Customer.objects.get(pk=life.id)),
        "bob's": sums(life.bob),
        "entries": LedgerEntry.objects.count(),
        "transfers": list(PointsTransfer.objects.order_by("pk").values_list("pk", "value", "state")),
        "purchases": list(Purchase.objects.order_by("pk").values_list("pk", "customer_id", "gross_value")),
        "events": set(Event.objects.values_list("pk", "type")),
    }


# --- The tests ------------------------------------------------------------------------------------------------


def test_the_search_finds_what_is_there(life, logs, tmp_path):
    life.live()
    found = {hit.split(" in ")[0] for hit in hits(logs, life, tmp_path)}
    # A picture's metadata never gets in, and old addresses leave with the code that confirmed them.
    assert set(MARKERS) - found <= {"qzexif", "qznewmail"}
    assert not [hit for hit in hits(logs, life, tmp_path) if "logs" in hit or "qzexif" in hit]
    assert mail.outbox


def test_an_anonymised_customer_is_named_nowhere(life, logs, tmp_path):
    life.live()
    before = figures(life)
    assert life.staff("POST", f"{BASE}/admin/customer/{life.id}/anonymize").status_code == 204
    after = figures(life)
    assert before["events"] < after.pop("events")
    assert after == {name: value for name, value in before.items() if name != "events"}
    assert hits(logs, life, tmp_path) == []
    assert life.browser.get("/portal/").status_code == 302


def test_a_deleted_customer_is_named_nowhere_and_owed_nothing(life, logs, tmp_path):
    life.live()
    assert life.staff("DELETE", f"{BASE}/customer/{life.id}").status_code == 204
    left = sums(Customer.objects.get(pk=life.id))
    assert not {"available", "pending", "blocked"} & left.keys()
    assert list(verification.find_drifts()) == []
    assert hits(logs, life, tmp_path) == []
    assert life.browser.get("/portal/").status_code == 302


def test_coming_back_links_nothing(life, logs):
    life.live()
    life.staff("DELETE", f"{BASE}/customer/{life.id}")
    again = life.write("POST", "/customer/register", {"customer": CUSTOMER}).json()["customerId"]
    newcomer = Customer.objects.get(pk=again)
    assert again != life.id
    assert (newcomer.purchases_count, newcomer.came_by_invitation, sums(newcomer)) == (0, False, {})
    assert not Purchase.objects.filter(customer=newcomer).exists()
    assert [
        entry["type"] for entry in life.staff("GET", f"{BASE}/admin/customer/{again}/history").json()
    ] == ["CustomerWasRegistered"]
