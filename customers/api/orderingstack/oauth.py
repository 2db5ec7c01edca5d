"""Access tokens for customers: their password, shown by a client of their store, or the refresh token got with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from customers import authentication
from customers.models import Customer
from loyalty import tokens
from loyalty.actors import ActorKind
from loyalty.api.orderingstack.oauth import OAuthProblem, TokenView
from loyalty.models import PermanentToken
from loyalty.throttles import client_address

# The one word for what customers may do: everything about their own wallet.
SCOPE = "user"


class Tokens(TokenView):
    """Access tokens: for clients (`client_credentials`) and customers (`password`, `refresh_token`)."""

    grant_types = {
        **TokenView.grant_types,
        "password": "give_customer_token",
        "refresh_token": "renew_customer_token",
    }

    def give_customer_token(self, client: PermanentToken, params: Mapping[str, str]) -> dict[str, Any]:
        """Answer with a customer's token. Raises: OAuthProblem, WrongCredentials, NotActive, TooManyAttempts."""
        username, password = params.get("username"), params.get("password")
        if username is None or password is None:
            raise OAuthProblem("invalid_request", "username and password must not be missing.")
        _check_scope(params)
        customer = authentication.log_in(
            self.store_of(client),
            identifier=username.strip()[:254],
            password=password,
            address=client_address(self.request._request),
            at=self.at,
            through="api",
        )
        pair = tokens.log_in(ActorKind.CUSTOMER.value, customer, at=self.at)
        return self.answer_with(pair.access, scope=SCOPE, refresh_token=pair.refresh)

    def renew_customer_token(self, client: PermanentToken, params: Mapping[str, str]) -> dict[str, Any]:
        """Answer with a new token for a refresh token, which is used up. Raises: OAuthProblem."""
        raw = params.get("refresh_token")
        if raw is None:
            raise OAuthProblem("invalid_request", "refresh_token must not be missing.")
        _check_scope(params)
        with transaction.atomic():
            pair = tokens.refresh(raw, at=self.at)
            # Somebody else's stays good: this client had no business with it.
            if pair is not None and not self._serves(client, pair.access):
                transaction.set_rollback(True)
                pair = None
        if pair is None:
            raise OAuthProblem("invalid_grant", "The refresh token is unknown, used or expired.")
        return self.answer_with(pair.access, scope=SCOPE, refresh_token=pair.refresh)

    def _serves(self, client: PermanentToken, access: str) -> bool:
        principal = tokens.read_access(access)
        if principal.kind is not ActorKind.CUSTOMER:
            return False
        customer = Customer.objects.get(pk=UUID(principal.id))
        return tokens.client_principal(client).may_see_store(customer.store_id)


def _check_scope(params: Mapping[str, str]) -> None:
    if params.get("scope", SCOPE) != SCOPE:
        raise OAuthProblem("invalid_scope", f"The scope of customers is {SCOPE}.")
