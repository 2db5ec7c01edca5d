"""Getting into the portal and out of it: who, how often, where to, and in which language."""

import pytest
from django.test import Client

from customers.models import Customer
from tests.customers.portal.members import PASSWORD, add, enter, make_member, text_of
from tests.factories import make_staff, make_store

pytestmark = pytest.mark.django_db
PAGES = ["", "card", "history", "me", "card/qr.svg", "card/code128.svg"]


@pytest.fixture
def alice(store):
    return make_member(store)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_log_in(client, alice, page):
    response = client.get(f"/portal/{page}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/portal/log-in?next=%2Fportal%2F")


@pytest.mark.parametrize("page", PAGES)
def test_a_customer_sees_every_page_and_no_cache_keeps_it(client, alice, page):
    enter(client)
    response = client.get(f"/portal/{page}")
    assert response.status_code == 200
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].split(", "))


def test_logging_in_leads_to_the_page_that_was_asked_for(client, alice):
    response = client.post(
        "/portal/log-in?next=/portal/history", {"identifier": "alice@example.com", "password": PASSWORD}
    )
    assert response.headers["Location"] == "/portal/history"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/portal/",
        "/cockpit/",
        "/portal/\\evil",
        "javascript:alert(1)",
        "",
    ],
)
def test_logging_in_never_leads_out_of_the_portal(client, alice, wanted):
    response = client.post(
        "/portal/log-in",
        {"identifier": "alice@example.com", "password": PASSWORD},
        query_params={"next": wanted},
    )
    location = response.headers["Location"]
    assert location == "/portal/" or location == wanted.replace("\\", "%5C") == "/portal/%5Cevil"


@pytest.mark.parametrize("identifier", ["9912345678", "nobody@example.com"])
def test_a_wrong_log_in_says_the_same_for_known_and_unknown_accounts(client, alice, identifier):
    response = enter(client, identifier=identifier, password="wrong")
    assert response.status_code == 400
    assert "We do not know this combination. Check both fields." in text_of(response)
    assert client.get("/portal/").status_code == 302


def test_too_many_wrong_log_ins_are_told_to_wait(client, alice):
    for _ in range(10):
        assert enter(client, password="wrong").status_code == 400
    response = enter(client)
    assert response.status_code == 429
    assert "Too many attempts" in text_of(response)
    assert client.get("/portal/").status_code == 302


@pytest.mark.parametrize(
    "fields", [{}, {"identifier": "9912345678"}, {"identifier": "a\x00b", "password": "x"}]
)
def test_an_incomplete_log_in_names_the_field(client, alice, fields):
    response = client.post("/portal/log-in", fields)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_session_key_changes_with_the_log_in(client, alice):
    staff = make_staff()
    client.force_login(staff)
    before = client.session.session_key
    enter(client)
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_logging_out_needs_a_post_and_ends_the_log_in(client, alice):
    enter(client)
    assert client.get("/portal/log-out").status_code == 405
    assert client.get("/portal/").status_code == 200
    assert client.post("/portal/log-out").headers["Location"] == "/portal/log-in"
    assert client.get("/portal/").status_code == 302


def test_logging_out_leaves_the_staffs_log_in_alone(client, alice):
    client.force_login(make_staff())
    enter(client)
    client.post("/portal/log-out")
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "change",
    [{"token_version": 99}, {"status": Customer.Status.BLOCKED}, {"status": Customer.Status.DELETED}],
)
def test_a_revoked_log_in_ends_with_the_next_request(client, alice, change):
    enter(client)
    Customer.objects.update(**change)
    assert client.get("/portal/").status_code == 302
    Customer.objects.update(status=Customer.Status.ACTIVE, token_version=alice.token_version)
    assert client.get("/portal/").status_code == 302, "what was forgotten stays forgotten"


def test_forms_need_the_token_against_forgery(alice):
    client = Client(enforce_csrf_checks=True)
    for action in ("log-in", "log-out", "language"):
        assert client.post(f"/portal/{action}").status_code == 403


def test_the_portal_speaks_polish_and_remembers_it(client):
    add(make_member(make_store(points_days_active_count=5)), "1240.50")
    enter(client)
    response = client.post("/portal/language", {"language": "pl", "next": "/portal/history"})
    assert response.headers["Location"] == "/portal/history"
    page = client.get("/portal/")
    assert '<html lang="pl">' in page.content.decode()
    words = text_of(page)
    for polish in ("1 240,50 punktu", "Wkrótce wygasną", "Ostatnie zmiany", "dodane", "Pokaż kod"):
        assert polish in words


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/"])
def test_changing_the_language_never_leads_elsewhere(client, store, wanted):
    response = client.post("/portal/language", {"language": "pl", "next": wanted})
    assert response.headers["Location"] == "/portal/"


def test_an_unknown_language_changes_nothing(client, store):
    response = client.post("/portal/language", {"language": "tlh", "next": "/portal/log-in"})
    assert response.headers["Location"] == "/portal/log-in"
    assert not response.cookies


def test_the_browsers_language_decides_before_anybody_chose(client, store):
    page = client.get("/portal/log-in", headers={"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"})
    assert "Zaloguj się" in text_of(page)
