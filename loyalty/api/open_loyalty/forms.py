"""Forms of the dialect: what a body may say, read strictly, and the error body that names every field.

A form is declared with wire names; `source` gives our name where it differs:

    class LevelForm(Form):
        wrapped_in = "level"
        name = TextField(required=True, max_length=128)
        conditionValue = AmountField(required=True, source="threshold")
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.fields import empty

from loyalty.api.open_loyalty.fields import INVALID, MAX_LABELS, TextField, WireField

NON_FIELD = "non_field_errors"
# Labels to narrow a list by: each is a look into another table, and the database ponders over the order of many for
# seconds.
MAX_LABEL_FILTERS = 20


class Form(serializers.Serializer[Any]):
    """Fields that travel together. `wrapped_in`: the name around them in a body (`customer[email]`)."""

    wrapped_in: ClassVar[str | None] = None
    default_error_messages = {"invalid": INVALID}

    def __init__(self, *args: Any, required: bool = False, **options: Any) -> None:
        if not options.get("many"):
            options.setdefault("allow_null", True)
        super().__init__(*args, required=required, **options)

    def run_validation(self, data: Any = empty) -> Any:
        # Inside another form, absence must still name the blank fields of a required form.
        if data in ("", None) or (data == [] and self.parent is not None):
            data = {}
        if data is empty and self.required:
            data = {}
        return super().run_validation(data)


class FormInvalid(APIException):
    """A body that the form refuses; `body` is the answer."""

    status_code = 400

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.body = body


def read(
    form_class: type[Form],
    body: Mapping[str, Any],
    *,
    partial: bool = False,
    context: dict[str, Any] | None = None,
) -> tuple[Form, dict[str, Any]]:
    """Read a body through a form and give the form with its values under our names.

    Raises: FormInvalid.
    """
    inner: Any = body if form_class.wrapped_in is None else body.get(form_class.wrapped_in)
    # An empty object is written in several ways; anything else in its place is no form.
    is_form = isinstance(inner, Mapping) or inner in (None, "", [])
    data = dict(inner) if isinstance(inner, Mapping) else {}
    form = form_class(data=data, partial=partial, context=context or {})
    if not form.is_valid() or not is_form:
        wrong = {} if is_form else {NON_FIELD: [INVALID]}
        raise FormInvalid(error_body(form, {**form.errors, **wrong}))
    return form, dict(form.validated_data)


def error_body(form: serializers.Serializer[Any], errors: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer for refused values: every field of the form, with its errors where it has some."""
    described: dict[str, Any] = {}
    if errors.get(NON_FIELD):
        described["errors"] = [str(error) for error in errors[NON_FIELD]]
    described["children"] = _children(form, errors)
    return {"form": described, "errors": []}


def error_at(form: serializers.Serializer[Any], field: str | None, message: str) -> dict[str, Any]:
    """Give the answer for one refused value, `field` being our name (dotted inside nested forms).

    A name that the form does not have itself may be that of a part: `country` is found in the `address`.
    """
    if field is None:
        return error_body(form, {NON_FIELD: [message]})
    errors: dict[str, Any] = {}
    here: dict[str, Any] = errors
    level: Any = form
    *outer, last = field.split(".")
    if not outer and _wire_name(form, last) not in form.fields:
        outer = [name for name, part in form.fields.items() if _has(part, last)][:1]
    for part in outer:
        name = _wire_name(level, part)
        level = level.fields.get(name) if isinstance(level, serializers.Serializer) else None
        here = here.setdefault(name, {})
    name = _wire_name(level, last)
    if isinstance(level, serializers.Serializer) and name not in level.fields:
        return error_body(form, {NON_FIELD: [message]})
    here[name] = [message]
    return error_body(form, errors)


def _has(part: Any, ours: str) -> bool:
    return isinstance(part, serializers.Serializer) and _wire_name(part, ours) in part.fields


def _wire_name(form: Any, ours: str) -> str:
    if isinstance(form, serializers.Serializer):
        for name, field in form.fields.items():
            if ours in (field.source, name):
                return str(name)
    return ours


def _children(form: serializers.Serializer[Any], errors: Any) -> dict[str, Any]:
    found = errors if isinstance(errors, Mapping) else {}
    return {name: _node(field, found.get(name)) for name, field in form.fields.items()}


def _node(field: Any, error: Any) -> dict[str, Any]:
    if isinstance(field, serializers.Serializer):
        node: dict[str, Any] = {}
        own = error.get(NON_FIELD) if isinstance(error, Mapping) else error
        if own:
            node["errors"] = [str(each) for each in own]
        return {**node, "children": _children(field, error)}
    if not error:
        return {}
    if isinstance(error, Mapping):
        child = getattr(field, "child", None)
        return {"children": {str(place): _node(child, each) for place, each in error.items()}}
    return {"errors": [str(each) for each in error]}


class AddressForm(Form):
    """Where somebody lives or something stands."""

    street = TextField()
    address1 = TextField()
    address2 = TextField()
    postal = TextField(max_length=32)
    city = TextField()
    province = TextField()
    country = TextField()


class LabelForm(Form):
    """One label."""

    key = TextField(required=True, max_length=128)
    value = TextField(max_length=255, default="")


class LabelListField(WireField):
    """Labels as a list of `{"key", "value"}`, or as numbered places in bracket notation."""

    empty_value: list[dict[str, str]] = []

    def __init__(self, *, max_items: int = MAX_LABELS, **options: Any) -> None:
        self.max_items = max_items
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        items = list(data.values()) if isinstance(data, Mapping) else data
        if not isinstance(items, list) or len(items) > self.max_items:
            self.fail("invalid")
        labels, errors = [], {}
        for place, item in enumerate(items):
            form = LabelForm(data=item if isinstance(item, Mapping) else {})
            if form.is_valid():
                labels.append(dict(form.validated_data))
            else:
                errors[str(place)] = form.errors
        if errors:
            raise serializers.ValidationError(errors)
        return labels
