"""Who may do what: the decision, for every kind of party."""

import pytest
from django.contrib.auth.models import Group

from loyalty import access
from loyalty.access import Access, Grant
from loyalty.actors import ActorKind
from loyalty.principals import Principal
from tests.factories import make_staff


def party(kind, **fields):
    return Principal(kind=kind, id="1", **fields)


TOKEN = ActorKind.TOKEN


@pytest.mark.parametrize(
    ("abilities", "resource", "wanted", "may"),
    [
        ({"*"}, "CUSTOMER", Access.MODIFY, True),
        ({"CUSTOMER"}, "CUSTOMER", Access.MODIFY, True),
        ({"CUSTOMER:VIEW"}, "CUSTOMER", Access.VIEW, True),
        ({"CUSTOMER:VIEW"}, "CUSTOMER", Access.MODIFY, False),
        ({"CUSTOMER:MODIFY"}, "CUSTOMER", Access.VIEW, False),
        ({"LEVEL"}, "CUSTOMER", Access.VIEW, False),
        ({"members.get", "ROLE_WALLET", "omniwallet"}, "CUSTOMER", Access.VIEW, False),
        (set(), "CUSTOMER", Access.VIEW, False),
    ],
)
def test_tokens_need_an_ability(abilities, resource, wanted, may):
    assert access.may(party(TOKEN, abilities=frozenset(abilities)), Grant(resource), wanted) is may


@pytest.mark.parametrize(
    ("abilities", "may"),
    [
        ({"*"}, True),
        ({"omniwallet"}, True),
        ({"CUSTOMER", "members.get", "OMNIWALLET"}, False),
        (set(), False),
    ],
)
def test_partner_routes_need_their_own_ability(abilities, may):
    grant = Grant(ability="omniwallet")
    for wanted in Access:
        assert access.may(party(TOKEN, abilities=frozenset(abilities)), grant, wanted) is may


@pytest.mark.parametrize("kind", [ActorKind.ADMIN, ActorKind.SELLER, ActorKind.CUSTOMER, ActorKind.SYSTEM])
def test_partner_routes_serve_no_people(kind):
    person = party(kind, abilities=frozenset({"*"}), is_superuser=True)
    assert not access.may(person, Grant(ability="omniwallet"), Access.VIEW)


def test_a_route_for_people_serves_no_token():
    assert not access.may(party(TOKEN, abilities=frozenset({"*"})), Grant(seller=True), Access.VIEW)


@pytest.mark.parametrize("kind", [ActorKind.SELLER, ActorKind.CUSTOMER])
def test_sellers_and_customers_need_their_flag(kind):
    assert not access.may(party(kind), Grant("CUSTOMER"), Access.VIEW)
    assert access.may(party(kind), Grant("CUSTOMER", seller=True, customer=True), Access.VIEW)


def test_routes_of_sellers_alone_are_closed_to_staff_and_tokens():
    grant = Grant(seller=True)
    assert not access.may(party(ActorKind.ADMIN, is_superuser=True), grant, Access.VIEW)
    assert not access.may(party(TOKEN, abilities=frozenset({"*"})), grant, Access.VIEW)


def test_staff_need_all_permissions_of_the_access():
    some = party(ActorKind.ADMIN, permissions=lambda: {"customers.view_customer", "customers.add_customer"})
    assert access.may(some, Grant("CUSTOMER"), Access.VIEW)
    assert not access.may(some, Grant("CUSTOMER"), Access.MODIFY)
    assert access.may(party(ActorKind.ADMIN, is_superuser=True), Grant("CUSTOMER"), Access.MODIFY)


@pytest.mark.parametrize("kind", [ActorKind.SYSTEM, ActorKind.IMPORT])
def test_what_no_rule_allows_is_refused(kind):
    assert not access.may(party(kind), Grant("CUSTOMER", seller=True, customer=True), Access.VIEW)


def test_what_people_do_for_themselves_serves_staff_of_any_role_and_nobody_else():
    grant = Grant(staff=True)
    assert access.may(party(ActorKind.ADMIN), grant, Access.MODIFY)
    for kind in (ActorKind.SELLER, ActorKind.CUSTOMER, ActorKind.SYSTEM, ActorKind.IMPORT):
        assert not access.may(party(kind), grant, Access.MODIFY)
    partner = Principal(kind=ActorKind.TOKEN, id="1", abilities=frozenset({"*"}))
    assert not access.may(partner, grant, Access.MODIFY)


def test_an_unknown_resource_is_a_programming_error():
    with pytest.raises(ValueError, match="unknown"):
        Grant("CUSTOMERS")


@pytest.mark.django_db
def test_the_standard_roles_hold_their_permissions():
    access.ensure_roles()
    access.ensure_roles()
    assert Group.objects.count() == 2
    reporter = make_staff("bob", is_superuser=False)
    reporter.groups.add(Group.objects.get(name="Reporter"))
    principal = reporter.as_principal()
    assert access.may(principal, Grant("CUSTOMER"), Access.VIEW)
    assert not access.may(principal, Grant("CUSTOMER"), Access.MODIFY)
    assert not access.may(principal, Grant("ADMIN"), Access.VIEW)


@pytest.mark.django_db
def test_the_full_role_may_do_everything_that_exists():
    access.ensure_roles()
    alice = make_staff("alice", is_superuser=False)
    alice.groups.add(Group.objects.get(name="Full administrator"))
    principal = alice.as_principal()
    for resource in (
        "ADMIN",
        "ACL",
        "CUSTOMER",
        "LEVEL",
        "POINT_TRANSFER",
        "TRANSACTION",
        "EARNING_RULE",
        "SETTINGS",
    ):
        assert access.may(principal, Grant(resource), Access.MODIFY)
