"""Who may call what: every route asked by every kind of caller, over real requests."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from loyalty import access, tokens
from loyalty.api.orderingstack.scopes import SCOPES
from loyalty.models import Store
from tests.architecture.served import Route, written_routes
from tests.factories import NOON, make_customer, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: the credential they show and the kinds of routes that serve them.

    `dialect`: where alone a partner's token counts, by the beginning of the path.
    """

    credential: str | None
    served_as: str | None
    dialect: str = "/"
    sees_store: bool = True
    is_staff: bool = False


def _log_in(kind: str, holder: tokens.Holder) -> str:
    from django.utils import timezone

    return tokens.log_in(kind, holder, at=timezone.now()).access


def _token(store: Store | None, *abilities: str) -> str:
    return tokens.create_permanent("partner", store=store, abilities=abilities)[1]


def nobody(store: Store) -> Caller:
    return Caller(None, None)


def forger(store: Store) -> Caller:
    return Caller(uuid.uuid4().hex * 2, None)


def admin(store: Store) -> Caller:
    return Caller(_log_in("admin", make_staff()), "admin", is_staff=True)


def admin_without_rights(store: Store) -> Caller:
    return Caller(_log_in("admin", make_staff(is_superuser=False)), "nobody", is_staff=True)


def customer(store: Store) -> Caller:
    return Caller(_log_in("customer", make_customer(store)), "customer")


def customer_of_another_store(store: Store) -> Caller:
    return Caller(_log_in("customer", make_customer(make_store("OTHER"))), "customer", sees_store=False)


def seller(store: Store) -> Caller:
    return Caller(_log_in("seller", make_seller(store)), "seller")


def seller_of_another_store(store: Store) -> Caller:
    return Caller(_log_in("seller", make_seller(make_store("OTHER"))), "seller", sees_store=False)


def partner(store: Store) -> Caller:
    return Caller(_token(store, "*"), "admin,partner")


def partner_of_all_stores(store: Store) -> Caller:
    return Caller(_token(None, "*"), "admin,partner")


def partner_of_another_store(store: Store) -> Caller:
    return Caller(_token(make_store("OTHER"), "*"), "admin,partner", sees_store=False)


def partner_of_omniwallet(store: Store) -> Caller:
    return Caller(_token(store, "omniwallet"), "partner", dialect="/omniwallet/")


def partner_of_walletapp(store: Store) -> Caller:
    return Caller(_token(store, *access.RIGHTS_BEHIND), "partner", dialect="/walletapp/")


def partner_of_wallet2(store: Store) -> Caller:
    return Caller(_token(store, *SCOPES), "partner", dialect="/wallet2-api/")


def client_of_wallet2(store: Store) -> Caller:
    from django.utils import timezone

    client, _ = tokens.create_permanent("client", store=store, abilities=["*"])
    access = tokens.give_client_access(client, abilities=SCOPES, at=timezone.now())
    return Caller(access, "partner", dialect="/wallet2-api/")


def partner_of_open_loyalty(store: Store) -> Caller:
    return Caller(_token(store, *access.RESOURCES), "admin", dialect="/api/")


def partner_without_abilities(store: Store) -> Caller:
    return Caller(_token(store), "nobody")


CALLERS: list[Callable[[Store], Caller]] = [
    nobody,
    forger,
    admin,
    admin_without_rights,
    customer,
    customer_of_another_store,
    seller,
    seller_of_another_store,
    partner,
    partner_of_all_stores,
    partner_of_another_store,
    partner_of_omniwallet,
    partner_of_walletapp,
    partner_of_wallet2,
    client_of_wallet2,
    partner_of_open_loyalty,
    partner_without_abilities,
]


# Route -> callers it refuses all the same, and why.
REFUSED_ALL_THE_SAME: dict[tuple[str, str], tuple[set[str], str]] = {
    ("GET", "/api/token/revoke"): (
        {
            "partner",
            "partner_of_all_stores",
            "partner_of_another_store",
            "partner_of_omniwallet",
            "partner_of_walletapp",
            "partner_of_wallet2",
            "client_of_wallet2",
            "partner_of_open_loyalty",
            "partner_without_abilities",
        },
        "a permanent token has no log-in to end",
    ),
    ("DELETE", "/walletapp/oauth/token"): (
        {
            "admin",
            "admin_without_rights",
            "customer",
            "customer_of_another_store",
            "seller",
            "seller_of_another_store",
            "partner_of_omniwallet",
            "partner_of_wallet2",
            "client_of_wallet2",
            "partner_of_open_loyalty",
            "partner_without_abilities",
        },
        "only a key of this dialect can be taken back",
    ),
    ("POST", "/api/store"): (
        {"partner", "partner_of_another_store", "partner_of_open_loyalty"},
        "a partner of one store makes no others",
    ),
}


def ask(route: Route, caller: Caller) -> int:
    headers = {} if caller.credential is None else {"Authorization": f"Bearer {caller.credential}"}
    with transaction.atomic():
        response = Client().generic(
            route.method, route.address(), data=b"{}", content_type="application/json", headers=headers
        )
        transaction.set_rollback(True)
    return response.status_code


def serves(route: Route, caller: Caller) -> bool:
    """Tell whether a route names the kind of the caller; `staff` are administrators whatever their rights."""
    if route.who == "any":
        return True
    kinds = {*(caller.served_as or "").split(","), *(["staff"] if caller.is_staff else [])}
    return not kinds.isdisjoint(route.who.split(",")) and route.path.startswith(caller.dialect)


def expected(route: Route, caller: Caller) -> Callable[[int], bool]:
    """Say which statuses are right for a caller on a route."""
    if route.who == "public":
        return lambda status: status < 500 and status not in {403, 405}
    if caller.served_as is None:
        return lambda status: status == 401
    if not serves(route, caller):
        return lambda status: status == 403
    if not caller.sees_store and "/api/{}" in route.path:
        return lambda status: status == 404
    return lambda status: status < 500 and status not in {401, 403, 405}


@pytest.mark.parametrize("make_caller", CALLERS, ids=lambda maker: maker.__name__)
def test_every_route_serves_whom_it_says_and_nobody_else(
    store: Store, make_caller: Callable[[Store], Caller]
) -> None:
    caller = make_caller(store)
    wrong = [
        f"{route.method} {route.path}: {status}"
        for route in written_routes()
        if not expected(route, caller)(status := ask(route, caller))
        and not (status == 403 and is_refused_all_the_same(route, make_caller.__name__))
    ]
    assert wrong == []


def is_refused_all_the_same(route: Route, name: str) -> bool:
    callers, _why = REFUSED_ALL_THE_SAME.get((route.method, route.path), (set(), ""))
    return name in callers


@pytest.mark.parametrize("resource", sorted(access.RESOURCES))
def test_viewing_rights_never_change_anything(store: Store, resource: str) -> None:
    viewer = tokens.create_permanent("viewer", store=store, abilities=[f"{resource}:VIEW"])[0]
    principal = tokens.read_permanent(_token(store, *viewer.abilities), at=NOON)
    grant = access.Grant(resource)
    assert access.may(principal, grant, access.Access.VIEW)
    assert not access.may(principal, grant, access.Access.MODIFY)
    others = [other for other in access.RESOURCES if other != resource]
    assert not any(access.may(principal, access.Grant(other), access.Access.VIEW) for other in others)
