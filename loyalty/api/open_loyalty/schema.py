"""OpenAPI of the dialect, read from the forms and answers that the views declare."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from loyalty.api.open_loyalty import fields
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.schema import ViewSchema

# What a field of a form looks like in JSON; the first class that fits counts.
_SHAPES: tuple[tuple[type[fields.WireField], dict[str, Any]], ...] = (
    (fields.EmailField, {"type": "string", "format": "email"}),
    (fields.TextField, {"type": "string"}),
    (fields.AmountField, {"type": "number", "multipleOf": 0.01}),
    (fields.DecimalField, {"type": "number"}),
    (fields.IntegerField, {"type": "integer"}),
    (fields.FlagField, {"type": "boolean"}),
    (fields.UuidField, {"type": "string", "format": "uuid"}),
    (fields.DateField, {"type": "string", "format": "date"}),
    (fields.InstantField, {"type": "string", "example": "2026-03-14 12:00"}),
    (fields.LabelsTextField, {"type": "string", "example": "key1:value1;key2:value2"}),
    (fields.FileField, {"type": "string", "format": "binary"}),
)
_PROBLEM = {
    "type": "object",
    "properties": {"error": {}, "form": {"type": "object"}, "errors": {"type": "array"}},
}


@cache
def wrap(form_class: type[Form]) -> Any:
    """Give the serializer of a body that holds a form under its name; one per form, so that it is one component."""
    inner: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        form_class.wrapped_in or "": form_class(required=True)
    }
    return inline_serializer(name=f"{_app_of(form_class)}{form_class.__name__}Body", fields=inner)


def _app_of(thing: type) -> str:
    return thing.__module__.split(".")[0].capitalize()


class WireFieldExtension(OpenApiSerializerFieldExtension):
    """Describes the dialect's own fields."""

    target_class = "loyalty.api.open_loyalty.fields.WireField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        field = self.target
        if isinstance(field, fields.ChoiceField):
            return {"type": "string", "enum": list(field.words)}
        if isinstance(field, fields.ListField):
            items = auto_schema._map_serializer_field(field.child, direction)  # noqa: SLF001  # the library offers no other
            return {"type": "array", "items": items, "maxItems": field.max_items}
        shape = next((dict(shape) for kind, shape in _SHAPES if isinstance(field, kind)), {})
        if isinstance(field, fields.TextField):
            shape["maxLength"] = field.max_length
        return shape


class DialectSchema(ViewSchema):
    """Takes bodies from `form_class(es)` and answers from `answers`."""

    form_class = Form

    def get_tags(self) -> list[str]:
        return [_app_of(type(self.view))]

    def prefix_of(self, kind: type) -> str:
        # Several apps have forms of one name (AddressForm).
        return _app_of(kind)

    def get_auth(self) -> list[dict[str, list[str]]]:
        view: Any = self.view
        return [{}] if view.grant_for(self.method).public else [{"bearer": []}, {"permanentToken": []}]

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        form_class = view.form_class_for(self.method)
        if form_class is None or form_class.wrapped_in is None:
            return form_class
        return wrap(form_class)

    def get_response_serializers(self) -> Any:
        view: Any = self.view
        answer = view.answers.get(self.method, OpenApiTypes.OBJECT)
        return {200: answer, 400: _PROBLEM, 401: _PROBLEM, 403: _PROBLEM, 404: _PROBLEM}


def name_store_as_documented(result: dict[str, Any], **circumstances: Any) -> dict[str, Any]:
    """Write `{storeCode}` for the store in paths, as the original's documents do."""
    result["paths"] = {
        path.replace("{store_code}", "{storeCode}"): methods for path, methods in result["paths"].items()
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "store_code":
                    parameter["name"] = "storeCode"
    return result
