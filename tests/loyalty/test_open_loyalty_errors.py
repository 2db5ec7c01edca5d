"""Refusals and problems look as the table says."""

import json

import pytest
from rest_framework import exceptions

from loyalty.api.open_loyalty import errors, forms
from loyalty.api.open_loyalty.fields import TextField
from loyalty.refusals import InvalidInput, NotFound
from loyalty.tokens import DeactivatedHolder, ExpiredToken, InvalidToken


def _body(response):
    return response.status_code, json.loads(json.dumps(response.data))


def test_bare_statuses():
    assert _body(errors.answer_refusal(NotFound(), None)) == (
        404,
        {"error": {"code": 404, "message": "Not Found"}},
    )


class NameForm(forms.Form):
    name = TextField()


def test_a_form_refusal_without_a_form_is_a_text():
    refusal = InvalidInput(field="name", reason="No.")
    assert _body(errors.answer_refusal(refusal, None)) == (400, {"error": "No."})


def test_a_form_refusal_is_at_its_field():
    form, _ = forms.read(NameForm, {})
    refusal = InvalidInput(field="name", reason="No.")
    assert _body(errors.answer_refusal(refusal, form)) == (
        400,
        {"form": {"children": {"name": {"errors": ["No."]}}}, "errors": []},
    )


@pytest.mark.parametrize(
    ("problem", "status", "message"),
    [
        (exceptions.NotAuthenticated(), 401, "JWT Token not found"),
        (InvalidToken(), 401, "Invalid JWT Token"),
        (ExpiredToken(), 401, "Expired JWT Token"),
    ],
)
def test_credential_problems_speak_as_the_original_guard(problem, status, message):
    assert _body(errors.answer_problem(problem)) == (status, {"code": status, "message": message})


@pytest.mark.parametrize(
    ("problem", "status", "message"),
    [
        (DeactivatedHolder(), 403, "Forbidden"),
        (exceptions.PermissionDenied(), 403, "Forbidden"),
        (exceptions.ParseError(), 400, "Bad Request"),
        (exceptions.UnsupportedMediaType("x"), 415, "Unsupported Media Type"),
        (exceptions.Throttled(wait=7), 429, "Too Many Requests"),
        (exceptions.APIException("a secret"), 500, "Internal Server Error"),
        (RuntimeError("a secret"), 500, "Internal Server Error"),
    ],
)
def test_http_problems_are_bare(problem, status, message):
    assert _body(errors.answer_problem(problem)) == (status, {"error": {"code": status, "message": message}})
