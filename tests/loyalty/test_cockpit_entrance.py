"""The way into the cockpit: log-ins are recorded, who forgot the password gets a link that works once."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from loyalty import codes, tokens
from loyalty.codes import Holder, Purpose
from loyalty.models import AuditEntry, StaffUser
from tests.cockpit import browser_of, text_of
from tests.factories import make_customer, make_staff
from tests.post import deliver, mails_to, token_in

pytestmark = pytest.mark.django_db
NEW = "Example321!@#"
LOG_IN, FORGOT = "/cockpit/login/", "/cockpit/forgot-password"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


@pytest.fixture
def browser():
    return Client()


@pytest.fixture
def boss():
    return make_staff("boss")


def log_in(browser, password, username="boss"):
    return browser.post(LOG_IN, {"username": username, "password": password})


def ask(browser, username="boss"):
    return browser.post(FORGOT, {"username": username}, follow=True)


def sent_link(browser):
    ask(browser)
    deliver()
    return f"/cockpit/reset-password/{token_in(mails_to('boss@example.com')[0].body)}"


def test_log_ins_and_failures_are_audited(browser, boss):
    assert log_in(browser, "wrong").status_code == 200
    assert log_in(browser, "wrong", "nobody").status_code == 200
    assert log_in(browser, "open").status_code == 302
    recorded = AuditEntry.objects.order_by("id").values_list("event_type", "username", "entity_id")
    assert list(recorded) == [
        ("authentication.failure", "", ""),
        ("authentication.failure", "", ""),
        ("authentication.success", "boss", str(boss.pk)),
    ]


def test_guesses_from_one_place_end_in_a_refusal(browser, boss):
    for _ in range(10):
        assert log_in(browser, "wrong").status_code == 200
    refused = log_in(browser, "open")
    assert refused.status_code == 429
    assert "Too many attempts. Try again in 15 minutes." in text_of(refused)
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    assert log_in(elsewhere, "open").status_code == 302


def test_guesses_from_everywhere_and_through_the_api_add_up(browser, boss):
    for number in range(50):
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        guess = {"_username": "Boss", "_password": "wrong"}
        assert guesser.post("/api/admin/login_check", guess, "application/json").status_code == 401
        assert log_in(guesser, "wrong").status_code == 200
    assert log_in(browser, "open").status_code == 429


def test_an_address_that_tries_many_names_is_stopped(browser, boss):
    for number in range(100):
        log_in(browser, "open", f"name{number}")
    assert log_in(browser, "open").status_code == 429


def test_looking_at_the_log_in_is_no_log_in(browser):
    assert FORGOT in browser.get(LOG_IN).content.decode()
    assert not AuditEntry.objects.exists()


def test_from_the_forgotten_password_to_the_log_in(browser, boss):
    link = sent_link(browser)
    assert "Choose a new password" in text_of(browser.get(link))
    saved = browser.post(link, {"password": NEW}, follow=True)
    assert "Log in with your new password." in text_of(saved)
    assert log_in(browser, NEW).status_code == 302


def test_known_and_unknown_names_are_answered_alike(browser, boss):
    pages = [ask(browser, name) for name in ("boss", "nobody")]
    assert [page.redirect_chain for page in pages] == [[(LOG_IN, 302)]] * 2
    assert text_of(pages[0]) == text_of(pages[1])
    deliver()
    assert len(mail.outbox) == 1


def test_a_weak_password_is_refused_and_the_link_stays_good(browser, boss):
    link = sent_link(browser)
    refused = browser.post(link, {"password": "example321!@#"})
    assert refused.status_code == 400
    assert "upper and lower case" in text_of(refused)
    assert StaffUser.objects.get().check_password("open")
    assert browser.post(link, {"password": NEW}).status_code == 302


def test_a_link_works_once_and_only_for_staff(browser, boss, store):
    link = sent_link(browser)
    browser.post(link, {"password": NEW})
    alice = make_customer(store)
    holder = Holder.customer(alice.pk, store.pk)
    of_customer = codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=timezone.now())
    for token in (link.rpartition("/")[2], of_customer, "nonsense"):
        refused = browser.post(f"/cockpit/reset-password/{token}", {"password": "Another321!@#"})
        assert refused.status_code == 400
        assert "This code is not valid. Ask for a new one." in text_of(refused)
    assert StaffUser.objects.get().check_password(NEW)


def test_asking_all_the_time_is_refused(browser):
    for number in range(100):
        assert browser.post(FORGOT, {"username": f"name{number}"}).status_code == 302
    refused = browser.post(FORGOT, {"username": "boss"})
    assert refused.status_code == 400
    assert "Too many requests" in text_of(refused)


def test_the_pages_of_strangers_are_kept_by_no_cache(browser):
    for path in (FORGOT, "/cockpit/reset-password/token"):
        assert "no-store" in browser.get(path).headers["Cache-Control"]


class TestChangingOnesOwn:
    PATH = "/cockpit/password_change/"

    def change(self, browser, current="open", new=NEW):
        body = {"old_password": current, "new_password1": new, "new_password2": new}
        return browser.post(self.PATH, body)

    @pytest.fixture
    def browser(self, boss):
        return browser_of(boss)

    def test_this_browser_stays_in_and_every_other_log_in_ends(self, browser, boss):
        other = browser_of(boss)
        pair = tokens.log_in("admin", boss, at=timezone.now())
        assert "Old password" in text_of(browser.get(self.PATH))
        assert self.change(browser).status_code == 302
        assert StaffUser.objects.get().check_password(NEW)
        assert browser.get("/cockpit/").status_code == 200
        assert other.get("/cockpit/").status_code == 302
        assert tokens.refresh(pair.refresh, at=timezone.now()) is None
        assert AuditEntry.objects.get().event_type == "staff.password_changed"

    @pytest.mark.parametrize(
        ("current", "new", "words"),
        [
            ("wrong", NEW, "This is not your current password."),
            ("open", "example321!@#", "upper and lower case letters"),
        ],
    )
    def test_a_refused_change_changes_nothing(self, browser, current, new, words):
        assert words in text_of(self.change(browser, current, new))
        assert StaffUser.objects.get().check_password("open")
        assert not AuditEntry.objects.exists()
