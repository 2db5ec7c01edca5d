"""Passwords of staff and sellers: the rules, the change, the link."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from loyalty import codes, knocks, passwords, tokens
from loyalty.actors import Actor, ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.models import AuditEntry, Event, OneTimeCode, RefreshToken, Seller, StaffUser
from tests.factories import NOON, make_seller, make_staff
from tests.post import deliver, mails_to, token_in
from tests.statements import noting_statements

pytestmark = pytest.mark.django_db
NEW = "Example321!@#"
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


class TestRules:
    @pytest.mark.parametrize("good", [NEW, "Zażółć!12", "aA1!aA1!", "ÉCOLEécole9?", "P4ssword w/ blanks"])
    def test_eight_characters_of_four_kinds_are_a_password(self, good):
        passwords.check_rules(good)

    @pytest.mark.parametrize(
        ("bad", "sentence"),
        [
            ("aA1!aA1", "Your password must be at least 8 characters long."),
            ("example321!@#", "Your password must include both upper and lower case letters."),
            ("EXAMPLE321!@#", "Your password must include both upper and lower case letters."),
            ("Example!@#!@#", "Your password must include at least one number."),
            ("Example321321", "Your password must contain at least one special character."),
            ("Example 321321", "Your password must contain at least one special character."),
        ],
    )
    def test_one_broken_rule_is_said(self, bad, sentence):
        with pytest.raises(passwords.PasswordTooWeak) as refused:
            passwords.check_rules(bad)
        assert str(refused.value) == sentence

    def test_every_broken_rule_is_said_at_once(self):
        with pytest.raises(ValidationError) as refused:
            passwords.DocumentedRules().validate("")
        assert len(refused.value.messages) == 4

    def test_the_rules_are_told_in_the_readers_language(self):
        with translation.override("pl"), pytest.raises(passwords.PasswordTooWeak, match="znak specjalny"):
            passwords.check_rules("Example321321")
        assert "8 characters" in passwords.DocumentedRules().get_help_text()


@pytest.fixture(params=["admin", "seller"])
def holder(request, store):
    return make_staff(password="old") if request.param == "admin" else make_seller(store, password="old")


def change(holder, current="old", new=NEW):
    kind = ActorKind.SELLER if isinstance(holder, Seller) else ActorKind.ADMIN
    passwords.change(holder, current=current, new=new, at=NOON, actor=Actor(kind, str(holder.pk)))


def stored(holder):
    return type(holder).objects.get(pk=holder.pk)


class TestChange:
    def test_a_new_password_ends_every_session_and_every_link(self, holder):
        kind = ActorKind.SELLER if isinstance(holder, Seller) else ActorKind.ADMIN
        pair = tokens.log_in(kind.value, holder, at=timezone.now())
        owner = Holder(kind=kind, id=holder.pk, store_id=getattr(holder, "store_id", None))
        codes.issue_link(Purpose.PASSWORD_RESET, holder=owner, at=NOON)
        change(holder)
        assert stored(holder).check_password(NEW)
        with pytest.raises(tokens.InvalidToken):
            tokens.read_access(pair.access)
        assert tokens.refresh(pair.refresh, at=timezone.now()) is None
        assert not RefreshToken.objects.exists()
        assert not OneTimeCode.objects.exists()

    def test_the_change_is_audited_without_any_password(self, holder):
        change(holder)
        entry = AuditEntry.objects.get()
        assert entry.event_type in {"staff.password_changed", "seller.password_changed"}
        assert (entry.entity_id, entry.data) == (str(holder.pk), {})

    @pytest.mark.parametrize(
        ("current", "new", "refusal"),
        [("wrong", NEW, passwords.WrongCurrentPassword), ("old", "weak", passwords.PasswordTooWeak)],
    )
    def test_a_refused_change_changes_nothing(self, holder, current, new, refusal):
        before = stored(holder).password, holder.token_version
        with pytest.raises(refusal):
            change(holder, current, new)
        assert (stored(holder).password, stored(holder).token_version) == before
        assert not Event.objects.exists()

    def test_who_found_an_open_session_cannot_guess_the_password(self, holder):
        for _ in range(10):
            with pytest.raises(passwords.WrongCurrentPassword):
                change(holder, current="wrong")
        with pytest.raises(passwords.TooManyWrongPasswords):
            change(holder)
        assert stored(holder).check_password("old")


class TestReset:
    @pytest.mark.parametrize("username", ["boss", "Boss@Example.com"])
    def test_a_link_goes_to_the_e_mail_of_whoever_is_named(self, username):
        boss = make_staff("boss")
        passwords.request_reset(username=username, at=NOON, address=HERE)
        assert not mail.outbox
        deliver()
        (message,) = mails_to("boss@example.com")
        redeemed = codes.redeem(
            Purpose.PASSWORD_RESET, token_in(message.body), store_id=None, at=timezone.now(), address=HERE
        )
        assert redeemed.holder == Holder(kind=ActorKind.ADMIN, id=boss.pk, store_id=None)

    @pytest.mark.parametrize("username", ["nobody", "gone"])
    def test_nobody_else_is_written_to(self, username):
        make_staff("gone", is_active=False)
        passwords.request_reset(username=username, at=NOON, address=HERE)
        assert deliver() == 1
        assert not mail.outbox
        assert not OneTimeCode.objects.exists()

    def test_known_and_unknown_cost_the_same_statements(self):
        make_staff("boss")
        costs = []
        for username in ("boss", "nobody", "boss", "nobody"):
            with noting_statements() as statements:
                passwords.request_reset(username=username, at=NOON, address=HERE)
            costs.append(statements)
        assert costs[0] == costs[1]
        assert costs[2] == costs[3]
        assert Event.objects.count() == 2

    def test_too_many_requests_of_an_address_are_refused(self):
        for number in range(100):
            passwords.request_reset(username=f"name {number}", at=NOON, address=HERE)
        with pytest.raises(knocks.TooManyRequests):
            passwords.request_reset(username="boss", at=NOON, address=HERE)

    def test_a_link_sets_the_password_and_ends_sessions(self):
        boss = make_staff("boss")
        before = boss.token_version
        passwords.reset_staff(boss.pk, NEW, at=NOON)
        row = StaffUser.objects.get()
        assert row.check_password(NEW)
        assert row.token_version > before
        entry = AuditEntry.objects.get()
        assert (entry.event_type, entry.username) == ("staff.password_changed", "boss")

    def test_who_was_deactivated_meanwhile_stays_out(self):
        boss = make_staff("boss", is_active=False)
        with pytest.raises(codes.UnknownCode):
            passwords.reset_staff(boss.pk, NEW, at=NOON)
        assert StaffUser.objects.get().check_password("open")
