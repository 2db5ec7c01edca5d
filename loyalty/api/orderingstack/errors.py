"""How refusals and HTTP problems look in the dialect: one body for all, by one table of statuses.

The body is the one of the original's framework, with our stable `code` and the members at fault besides. Rows are
strings, so that this floor names what the floors above refuse without importing them. A code that is missing here is
a programming error that a test finds.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.response import Response

from loyalty import tokens
from loyalty.api.orderingstack import forms, wire
from loyalty.refusals import Refusal

# Refusal code -> status: 400 where the value cannot be taken, 409 where something else is in the way. Rows of the upper
# floors stand in their own sections.
TABLE: dict[str, int] = {
    # loyalty
    "not_found": 404,
    "invalid_input": 400,
    "idempotency.key_too_long": 400,
    "idempotency.key_reused": 422,
    "idempotency.in_flight": 409,
    "code.unknown": 404,
    "code.too_many_guesses": 429,
    "image.too_large": 400,
    "image.not_accepted": 400,
    "log_in.wrong_credentials": 401,
    "log_in.not_active": 403,
    "pos.identifier_taken": 409,
    "pos.sellers_remain": 409,
    "request.too_many": 429,
    "role.master": 409,
    "role.name_taken": 409,
    "seller.email_taken": 409,
    "log_in.too_many_attempts": 429,
    "staff.ability_not_held": 403,
    "staff.last_administrator": 409,
    "staff.wrong_credentials": 401,
    "staff.username_taken": 409,
    "store.code_reserved": 400,
    "store.code_taken": 409,
    # customers
    "customer.card_missing": 409,
    "customer.card_not_drawable": 400,
    "customer.card_taken": 409,
    "customer.company_incomplete": 400,
    "customer.deleted": 404,
    "customer.anonymized": 409,
    "customer.email_invalid": 400,
    "customer.email_taken": 409,
    "customer.field_invalid": 400,
    "customer.password_too_weak": 400,
    "customer.phone_invalid": 400,
    "customer.phone_missing": 400,
    "customer.phone_taken": 409,
    "customer.point_of_sale_unknown": 400,
    "customer.profile_edits_closed": 403,
    "customer.seller_unknown": 400,
    "customer.unknown": 404,
    "invitation.not_active": 409,
    "invitation.own_address": 400,
    "invitation.recipient_missing": 400,
    "invitation.too_many": 429,
    "level.in_use": 409,
    "level.unknown": 404,
    "password.current_wrong": 400,
    "password.too_many_attempts": 429,
    "password.too_weak": 400,
    "segment.in_use": 409,
    # wallet
    "points.not_enough": 409,
    "points.invalid": 400,
    "points.same_wallet": 400,
    "points.gift_daily_limit": 400,
    "points.gift_account_too_young": 400,
    "points.gift_too_many": 429,
    "points.external_id_taken": 409,
    "wallet.frozen": 409,
    "wallet.drifts": 409,
    "voucher.unknown": 404,
    "voucher.used": 409,
    "voucher.expired": 409,
    "voucher.too_many_guesses": 429,
    "transfer.not_cancelable": 409,
    "transfer.not_pending": 409,
    "transfer.not_expirable": 409,
    "transfer.not_reversible": 409,
    # campaigns
    # orders
    "purchase.already_registered": 409,
    "purchase.returns_not_accepted": 400,
    "purchase.revised_unknown": 400,
    "purchase.revised_of_another": 400,
    "purchase.point_of_sale_unknown": 400,
    "purchase.negative_line": 400,
    "purchase.not_found": 404,
    "purchase.customer_not_found": 404,
    "purchase.customers_differ": 400,
    "purchase.already_assigned": 409,
    "import.broken_file": 400,
    "import.bad_row": 400,
    "history.unreadable": 400,
}

_WORDS = {
    400: ("malformed", "The request cannot be read."),
    401: ("token.invalid", "The token is missing, unknown, expired or revoked."),
    403: ("forbidden", "The token does not open this route."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This address has no such method."),
    413: ("too_large", "The body is too large."),
    415: ("media_type", "Bodies are application/json."),
    429: ("too_many_requests", "Too many requests; wait a moment."),
    503: ("unavailable", "Try again in a moment."),
}


class Answers:
    """Makes the answers to one request's problems."""

    def __init__(self, path: str, *, at: datetime) -> None:
        self.path, self.at = path, at

    def to_refusal(self, refusal: Refusal, form_class: type[forms.Form] | None) -> Response:
        """Answer a refusal; `form_class` is what the handler read, if it read one."""
        ours = refusal.at_field
        at_fault = {} if ours is None else {forms.wire_name(form_class, ours): str(refusal)}
        return self._answer(TABLE.get(refusal.code, 400), refusal.code, str(refusal), at_fault)

    def to_problem(self, error: Exception) -> Response:
        """Answer anything but a refusal."""
        if isinstance(error, forms.FormInvalid):
            words = "; ".join(f"{name}: {says}" for name, says in error.problems.items())
            return self._answer(error.status_code, "invalid_input", words, error.problems)
        if isinstance(error, tokens.DeactivatedHolder):
            return self.to_status(403)
        if isinstance(error, tokens.CredentialProblem):
            return self.to_status(401)
        return self.to_status(error.status_code if isinstance(error, exceptions.APIException) else 500)

    def to_status(self, status: int) -> Response:
        """Answer with a bare status."""
        code, message = _WORDS.get(status, ("failed", HTTPStatus(status).phrase))
        return self._answer(status, code, message, {})

    def _answer(self, status: int, code: str, message: str, at_fault: Mapping[str, str]) -> Response:
        response = Response(
            {
                "timestamp": wire.instant(self.at),
                "status": status,
                "error": HTTPStatus(status).phrase,
                "code": code,
                "message": message,
                "errors": [{"field": name, "message": says} for name, says in at_fault.items()],
                "path": self.path,
            },
            status=status,
        )
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if status in {429, 503}:
            response.headers["Retry-After"] = "1" if status == 503 else "900"
        return response
