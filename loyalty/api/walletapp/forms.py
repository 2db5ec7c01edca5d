"""Forms of the dialect: what the parameters of a call may say, read strictly, and the errors that name each field.

class UnsubscribeForm(BrandForm):
    email = EmailField(required=True)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.fields import empty

from loyalty.api.walletapp.fields import ListField, NumberField, UuidField

Errors = dict[str, list[str]]
NON_FIELD = "non_field_errors"


class Form(serializers.Serializer[Any]):
    """Parameters that travel together. `source` gives our name where it differs from the wire's."""

    default_error_messages = {"invalid": "This must be an object."}

    def run_validation(self, data: Any = empty) -> Any:
        # An item of a list that is null or empty is no object.
        return super().run_validation([] if data is None else data)


class BrandForm(Form):
    """The parameter of nearly every route."""

    brand_id = UuidField(required=True)


class PageForm(BrandForm):
    """Which page of a list."""

    page = NumberField()
    per_page = NumberField(at_most=1000)


class FormInvalid(APIException):
    """Parameters that the form refuses, field by field; dotted inside lists: `users.3.email`."""

    status_code = 422

    def __init__(self, errors: Errors) -> None:
        super().__init__()
        self.errors = errors


def read(form_class: type[Form], parameters: Mapping[str, Any], *, context: dict[str, Any]) -> dict[str, Any]:
    """Read parameters through a form and give its values under our names.

    Raises: FormInvalid.
    """
    form = form_class(data=dict(parameters), context=context)
    if not form.is_valid():
        raise FormInvalid(dict(_flat(form.errors)))
    return dict(form.validated_data)


def wire_name(form_class: type[Form] | None, ours: str) -> str:
    """Give the parameter that a refusal means by our name, dotted inside lists."""
    if form_class is None:
        return ours
    head, *rest = ours.split(".")
    for name, field in form_class().fields.items():
        if head in {field.source, name}:
            inner = getattr(field.child, "__class__", None) if isinstance(field, ListField) else None
            if len(rest) == 2 and isinstance(inner, type) and issubclass(inner, Form):
                rest[1] = wire_name(inner, rest[1])
            return ".".join([name, *rest])
    return ours


def _flat(errors: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _flat(inner, path if name == NON_FIELD else f"{path}.{name}" if path else str(name))
    else:
        yield path or "body", [str(error) for error in errors]
