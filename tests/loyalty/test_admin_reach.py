"""Nobody gives or takes in the cockpit more than they have themselves: stores, roles, tokens."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from loyalty import access, tokens
from loyalty.models import AuditEntry, PermanentToken, StaffUser
from tests.cockpit import browser_of, press
from tests.factories import make_staff, make_store

pytestmark = pytest.mark.django_db

EVE = {"username": "eve", "email": "eve@example.com", "password": "a-long-password", "is_active": "on"}
ADD_USER, ADD_TOKEN = "admin:loyalty_staffuser_add", "admin:loyalty_permanenttoken_add"


@pytest.fixture
def head(store):
    """Give somebody with every role's rights, but in one store."""
    make_staff()
    access.ensure_roles()
    user = make_staff("head", is_superuser=False)
    user.groups.add(Group.objects.get(name="Full administrator"))
    user.stores.add(store)
    return user


def test_a_user_of_one_store_makes_users_of_that_store_alone(head, store):
    foreign = make_store("OTHER")
    for wrong in ([], [foreign.pk]):
        answer = browser_of(head).post(reverse(ADD_USER), {**EVE, "stores": wrong})
        assert answer.status_code == 200
        assert not StaffUser.objects.filter(username="eve").exists()
    assert not AuditEntry.objects.exists()
    browser_of(head).post(reverse(ADD_USER), {**EVE, "stores": [store.pk]})
    assert list(StaffUser.objects.get(username="eve").stores.all()) == [store]


def test_a_user_of_one_store_does_not_manage_users_of_others(head, store):
    everywhere = make_staff("bob", is_superuser=False)
    elsewhere = make_staff("charlie", is_superuser=False)
    elsewhere.stores.add(make_store("OTHER"))
    both = make_staff("dora", is_superuser=False)
    both.stores.set([store, *elsewhere.stores.all()])
    colleague = make_staff("erin", is_superuser=False)
    colleague.stores.add(store)
    browser = browser_of(head)
    reached = {
        user.username
        for user in (everywhere, elsewhere, both, colleague)
        if browser.get(reverse("admin:loyalty_staffuser_change", args=[user.pk])).status_code == 200
    }
    assert reached == {"erin"}


def test_nobody_manages_users_whose_roles_reach_further(head, store):
    clerk = make_staff("clerk", is_superuser=False)
    role = Group.objects.create(name="Keeper of users")
    role.permissions.set(
        [
            each
            for each in Group.objects.get(name="Full administrator").permissions.all()
            if each.content_type.model == "staffuser"
        ]
    )
    clerk.groups.add(role)
    address = reverse("admin:loyalty_staffuser_change", args=[head.pk])
    values = {"username": "head", "email": head.email, "is_active": "on", "password": "taken-over-now"}
    browser_of(clerk).post(address, values)
    head.refresh_from_db()
    assert not head.check_password("taken-over-now")
    assert not AuditEntry.objects.exists()


def test_a_superuser_of_one_store_gives_tokens_for_that_store_alone(store):
    admin = make_staff()
    admin.stores.add(store)
    values = {"name": "Till", "is_for_all_stores": "on", "may_do_everything": "on"}
    browser_of(admin).post(reverse(ADD_TOKEN), values)
    assert PermanentToken.objects.get().store == store


def test_a_superuser_of_one_store_does_not_end_the_tokens_of_all(store):
    admin = make_staff()
    admin.stores.add(store)
    token, _raw = tokens.create_permanent("Everywhere", store=None, abilities=["*"])
    press(browser_of(admin), "loyalty_permanenttoken_revoke", token)
    token.refresh_from_db()
    assert token.revoked_at is None
