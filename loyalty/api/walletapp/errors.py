"""How refusals and HTTP problems look in the dialect: `{"message": …, "errors": {field: [..]}}`, by one table.

Rows are strings, so that this floor names what the floors above refuse without importing them. A code that is
missing here is a programming error that a test finds.
"""

from dataclasses import dataclass
from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.response import Response

from loyalty import tokens
from loyalty.api.walletapp import forms
from loyalty.refusals import Refusal


@dataclass(frozen=True)
class Row:
    """Status of a refusal, and the parameter at fault when the refusal itself names none."""

    status: int = 422
    field: str | None = None


# Refusal code -> how it is answered. Rows of the upper floors stand in their own sections.
TABLE: dict[str, Row] = {
    # loyalty
    "not_found": Row(404),
    "invalid_input": Row(),
    "idempotency.key_too_long": Row(400),
    "idempotency.key_reused": Row(422),
    "idempotency.in_flight": Row(409),
    "pos.identifier_taken": Row(409),
    "pos.sellers_remain": Row(409),
    "role.master": Row(409),
    "role.name_taken": Row(409),
    "seller.email_taken": Row(409),
    "staff.last_administrator": Row(409),
    "staff.username_taken": Row(409),
    "staff.wrong_credentials": Row(401),
    "log_in.too_many_attempts": Row(429),
    "staff.ability_not_held": Row(403),
    "store.code_reserved": Row(),
    "store.code_taken": Row(409),
    "code.unknown": Row(404),
    "code.too_many_guesses": Row(429),
    "image.too_large": Row(),
    "image.not_accepted": Row(),
    "password.current_wrong": Row(),
    "password.too_many_attempts": Row(429),
    "password.too_weak": Row(),
    "request.too_many": Row(429),
    # customers
    "customer.unknown": Row(404),
    "customer.email_taken": Row(409),
    "customer.phone_taken": Row(409),
    "customer.card_taken": Row(409),
    "customer.email_invalid": Row(),
    "customer.phone_invalid": Row(),
    "customer.field_invalid": Row(),
    "customer.company_incomplete": Row(),
    "customer.profile_edits_closed": Row(403),
    "customer.password_too_weak": Row(),
    "customer.point_of_sale_unknown": Row(404),
    "customer.seller_unknown": Row(404),
    "customer.deleted": Row(404),
    "customer.anonymized": Row(409),
    "customer.card_missing": Row(404),
    "customer.card_not_drawable": Row(),
    "customer.phone_missing": Row(),
    "invitation.not_active": Row(403),
    "invitation.own_address": Row(),
    "invitation.recipient_missing": Row(),
    "invitation.too_many": Row(429),
    "level.unknown": Row(404),
    "level.in_use": Row(409),
    "segment.in_use": Row(409),
    "log_in.wrong_credentials": Row(401),
    "log_in.not_active": Row(403),
    # wallet
    "points.not_enough": Row(),
    "points.invalid": Row(),
    "points.same_wallet": Row(),
    "points.gift_daily_limit": Row(),
    "points.gift_account_too_young": Row(),
    "points.gift_too_many": Row(429),
    "points.external_id_taken": Row(409),
    "wallet.frozen": Row(409),
    "wallet.drifts": Row(409),
    "voucher.unknown": Row(404),
    "voucher.used": Row(409),
    "voucher.expired": Row(409),
    "voucher.too_many_guesses": Row(429),
    "transfer.not_cancelable": Row(409),
    "transfer.not_pending": Row(409),
    "transfer.not_expirable": Row(409),
    "transfer.not_reversible": Row(409),
    # campaigns
    # orders
    "purchase.already_registered": Row(409),
    "purchase.returns_not_accepted": Row(),
    "purchase.revised_unknown": Row(),
    "purchase.revised_of_another": Row(),
    "purchase.point_of_sale_unknown": Row(),
    "purchase.negative_line": Row(),
    "purchase.not_found": Row(404),
    "purchase.customer_not_found": Row(404),
    "purchase.customers_differ": Row(409),
    "purchase.already_assigned": Row(409),
    "import.broken_file": Row(),
    "import.bad_row": Row(),
    "history.unreadable": Row(),
}

_WORDS = {
    400: "The request cannot be read.",
    401: "Unauthenticated.",
    403: "This action is unauthorized.",
    404: "Not found.",
    405: "This address has no such method.",
    413: "The body is too large.",
    415: "Bodies are application/json.",
    429: "Too Many Attempts.",
    500: "Server Error",
    503: "Try again in a moment.",
}


def answer_refusal(refusal: Refusal, form_class: type[forms.Form] | None) -> Response:
    """Give the answer for a refusal; `form_class` is what the handler read, if it read one."""
    row = TABLE.get(refusal.code, Row())
    ours = refusal.at_field or row.field
    at_fault = {} if ours is None else {forms.wire_name(form_class, ours): [str(refusal)]}
    return _answer(row.status, str(refusal), at_fault)


def answer_problem(error: Exception) -> Response:
    """Give the answer for anything but a refusal."""
    if isinstance(error, forms.FormInvalid):
        return _answer(error.status_code, _summary(error.errors), error.errors)
    if isinstance(error, tokens.DeactivatedHolder):
        return answer_status(403)
    if isinstance(error, tokens.CredentialProblem):
        return answer_status(401)
    status = error.status_code if isinstance(error, exceptions.APIException) else 500
    return answer_status(status)


def answer_status(status: int) -> Response:
    """Give the answer that a bare status means."""
    return _answer(status, _WORDS.get(status) or HTTPStatus(status).phrase, {})


def _answer(status: int, message: str, at_fault: forms.Errors) -> Response:
    response = Response({"message": message, "errors": at_fault}, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in {429, 503}:
        response.headers["Retry-After"] = "1" if status == 503 else "900"
    return response


def _summary(at_fault: forms.Errors) -> str:
    """Give the first problem and how many there are besides, as the original's framework does."""
    first, *others = [message for messages in at_fault.values() for message in messages]
    if not others:
        return first
    return f"{first} (and {len(others)} more error{'s' if len(others) > 1 else ''})"
