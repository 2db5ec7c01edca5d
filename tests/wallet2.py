"""Calls in the OrderingStack Wallet2 dialect."""

import base64
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from customers.models import Customer
from loyalty.actors import SYSTEM
from wallet import opening

BASE = "/wallet2-api/api"
TOKENS = "/auth-oauth2/oauth/token"
NOWHERE = "1c596f49-6bbe-43f6-a405-e2f35389a324"


def opened(customer: Customer) -> Customer:
    """Open a customer's wallet and give the customer."""
    opening.open_wallet(customer, at=timezone.now(), actor=SYSTEM)
    return customer


def at_wallet(customer: Customer, path: str = "") -> str:
    """Give the address of something of a wallet."""
    return f"{BASE}/wallet/{customer.pk}{path}"


def refused(answer: Any) -> tuple[int, str]:
    """Give status and code of a refusal, after checking that it has the one shape of all."""
    body = answer.json()
    assert list(body) == ["timestamp", "status", "error", "code", "message", "errors", "path"]
    assert (body["status"], body["path"]) == (answer.status_code, answer.wsgi_request.path)
    return body["status"], body["code"]


def ask_token(client: tuple[str, str] | None = None, **params: str) -> Any:
    """Ask for an access token, the client shown by HTTP Basic if it is given."""
    headers = {}
    if client is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(client).encode()).decode()
    kind = "application/x-www-form-urlencoded"
    return Client().generic("POST", TOKENS, urlencode(params), content_type=kind, headers=headers)
