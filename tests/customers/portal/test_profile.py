"""What customers change about themselves: name and address, agreements, picture."""

import io
import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from customers.models import Customer
from loyalty.models import Event
from tests.customers.portal.members import enter, make_member, text_of
from tests.factories import make_store

pytestmark = pytest.mark.django_db
DETAILS = {
    "first_name": "Alicja",
    "last_name": "Nowak",
    "gender": "female",
    "birth_date": "1990-05-17",
    "street": "Długa",
    "address1": "5",
    "address2": "12",
    "postal": "00-001",
    "city": "Warszawa",
}


@pytest.fixture
def alice(store, client):
    alice = make_member(store, country="PL", province="mazowieckie", agreement1=True, agreement2=True)
    enter(client)
    return alice


def picture(kind="PNG", size=(40, 30), name="me.png"):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


class TestDetails:
    def test_they_are_shown_and_saved(self, client, alice):
        page = client.get("/portal/me/profile").content.decode()
        assert 'value="Alice"' in page
        response = client.post("/portal/me/profile", DETAILS)
        assert response.headers["Location"] == "/portal/me?done=profile"
        words = text_of(client.get("/portal/me?done=profile"))
        assert "Your details are saved." in words
        assert "Alicja Nowak" in words
        assert "Długa 5 12, 00-001 Warszawa" in words
        alice.refresh_from_db()
        for name, value in DETAILS.items():
            assert str(getattr(alice, name)) == value

    def test_what_the_form_does_not_show_stays(self, client, alice):
        client.post("/portal/me/profile", DETAILS)
        alice.refresh_from_db()
        assert (alice.country, alice.province, alice.agreement2) == ("PL", "mazowieckie", True)
        assert (alice.email, alice.card_number) == ("alice@example.com", "9912345678")

    def test_an_empty_field_is_cleared(self, client, alice):
        client.post("/portal/me/profile", DETAILS)
        client.post("/portal/me/profile", {**DETAILS, "birth_date": "", "street": "", "gender": ""})
        alice.refresh_from_db()
        assert (alice.birth_date, alice.street, alice.gender) == (None, "", "")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("first_name", ""),
            ("last_name", " "),
            ("gender", "other"),
            ("birth_date", "17.05.1990"),
            ("birth_date", "2999-01-01"),
            ("city", "x" * 256),
            ("street", "a\x00b"),
        ],
    )
    def test_a_wrong_value_is_said_at_its_field_and_nothing_changes(self, client, alice, field, value):
        response = client.post("/portal/me/profile", {**DETAILS, field: value})
        assert response.status_code == 400
        (at_fault,) = re.findall(
            r'<(?:input|select)[^>]*aria-invalid="true"[^>]*>', response.content.decode()
        )
        assert f'name="{field}"' in at_fault
        alice.refresh_from_db()
        assert alice.first_name == "Alice"

    def test_the_same_form_sent_twice_changes_once(self, client, alice):
        client.post("/portal/me/profile", DETAILS)
        client.post("/portal/me/profile", DETAILS)
        assert Event.objects.filter(type="customer.updated").count() == 1

    def test_nobody_writes_into_what_is_not_theirs(self, client, alice):
        bob = make_member(alice.store, "bob", card_number="9900000001")
        client.post(
            "/portal/me/profile", {**DETAILS, "id": str(bob.pk), "card_number": "1", "email": "x@y.zz"}
        )
        bob.refresh_from_db()
        alice.refresh_from_db()
        assert bob.first_name == "Bob"
        assert (alice.card_number, alice.email) == ("9912345678", "alice@example.com")


class TestClosedProfiles:
    @pytest.fixture
    def alice(self, client):
        alice = make_member(make_store(allow_customers_profile_edits=False), phone="+48500100200")
        enter(client)
        return alice

    def test_me_shows_the_facts_and_says_who_changes_them(self, client, alice):
        page = client.get("/portal/me")
        assert "+48500100200" in text_of(page)
        assert "the staff change these" in text_of(page)
        assert 'href="/portal/me/profile"' not in page.content.decode()

    def test_who_sends_the_form_all_the_same_is_refused(self, client, alice):
        response = client.post("/portal/me/profile", DETAILS)
        assert response.status_code == 400
        assert "the staff change profiles" in text_of(response)
        alice.refresh_from_db()
        assert alice.first_name == "Alice"

    @pytest.mark.parametrize("field", ["email", "phone"])
    def test_contacts_are_closed_as_well(self, client, alice, field):
        value = {"email": "new@example.com", "phone": "+48500100201"}[field]
        assert client.post(f"/portal/me/{field}", {field: value}).status_code == 400
        alice.refresh_from_db()
        assert (alice.email, alice.phone) == ("alice@example.com", "+48500100200")

    def test_agreements_stay_open(self, client, alice):
        assert client.post("/portal/me/agreements", {"agreement2": "on"}).status_code == 302
        alice.refresh_from_db()
        assert alice.agreement2


class TestAgreements:
    def test_one_is_given_and_one_taken_back(self, client, alice):
        page = client.get("/portal/me/agreements").content.decode()
        assert re.search(r'name="agreement2"[^>]*checked', page)
        response = client.post("/portal/me/agreements", {"agreement3": "on"})
        assert response.headers["Location"] == "/portal/me?done=agreements"
        alice.refresh_from_db()
        assert (alice.agreement1, alice.agreement2, alice.agreement3) == (True, False, True)

    def test_who_agrees_to_news_again_gets_them_again(self, client, alice):
        Customer.objects.update(is_unsubscribed=True, agreement2=False)
        client.post("/portal/me/agreements", {"agreement2": "on"})
        alice.refresh_from_db()
        assert (alice.agreement2, alice.is_unsubscribed) == (True, False)


class TestPicture:
    def test_it_is_kept_shown_and_removed(self, client, alice):
        assert client.get("/portal/me/picture/file").status_code == 404
        response = client.post("/portal/me/picture", {"picture": picture()})
        assert response.headers["Location"] == "/portal/me?done=picture"
        assert "/portal/me/picture/file" in client.get("/portal/me").content.decode()
        shown = client.get("/portal/me/picture/file")
        assert shown.headers["Content-Type"] == "image/png"
        assert "no-store" in shown.headers["Cache-Control"]
        assert Image.open(io.BytesIO(shown.content)).size == (40, 30)
        name = Customer.objects.get().avatar.name
        client.post("/portal/me/picture/remove")
        assert client.get("/portal/me/picture/file").status_code == 404
        assert not Customer.objects.get().avatar
        assert name

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (SimpleUploadedFile("me.png", b"<script>alert(1)</script>"), "not a picture we can read"),
            (SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a picture"),
            (SimpleUploadedFile("me.png", b""), "empty"),
            (SimpleUploadedFile("me.png", b"x" * (2 * 1024 * 1024 + 1)), "too large: 2 MB at most"),
        ],
    )
    def test_what_is_no_picture_is_refused_at_its_field(self, client, alice, file, words):
        file.seek(0)
        response = client.post("/portal/me/picture", {"picture": file})
        assert response.status_code == 400
        assert words in text_of(response)
        assert not Customer.objects.get().avatar

    def test_a_form_without_a_file_says_so(self, client, alice):
        response = client.post("/portal/me/picture", {"picture": "text"})
        assert response.status_code == 400

    def test_a_new_picture_takes_the_place_of_the_old_one(
        self, client, alice, django_capture_on_commit_callbacks
    ):
        client.post("/portal/me/picture", {"picture": picture()})
        old = Customer.objects.get().avatar.name
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/portal/me/picture", {"picture": picture("JPEG", name="me.jpg")})
        assert not default_storage.exists(old)
        assert client.get("/portal/me/picture/file").headers["Content-Type"] == "image/jpeg"

    def test_the_card_shows_it_to_the_seller(self, client, alice):
        client.post("/portal/me/picture", {"picture": picture()})
        assert "/portal/me/picture/file" in client.get("/portal/card").content.decode()

    def test_nobody_sees_another_customers_picture(self, client, alice):
        client.post("/portal/me/picture", {"picture": picture()})
        bob = make_member(alice.store, "bob", card_number="9900000001")
        client.post("/portal/log-out")
        assert client.get("/portal/me/picture/file").status_code == 302
        enter(client, identifier=bob.email)
        assert client.get("/portal/me/picture/file").status_code == 404


@pytest.mark.parametrize("page", ["me/profile", "me/agreements", "me/picture", "me"])
def test_a_page_costs_few_statements(client, alice, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert client.get(f"/portal/{page}").status_code == 200
