"""Keys of staff: who gets one, what it carries, what is recorded."""

import pytest
from django.contrib.auth.models import Permission

from loyalty import access, log_ins, staff_keys, tokens
from loyalty.models import AuditEntry, Event, PermanentToken
from tests.factories import NOON, make_staff

pytestmark = pytest.mark.django_db


def give(*abilities, email="admin@example.com", password="open sesame", address="192.0.2.1"):
    return staff_keys.give_key(email=email, password=password, abilities=abilities, address=address, at=NOON)


def test_a_key_is_recorded_as_the_act_of_its_holder():
    admin = make_staff(password="open sesame")
    raw = give("members.get", "tags.get", "members.get")
    principal = tokens.read_permanent(raw, at=NOON)
    assert principal.abilities == {"members.get", "tags.get"}
    token = PermanentToken.objects.get()
    assert (token.staff, token.store, token.abilities) == (admin, None, ["members.get", "tags.get"])
    assert list(Event.objects.values_list("type", "actor_kind", "actor_id")) == [
        ("authentication.success", "admin", str(admin.pk)),
        ("token.created", "admin", str(admin.pk)),
    ]
    assert set(AuditEntry.objects.values_list("username", flat=True)) == {"admin"}


@pytest.mark.parametrize(
    ("rights", "may"),
    [
        (access.Access.VIEW, {"members.get"}),
        (access.Access.MODIFY, {"members.store", "tags.get"}),
    ],
)
def test_behind_each_ability_stands_a_right(rights, may):
    clerk = make_staff("clerk", "open sesame", is_superuser=False)
    wanted = {code.split(".")[1] for code in access.permissions_of("CUSTOMER", rights)}
    clerk.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    for ability in may:
        assert give(ability, email="clerk@example.com")
    for ability in access.RIGHTS_BEHIND.keys() - may:
        with pytest.raises(staff_keys.AbilityNotHeld) as caught:
            give(ability, email="clerk@example.com")
        assert caught.value.at_field == "abilities.0"


def test_a_key_can_do_no_more_than_its_holder_can_now():
    clerk = make_staff("clerk", "open sesame", is_superuser=False)
    rights = {code.split(".")[1] for code in access.permissions_of("CUSTOMER", access.Access.MODIFY)}
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights | {"view_customer"}))
    raw = give("members.get", "members.store", email="clerk@example.com")
    assert tokens.read_permanent(raw, at=NOON).abilities == {"members.get", "members.store"}
    clerk.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    assert tokens.read_permanent(raw, at=NOON).abilities == {"members.get"}
    clerk.user_permissions.clear()
    assert tokens.read_permanent(raw, at=NOON).abilities == frozenset()


def test_everything_cannot_be_given():
    make_staff(password="open sesame")
    with pytest.raises(staff_keys.AbilityNotHeld):
        give("members.get", "*")
    assert not PermanentToken.objects.exists()


def test_failures_are_recorded_without_a_name():
    make_staff(password="open sesame", is_active=False)
    for email in ("admin@example.com", "nobody@example.com"):
        with pytest.raises(staff_keys.WrongCredentials):
            give("members.get", email=email)
    assert set(Event.objects.values_list("type", "subject_id", "actor_id")) == {
        ("authentication.failure", "", "")
    }
    assert not PermanentToken.objects.exists()


def test_guesses_from_one_address_do_not_lock_the_owner_out_elsewhere():
    make_staff(password="open sesame")
    for number in range(10):
        with pytest.raises(staff_keys.WrongCredentials):
            give("members.get", password=f"guess {number}")
    with pytest.raises(log_ins.TooManyAttempts):
        give("members.get")
    assert give("members.get", address="192.0.2.2")
