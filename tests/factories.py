"""Makers of rows for tests: plain functions with sensible defaults and no surprises."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from customers.models import Customer, Level
from loyalty.models import PointOfSale, Seller, StaffUser, Store
from loyalty.programme import ProgrammeSettings
from wallet.models import Wallet

_number = itertools.count(1)
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def make_store(code: str = "DEFAULT", **settings: Any) -> Store:
    """Make a store whose programme has the given settings (our names, not the wire's)."""
    programme = ProgrammeSettings(**settings)
    return Store.objects.create(code=code, name=f"Store {code}", currency="EUR", settings=programme.to_json())


def make_level(
    store: Store, name: str = "level0", condition: str | int = 0, reward: str = "0", **fields: Any
) -> Level:
    return Level.objects.create(
        store=store, name=name, condition_value=Decimal(condition), reward_value=Decimal(reward), **fields
    )


def make_customer(store: Store, name: str = "alice", **fields: Any) -> Customer:
    """Make an active customer with a wallet, straight into the tables."""
    number = next(_number)
    email = fields.pop("email", f"{name}{number}@example.com")
    customer = Customer.objects.create(
        store=store,
        status=fields.pop("status", Customer.Status.ACTIVE),
        first_name=fields.pop("first_name", name.capitalize()),
        last_name=fields.pop("last_name", "Doe"),
        email=email,
        email_key=email.lower() or None,
        created_at=fields.pop("created_at", NOON),
        **fields,
    )
    Wallet.objects.create(customer=customer, store=store)
    return customer


def make_pos(store: Store, name: str = "Main Street") -> PointOfSale:
    return PointOfSale.objects.create(store=store, identifier=f"pos{next(_number)}", name=name)


def make_seller(store: Store, password: str = "till-password", **fields: Any) -> Seller:
    number = next(_number)
    seller = Seller(
        store=store,
        point_of_sale=fields.pop("point_of_sale", None) or make_pos(store),
        first_name="Sam",
        last_name="Seller",
        email=fields.pop("email", f"seller{number}@example.com"),
        **fields,
    )
    seller.set_password(password)
    seller.save()
    return seller


def make_staff(username: str = "admin", password: str = "open", **fields: Any) -> StaffUser:
    fields.setdefault("is_superuser", True)
    return StaffUser.objects.create_user(
        username, password, email=fields.pop("email", f"{username}@example.com"), **fields
    )
