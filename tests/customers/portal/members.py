"""Customers who use the portal, and what their tests do over and over."""

import re
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.models import Store
from tests.factories import make_customer
from wallet import ledger
from wallet.ledger import Origin
from wallet.models import PointsTransfer

PASSWORD = "correct horse battery"
CARD = "9912345678"


def make_member(store: Store, name: str = "alice", **fields: Any) -> Customer:
    """Make a customer with a card number and a password."""
    member = make_customer(store, name, **{"email": f"{name}@example.com", "card_number": CARD, **fields})
    member.set_password(PASSWORD)
    member.save()
    return member


def enter(client: Client, base: str = "/portal/", identifier: str = CARD, password: str = PASSWORD) -> Any:
    """Log in through the form."""
    return client.post(f"{base}log-in", {"identifier": identifier, "password": password})


def add(customer: Customer, points: str, **circumstances: Any) -> PointsTransfer:
    """Add points now."""
    origin = Origin(source="test", **circumstances)
    return ledger.add(customer, Decimal(points), at=timezone.now(), actor=SYSTEM, origin=origin)


def text_of(response: HttpResponse) -> str:
    """The words a reader sees: tags and runs of blanks gone."""
    body = re.sub(r"<(script|title)[^>]*>.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", body.replace("\xa0", " "))


def without_csrf(response: HttpResponse) -> bytes:
    """What was answered, but for the token that differs in every answer."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def lasting_headers(response: HttpResponse) -> dict[str, str]:
    """The headers of an answer, but for the one that names the second it was made in."""
    return {name: value for name, value in response.headers.items() if name != "Expires"}
