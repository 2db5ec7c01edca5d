"""Accounts over the Open Loyalty routes: the reference's own calls, in both encodings, and everything that is wrong."""

import pytest
from django.core import mail
from django.utils import timezone

from customers.models import Customer
from loyalty import codes, tokens
from loyalty.actors import ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.models import Event, OneTimeCode, StaffUser
from tests.callers import Caller, as_person
from tests.customers.api.answers import BASE, BLANK, FORBIDDEN, NOT_FOUND, NOWHERE, as_row, children
from tests.factories import make_customer, make_seller, make_staff, make_store
from tests.post import code_in, deliver, mails_to, token_in

pytestmark = pytest.mark.django_db
TOO_MANY = {"error": {"code": 429, "message": "Too Many Requests"}}
SUCCESS = (200, {"success": True})
OLD, NEW = "Example123!@#", "Example321!@#"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


@pytest.fixture
def nobody(encoding):
    return Caller(encoding=encoding)


@pytest.fixture
def alice(alice):
    alice.set_password(OLD)
    alice.save()
    return alice


@pytest.fixture
def herself(alice, encoding):
    return as_person(alice, "customer", encoding=encoding)


def answer(response):
    return response.status_code, response.json()


def issue(customer, purpose=Purpose.ACTIVATION, *, as_digits=False):
    make = codes.issue_digits if as_digits else codes.issue_link
    holder = Holder.customer(customer.pk, customer.store_id)
    return make(purpose, holder=holder, at=timezone.now())


def log_in(password, username="alice@example.com"):
    body = {"_username": username, "_password": password}
    return Caller()("POST", f"{BASE}/customer/login_check", body)


class TestActivation:
    @pytest.fixture
    def alice(self, store, alice):
        Customer.objects.update(status="new")
        return alice

    def test_a_token_activates(self, nobody, alice):
        activated = nobody("POST", f"{BASE}/customer/activate/{issue(alice)}")
        assert (activated.status_code, activated.content) == (200, b"")
        assert Customer.objects.get().is_active

    def test_a_code_of_a_text_message_activates(self, nobody, alice):
        activated = nobody("POST", f"{BASE}/customer/activate-sms/{issue(alice, as_digits=True)}")
        assert (activated.status_code, activated.content) == (204, b"")
        assert Customer.objects.get().is_active

    @pytest.mark.parametrize(("route", "done"), [("activate", 200), ("activate-sms", 204)])
    def test_wrong_used_and_foreign_ones_are_a_404_alike(self, nobody, store, alice, route, done):
        other = make_customer(make_store("OTHER"), status="new")
        used = issue(alice, as_digits=True)
        nobody("POST", f"{BASE}/customer/{route}/{used}")
        for raw in (used, issue(other), issue(other, as_digits=True), "abcde", "954604"):
            assert answer(nobody("POST", f"{BASE}/customer/{route}/{raw}")) == (404, NOT_FOUND)
        assert nobody("POST", f"/api/OTHER/customer/{route}/{issue(other)}").status_code == done

    @pytest.mark.parametrize("route", ["activate", "activate-sms"])
    def test_the_eleventh_guess_is_a_429_even_when_it_is_right(self, nobody, alice, route):
        raw = issue(alice, as_digits=True)
        for _ in range(10):
            assert nobody("POST", f"{BASE}/customer/{route}/x").status_code == 404
        assert answer(nobody("POST", f"{BASE}/customer/{route}/{raw}")) == (429, TOO_MANY)
        assert Customer.objects.get().status == "new"

    @pytest.mark.parametrize("role", ["admin", "seller"])
    def test_staff_and_sellers_send_a_code(self, store, alice, encoding, role, nobody, capsys):
        caller = as_person(make_staff() if role == "admin" else make_seller(store), role, encoding=encoding)
        sent = caller("POST", f"{BASE}/{role}/customer/{alice.pk}/send-sms-code")
        assert (sent.status_code, sent.content) == (200, b"")
        deliver()
        printed = capsys.readouterr().out
        assert "Message to +48234234000" in printed
        code = code_in(printed.partition("\n")[2])
        assert nobody("POST", f"{BASE}/customer/activate-sms/{code}").status_code == 204

    @pytest.mark.parametrize("role", ["admin", "seller"])
    def test_a_customer_without_phone_cannot_be_sent_a_code(self, store, alice, role):
        Customer.objects.update(phone=None)
        caller = as_person(make_staff() if role == "admin" else make_seller(store), role)
        refused = caller("POST", f"{BASE}/{role}/customer/{alice.pk}/send-sms-code")
        assert answer(refused) == (400, {"error": "This customer has no phone number."})

    @pytest.mark.parametrize("role", ["admin", "seller"])
    def test_an_unknown_customer_is_a_404(self, store, alice, role):
        caller = as_person(make_staff() if role == "admin" else make_seller(store), role)
        foreign = make_customer(make_store("OTHER"), status="new", phone="+48500100200")
        for unknown in (NOWHERE, foreign.pk, "no-id"):
            refused = caller("POST", f"{BASE}/{role}/customer/{unknown}/send-sms-code")
            assert answer(refused) == (404, NOT_FOUND)
        assert not Event.objects.exists()

    def test_a_new_customer_does_not_log_in_and_an_activated_one_does(self, nobody, alice):
        assert log_in(OLD).status_code == 401
        nobody("POST", f"{BASE}/customer/activate/{issue(alice)}")
        assert log_in(OLD).status_code == 200


class TestSelfRegistration:
    BODY = {
        "customer": {
            "firstName": "John",
            "lastName": "Kowalski",
            "email": "john@example.com",
            "agreement1": "1",
            "plainPassword": "correct horse battery",
        }
    }

    def test_from_the_form_to_the_first_log_in(self, nobody):
        make_store("STRICT", account_activation_required=True)
        registered = nobody("POST", "/api/STRICT/customer/self_register", self.BODY)
        assert registered.status_code == 200
        credentials = {"_username": "john@example.com", "_password": "correct horse battery"}
        assert nobody("POST", "/api/STRICT/customer/login_check", credentials).status_code == 401
        deliver()
        token = token_in(mails_to("john@example.com")[0].body)
        assert nobody("POST", f"/api/STRICT/customer/activate/{token}").status_code == 200
        assert nobody("POST", "/api/STRICT/customer/login_check", credentials).status_code == 200

    @pytest.mark.parametrize(
        "known",
        [
            {"email": "ALICE@example.com"},
            {"phone": "+48 234 234 000"},
            {"loyaltyCardNumber": "4783 3433"},
        ],
    )
    def test_who_is_known_already_is_told_to_nobody(self, nobody, store, known):
        make_customer(store, email="alice@example.com", phone="+48234234000", card_number="47833433")
        before = Customer.objects.values().get()
        taken = nobody(
            "POST", f"{BASE}/customer/self_register", {"customer": {**self.BODY["customer"], **known}}
        )
        assert Customer.objects.values().get() == before
        free = nobody("POST", f"{BASE}/customer/self_register", self.BODY)
        assert taken.status_code == free.status_code == 200
        assert taken.json().keys() == free.json().keys()
        assert taken.json()["email"] == known.get("email", "john@example.com")
        assert not Customer.objects.filter(pk=taken.json()["customerId"]).exists()


class TestConfirmedContacts:
    @pytest.fixture
    def store(self):
        return make_store(account_activation_required=True, preferred_communication_method="sms")

    def put(self, caller, alice, **fields):
        return caller("PUT", f"{BASE}/customer/{alice.pk}", {"customer": fields})

    def test_a_phone_number_counts_once_it_is_confirmed(self, herself, alice, capsys):
        changed = self.put(herself, alice, phone="+48500100299", firstName="Alicia")
        assert answer(changed) == (200, {"customerId": str(alice.pk)})
        shown = herself("GET", f"{BASE}/customer/{alice.pk}").json()
        assert (shown["phone"], shown["firstName"]) == ("+48234234000", "Alicia")
        deliver()
        code = code_in(capsys.readouterr().out.partition("\n")[2])
        confirmed = herself("POST", f"{BASE}/customer/confirm-change/{code}")
        assert (confirmed.status_code, confirmed.content) == (204, b"")
        assert herself("GET", f"{BASE}/customer/{alice.pk}").json()["phone"] == "+48500100299"

    def test_another_code_is_sent_when_asked_for(self, herself, alice, capsys):
        self.put(herself, alice, phone="+48500100299")
        again = herself("POST", f"{BASE}/customer/customer-phone/send-sms-code")
        assert (again.status_code, again.content) == (200, b"")
        assert deliver() == 2
        last = capsys.readouterr().out.rpartition("Message to +48500100299")[2]
        confirmed = herself("POST", f"{BASE}/customer/confirm-change/{code_in(last)}")
        assert confirmed.status_code == 204

    def test_asking_with_nothing_to_confirm_sends_nothing(self, herself, alice):
        assert herself("POST", f"{BASE}/customer/customer-phone/send-sms-code").status_code == 200
        assert deliver() == 0

    def test_wrong_used_and_other_peoples_codes_are_a_404_alike(self, herself, store, alice, capsys):
        mallory = as_person(make_customer(store, "mallory"), "customer")
        self.put(herself, alice, phone="+48500100299")
        deliver()
        code = code_in(capsys.readouterr().out.partition("\n")[2])
        assert answer(mallory("POST", f"{BASE}/customer/confirm-change/{code}")) == (404, NOT_FOUND)
        assert answer(herself("POST", f"{BASE}/customer/confirm-change/153105x")) == (404, NOT_FOUND)
        assert herself("POST", f"{BASE}/customer/confirm-change/{code}").status_code == 204
        assert answer(herself("POST", f"{BASE}/customer/confirm-change/{code}")) == (404, NOT_FOUND)

    def test_guessing_is_a_429(self, herself, alice):
        for _ in range(10):
            assert herself("POST", f"{BASE}/customer/confirm-change/x").status_code == 404
        assert answer(herself("POST", f"{BASE}/customer/confirm-change/x")) == (429, TOO_MANY)

    def test_a_number_taken_meanwhile_is_a_400_and_the_old_one_stays(self, herself, store, alice, capsys):
        self.put(herself, alice, phone="+48500100299")
        deliver()
        code = code_in(capsys.readouterr().out.partition("\n")[2])
        make_customer(store, phone="+48500100299")
        assert herself("POST", f"{BASE}/customer/confirm-change/{code}").status_code == 400
        assert Customer.objects.get(pk=alice.pk).phone == "+48234234000"

    def test_a_number_that_is_taken_is_a_400_at_its_field(self, herself, store, alice):
        make_customer(store, phone="+48500100299")
        refused = children(self.put(herself, alice, phone="+48 500 100 299"))
        assert refused["phone"] == {"errors": ["This value is already used."]}

    def test_staff_change_a_number_at_once(self, admin, alice):
        assert self.put(admin, alice, phone="+48500100299").status_code == 200
        assert Customer.objects.get(pk=alice.pk).phone == "+48500100299"


class TestForgottenPassword:
    PATH = f"{BASE}/customer/password/reset/request"

    def test_the_whole_way(self, nobody, alice):
        assert answer(nobody("POST", self.PATH, {"username": "alice@example.com"})) == SUCCESS
        deliver()
        token = token_in(mails_to("alice@example.com")[0].body)
        body = {"reset": {"plainPassword": NEW}, "token": token}
        assert answer(nobody("POST", "/api/password/reset", body)) == SUCCESS
        assert log_in(NEW).status_code == 200
        assert log_in(OLD).status_code == 401
        assert answer(nobody("POST", "/api/password/reset", body)) == (404, NOT_FOUND)

    def test_the_token_may_stand_in_the_query(self, nobody, alice):
        token = issue(alice, Purpose.PASSWORD_RESET)
        body = {"reset": {"plainPassword": NEW}}
        assert answer(nobody("POST", f"/api/password/reset?token={token}", body)) == SUCCESS

    def test_known_and_unknown_are_answered_alike(self, nobody, alice):
        make_customer(alice.store, email="bob@example.com", status="blocked")
        answers = [
            nobody("POST", self.PATH, {"username": name})
            for name in ("alice@example.com", "bob@example.com", "nobody@example.com", "alice@example.com")
        ]
        assert [answer(each) for each in answers] == [SUCCESS] * 4
        assert len({tuple(sorted(set(each.headers) - {"X-Request-ID"})) for each in answers}) == 1
        deliver()
        assert [message.to for message in mail.outbox] == [["alice@example.com"]]

    def test_nobody_named_is_a_400(self, nobody, store):
        assert children(nobody("POST", self.PATH, {"username": " "}))["username"] == BLANK

    def test_asking_all_the_time_is_a_429(self, nobody, store):
        for number in range(100):
            assert nobody("POST", self.PATH, {"username": f"name{number}"}).status_code == 200
        assert answer(nobody("POST", self.PATH, {"username": "x"})) == (429, TOO_MANY)

    def test_a_member_of_staff_resets_by_the_same_route(self, nobody):
        boss = make_staff("boss")
        assert answer(nobody("POST", "/api/password/reset/request", {"username": "boss"})) == SUCCESS
        assert answer(nobody("POST", "/api/password/reset/request", {"username": "nobody"})) == SUCCESS
        deliver()
        (message,) = mail.outbox
        body = {"reset": {"plainPassword": NEW}, "token": token_in(message.body)}
        assert answer(nobody("POST", "/api/password/reset", body)) == SUCCESS
        assert StaffUser.objects.get(pk=boss.pk).check_password(NEW)

    @pytest.mark.parametrize("bad", ["", "example123!@#", "Example123", "Aa1!"])
    def test_a_password_that_breaks_the_rules_is_a_400_at_its_field_and_the_link_stays(
        self, nobody, alice, bad
    ):
        token = issue(alice, Purpose.PASSWORD_RESET)
        before = as_row(alice)
        refused = nobody("POST", "/api/password/reset", {"reset": {"plainPassword": bad}, "token": token})
        assert children(refused)["plainPassword"]["errors"]
        assert as_row(alice) == before
        body = {"reset": {"plainPassword": NEW}, "token": token}
        assert answer(nobody("POST", "/api/password/reset", body)) == SUCCESS

    def test_no_token_and_a_token_for_something_else_reset_nothing(self, nobody, alice):
        body = {"reset": {"plainPassword": NEW}}
        assert children(nobody("POST", "/api/password/reset", body))["token"] == BLANK
        for token in (issue(alice), "AIENe11JjR2kj3XGiWuZmQ88gZYAgM7VR5inxtbswaY", "x", "000000"):
            assert answer(nobody("POST", "/api/password/reset", {**body, "token": token})) == (404, NOT_FOUND)
        assert Customer.objects.get().check_password(OLD)

    def test_a_token_is_stored_only_as_a_digest(self, nobody, alice):
        nobody("POST", self.PATH, {"username": "alice@example.com"})
        deliver()
        token = token_in(mail.outbox[0].body)
        assert token not in str(list(OneTimeCode.objects.values()))
        assert token not in str(list(Event.objects.values()))


class TestPasswordChange:
    PATH = f"{BASE}/customer/password/change"

    def test_the_new_password_counts_and_all_log_ins_end(self, herself, alice):
        pair = tokens.log_in("customer", alice, at=timezone.now())
        body = {"currentPassword": OLD, "plainPassword": NEW}
        assert answer(herself("POST", self.PATH, body)) == SUCCESS
        assert herself("GET", f"{BASE}/customer/{alice.pk}").status_code == 401
        refreshed = Caller()("POST", "/api/token/refresh", {"refresh_token": pair.refresh})
        assert refreshed.status_code == 401
        assert (log_in(OLD).status_code, log_in(NEW).status_code) == (401, 200)

    def test_a_wrong_current_password_is_a_400_at_its_field(self, herself, alice):
        before = as_row(alice)
        found = children(herself("POST", self.PATH, {"currentPassword": "wrong", "plainPassword": NEW}))
        assert found == {
            "currentPassword": {"errors": ["This value should be the user's current password."]},
            "plainPassword": {},
        }
        assert as_row(alice) == before

    def test_a_weak_password_is_a_400_at_its_field_with_the_rules_it_breaks(self, herself, alice):
        found = children(herself("POST", self.PATH, {"currentPassword": OLD, "plainPassword": "example"}))
        assert found["currentPassword"] == {}
        (sentence,) = found["plainPassword"]["errors"]
        for rule in ("8 characters", "upper and lower case", "one number", "one special character"):
            assert rule in sentence

    def test_guessing_the_current_password_is_a_429(self, herself, alice):
        body = {"currentPassword": "wrong", "plainPassword": NEW}
        for _ in range(10):
            assert herself("POST", self.PATH, body).status_code == 400
        refused = herself("POST", self.PATH, {**body, "currentPassword": OLD})
        assert answer(refused) == (429, TOO_MANY)


@pytest.mark.parametrize(
    "path",
    [
        "/customer/password/change",
        "/customer/confirm-change/153105",
        "/customer/customer-phone/send-sms-code",
    ],
)
def test_only_customers_use_the_routes_about_themselves(store, path):
    for kind, other in (("admin", make_staff()), ("seller", make_seller(store))):
        assert answer(as_person(other, kind)("POST", BASE + path, {})) == (403, FORBIDDEN)
    assert Caller()("POST", BASE + path, {}).status_code == 401


def test_a_link_of_staff_means_nothing_within_a_store(nobody, store):
    holder = Holder(kind=ActorKind.ADMIN, id=make_staff().pk, store_id=None)
    raw = codes.issue_link(Purpose.ACTIVATION, holder=holder, at=timezone.now())
    assert nobody("POST", f"{BASE}/customer/activate/{raw}").status_code == 404
