"""How refusals and HTTP problems look in the dialect: JSON:API error objects, by one table of statuses.

Rows are strings, so that this floor names what the floors above refuse without importing them. A code that is
missing here is a programming error that a test finds.
"""

from collections.abc import Mapping
from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.response import Response

from loyalty import tokens
from loyalty.api.omniwallet.problems import Problem, ProblemsFound
from loyalty.refusals import Refusal

# Refusal code -> status: 409 where something else is in the way, 422 where the value itself cannot be taken. Rows of
# the upper floors stand in their own sections.
TABLE: dict[str, int] = {
    # loyalty
    "not_found": 404,
    "invalid_input": 422,
    "idempotency.key_too_long": 400,
    "idempotency.key_reused": 422,
    "idempotency.in_flight": 409,
    "code.unknown": 422,
    "code.too_many_guesses": 429,
    "image.too_large": 422,
    "image.not_accepted": 422,
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
    "store.code_reserved": 422,
    "store.code_taken": 409,
    # customers
    "customer.card_missing": 409,
    "customer.card_not_drawable": 422,
    "customer.card_taken": 409,
    "customer.company_incomplete": 422,
    "customer.deleted": 404,
    "customer.anonymized": 409,
    "customer.email_invalid": 422,
    "customer.email_taken": 409,
    "customer.field_invalid": 422,
    "customer.password_too_weak": 422,
    "customer.phone_invalid": 422,
    "customer.phone_missing": 422,
    "customer.phone_taken": 409,
    "customer.point_of_sale_unknown": 422,
    "customer.profile_edits_closed": 403,
    "customer.seller_unknown": 422,
    "customer.unknown": 422,
    "invitation.not_active": 409,
    "invitation.own_address": 422,
    "invitation.recipient_missing": 422,
    "invitation.too_many": 429,
    "level.in_use": 409,
    "level.unknown": 422,
    "password.current_wrong": 422,
    "password.too_many_attempts": 429,
    "password.too_weak": 422,
    "segment.in_use": 409,
    # wallet
    "points.not_enough": 422,
    "points.invalid": 422,
    "points.same_wallet": 422,
    "points.gift_daily_limit": 422,
    "points.gift_account_too_young": 422,
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
    "purchase.returns_not_accepted": 422,
    "purchase.revised_unknown": 422,
    "purchase.revised_of_another": 422,
    "purchase.point_of_sale_unknown": 422,
    "purchase.negative_line": 422,
    "purchase.not_found": 404,
    "purchase.customer_not_found": 422,
    "purchase.customers_differ": 422,
    "purchase.already_assigned": 409,
    "import.broken_file": 422,
    "import.bad_row": 422,
    "history.unreadable": 422,
}

_WORDS = {
    400: ("malformed", "The request cannot be read."),
    401: ("token.invalid", "The token is missing, unknown, expired or revoked."),
    403: ("forbidden", "The token does not open this route."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This address has no such method."),
    413: ("too_large", "The body is too large."),
    415: ("media_type", "Bodies are application/vnd.api+json or application/json."),
    429: ("too_many_requests", "Too many requests; wait a moment."),
    503: ("unavailable", "Try again in a moment."),
}


def answer_refusal(refusal: Refusal, pointers: Mapping[str, str]) -> Response:
    """Give the answer for a refusal; `pointers` say where the read body holds each of our fields."""
    status = TABLE.get(refusal.code, 422)
    pointer = pointers.get(refusal.at_field or "")
    return answer(Problem(status, refusal.code, str(refusal), pointer=pointer))


def answer_problem(error: Exception) -> Response:
    """Give the answer for anything but a refusal."""
    if isinstance(error, ProblemsFound):
        return answer(*error.problems)
    if isinstance(error, tokens.DeactivatedHolder):
        return answer_status(403)
    if isinstance(error, tokens.CredentialProblem):
        return answer_status(401)
    status = error.status_code if isinstance(error, exceptions.APIException) else 500
    response = answer_status(status)
    if status in {429, 503}:
        response.headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
    return response


def answer_status(status: int) -> Response:
    """Give the answer that a bare status means."""
    code, detail = _WORDS.get(status, ("failed", HTTPStatus(status).phrase))
    response = answer(Problem(status, code, detail))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def answer(*problems: Problem) -> Response:
    """Give the answer that lists problems of one status."""
    return Response({"errors": [problem.as_error() for problem in problems]}, status=problems[0].status)
