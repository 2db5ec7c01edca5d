"""Wallets: shown, opened, and the attributes that partners and customers keep in them."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api.orderingstack.roles import CUSTOMERS, any_of
from wallet import opening
from wallet.api.orderingstack.forms import ATTRIBUTES_SHAPE, read_attributes
from wallet.api.orderingstack.records import (
    EXTENDED_EXAMPLE,
    WALLET_EXAMPLE,
    extended_record,
    wallet_record,
)
from wallet.api.orderingstack.views import WalletView
from wallet.opening import Opened


class AttributesView(WalletView):
    """A route whose body is free attributes."""

    def attributes(self) -> dict[str, str]:
        """Read the attributes of the body. Raises: FormInvalid."""
        return read_attributes(cast(Mapping[str, Any], self.request.data))

    def answer(self, opened: Opened, *, made: int) -> Response:
        """Show the wallet, with the status `made` where this call opened it."""
        return Response(wallet_record(opened.wallet, at=self.at), status=made if opened.is_new else 200)


class WalletDetail(AttributesView):
    """One wallet, with batches and operations. PUT replaces its attributes, POST overwrites some; both open it."""

    grants = {
        "GET": any_of("ROLE_WALLET_RO", "ROLE_VIEWWALLET"),
        "PUT": any_of(),
        "POST": any_of(),
    }
    bodies = {"PUT": ATTRIBUTES_SHAPE, "POST": ATTRIBUTES_SHAPE}
    answers = {
        "GET": (200, EXTENDED_EXAMPLE),
        "PUT": (200, WALLET_EXAMPLE),
        "POST": (201, WALLET_EXAMPLE),
    }

    def get(self, request: Request, wallet: UUID) -> Response:
        return Response(extended_record(self.opened(wallet).wallet, at=self.at))

    def put(self, request: Request, wallet: UUID) -> Response:
        opened = opening.replace_attributes(
            self.customer(wallet), self.attributes(), at=self.at, actor=self.actor
        )
        return self.answer(opened, made=200)

    def post(self, request: Request, wallet: UUID) -> Response:
        opened = opening.overwrite_attributes(
            self.customer(wallet), self.attributes(), at=self.at, actor=self.actor
        )
        return self.answer(opened, made=201)


class MyWallet(AttributesView):
    """The caller's own wallet: shown, and opened where it is not."""

    grant = CUSTOMERS
    answers = {"GET": (200, WALLET_EXAMPLE), "POST": (201, WALLET_EXAMPLE)}

    def get(self, request: Request) -> Response:
        return Response(wallet_record(self.opened(self.own_id).wallet, at=self.at))

    def post(self, request: Request) -> Response:
        opened = opening.open_wallet(self.customer(self.own_id), at=self.at, actor=self.actor)
        return self.answer(opened, made=201)


class MyWalletExtra(AttributesView):
    """The attributes of the caller's own wallet, replaced."""

    grant = CUSTOMERS
    bodies = {"PUT": ATTRIBUTES_SHAPE}
    answers = {"PUT": (200, WALLET_EXAMPLE)}

    def put(self, request: Request) -> Response:
        opened = opening.replace_attributes(
            self.customer(self.own_id), self.attributes(), at=self.at, actor=self.actor, opens=False
        )
        return self.answer(opened, made=200)


class MyWalletExtended(WalletView):
    """The caller's own wallet with its batches and operations."""

    grant = CUSTOMERS
    answers = {"GET": (200, EXTENDED_EXAMPLE)}

    def get(self, request: Request) -> Response:
        return Response(extended_record(self.opened(self.own_id).wallet, at=self.at))
