"""How refusals and HTTP problems look in the dialect: one table from refusal code to status and shape.

Rows are strings, so that this floor names what the floors above refuse without importing them. A code that is
missing here is a programming error that a test finds.
"""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.response import Response

from loyalty import tokens
from loyalty.api.open_loyalty import forms
from loyalty.refusals import Refusal


class Shape(Enum):
    """The bodies of the original."""

    FORM = "a form whose field carries the message"
    TEXT = "an object whose `error` is the message"
    PLAIN = "the bare status, with nothing of ours"
    GUARD = "the body of the original's token guard: `code` and `message`"


@dataclass(frozen=True)
class Row:
    """Status and shape of a refusal. `text` replaces our message where the document gives its words;
    `field` says where a form shows it when the refusal itself names no field."""

    status: int
    shape: Shape
    text: str | None = None
    field: str | None = None


def form(field: str | None = None, text: str | None = None) -> Row:
    """A 400 with a form body."""
    return Row(400, Shape.FORM, text=text, field=field)


def text(words: str | None = None, status: int = 400) -> Row:
    """A refusal of the kind `{"error": "…"}`."""
    return Row(status, Shape.TEXT, text=words)


def plain(status: int) -> Row:
    """A bare status, as `{"error": {"code": 404, "message": "Not Found"}}`."""
    return Row(status, Shape.PLAIN)


# Refusal code -> how it is answered. Rows of the upper floors stand in their own sections.
TABLE: dict[str, Row] = {
    # loyalty
    "not_found": plain(404),
    "invalid_input": form(),
    "idempotency.key_too_long": text(),
    "idempotency.key_reused": text(status=422),
    "idempotency.in_flight": text(status=409),
    "pos.identifier_taken": form("identifier", "This value is already used."),
    "pos.sellers_remain": text(),
    "role.master": text(),
    "role.name_taken": form("name", "This value is already used."),
    "seller.email_taken": form("email", "This value is already used."),
    "log_in.too_many_attempts": plain(429),
    "staff.ability_not_held": text(status=403),
    "staff.last_administrator": text(),
    "staff.wrong_credentials": Row(401, Shape.GUARD, text="Bad credentials"),
    "staff.username_taken": form("username", "This value is already used."),
    "store.code_reserved": form("code", "This value is not valid."),
    "store.code_taken": form("code", "This value is already used."),
    "code.unknown": plain(404),
    "code.too_many_guesses": plain(429),
    "password.too_weak": form("password"),
    "password.current_wrong": form("current", "This value should be the user's current password."),
    "password.too_many_attempts": plain(429),
    "request.too_many": plain(429),
    "image.too_large": form("file"),
    "image.not_accepted": form("file"),
    # customers
    "customer.unknown": form("customer"),
    "customer.email_taken": form("email", "This value is already used."),
    "customer.card_missing": text(status=409),
    "customer.card_not_drawable": text(),
    "customer.phone_taken": form("phone", "This value is already used."),
    "customer.card_taken": form("card_number", "This value is already used."),
    "customer.email_invalid": form("email", "This value is not a valid email address."),
    "customer.phone_invalid": form("phone", "This value is not a valid phone number."),
    "customer.field_invalid": form(),
    "customer.company_incomplete": form("company.name", "This value should not be blank."),
    "customer.profile_edits_closed": text(status=403),
    "customer.phone_missing": text(),
    "customer.password_too_weak": form("password"),
    "customer.point_of_sale_unknown": form("point_of_sale_id", "This value is not valid."),
    "customer.seller_unknown": form("seller_id", "This value is not valid."),
    "customer.deleted": plain(404),
    "customer.anonymized": text(status=409),
    "level.unknown": form("level_id", "This value is not valid."),
    "level.in_use": text(),
    "segment.in_use": text(),
    "invitation.recipient_missing": form("email"),
    "invitation.own_address": form("email"),
    "invitation.too_many": plain(429),
    "invitation.not_active": text(),
    "log_in.wrong_credentials": Row(401, Shape.GUARD, text="Bad credentials"),
    "log_in.not_active": text(status=403),
    # wallet
    "points.not_enough": form("points"),
    "points.invalid": form("points"),
    "points.same_wallet": form("receiver"),
    "points.gift_daily_limit": form("points"),
    "points.gift_account_too_young": text(),
    "points.gift_too_many": plain(429),
    "points.external_id_taken": text(status=409),
    "wallet.frozen": text(),
    "wallet.drifts": text(),
    "voucher.unknown": form("voucher"),
    "voucher.used": form("voucher"),
    "voucher.expired": form("voucher"),
    "voucher.too_many_guesses": plain(429),
    "transfer.not_cancelable": text("this transfer cannot be canceled"),
    "transfer.not_pending": text(),
    "transfer.not_expirable": text(),
    "transfer.not_reversible": text(),
    # campaigns
    # orders
    "purchase.already_registered": form(),
    "purchase.returns_not_accepted": form(),
    "purchase.revised_unknown": form(),
    "purchase.revised_of_another": form(),
    "purchase.point_of_sale_unknown": form(),
    "purchase.negative_line": form(),
    "purchase.not_found": form(),
    "purchase.customer_not_found": form(),
    "purchase.customers_differ": form(),
    "purchase.already_assigned": form(),
    "import.broken_file": form(),
    "import.bad_row": form(),
    "history.unreadable": form(),
}


def answer_refusal(refusal: Refusal, read_form: serializers.Serializer[Any] | None) -> Response:
    """Give the answer for a refusal; `read_form` is the form that the handler read, if it read one."""
    row = TABLE.get(refusal.code, text())
    words = row.text or str(refusal)
    if row.shape is Shape.PLAIN:
        return answer_status(row.status)
    if row.shape is Shape.GUARD:
        return Response({"code": row.status, "message": words}, status=row.status)
    if row.shape is Shape.TEXT or read_form is None:
        return Response({"error": words}, status=row.status)
    return Response(forms.error_at(read_form, refusal.at_field or row.field, words), status=row.status)


def answer_status(status: int) -> Response:
    """Give the bare body of a status."""
    return Response({"error": {"code": status, "message": HTTPStatus(status).phrase}}, status=status)


def answer_unauthenticated(message: str) -> Response:
    """Give the 401 of the original's token guard."""
    response = Response({"code": 401, "message": message}, status=401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def answer_problem(error: Exception) -> Response:
    """Give the answer for anything but a refusal."""
    if isinstance(error, forms.FormInvalid):
        return Response(error.body, status=400)
    if isinstance(error, tokens.DeactivatedHolder):
        return answer_status(403)
    if isinstance(error, tokens.ExpiredToken):
        return answer_unauthenticated("Expired JWT Token")
    if isinstance(error, tokens.CredentialProblem):
        return answer_unauthenticated("Invalid JWT Token")
    if isinstance(error, exceptions.NotAuthenticated):
        return answer_unauthenticated("JWT Token not found")
    if isinstance(error, exceptions.AuthenticationFailed):
        return answer_unauthenticated(str(error.detail))
    status = error.status_code if isinstance(error, exceptions.APIException) else 500
    response = answer_status(status)
    if status in {429, 503}:
        response.headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
    return response
