"""OpenAPI of the dialect, read from the forms and answers that the views declare."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes

from loyalty.api.schema import ViewSchema
from loyalty.api.walletapp import fields
from loyalty.api.walletapp.forms import Form

# What a field looks like in JSON; the first class that fits counts.
_SHAPES: tuple[tuple[type[fields.WireField], dict[str, Any]], ...] = (
    (fields.EmailField, {"type": "string", "format": "email"}),
    (fields.TextField, {"type": "string"}),
    (fields.UuidField, {"type": "string", "format": "uuid"}),
    (fields.FlagField, {"type": "boolean"}),
    (fields.NumberField, {"type": "integer", "minimum": 1}),
    (fields.PastInstantField, {"type": "string", "example": "2026-03-14 12:00:00"}),
)
_PROBLEM = {
    "type": "object",
    "required": ["message", "errors"],
    "properties": {
        "message": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class WireFieldExtension(OpenApiSerializerFieldExtension):
    """Describes the dialect's own fields."""

    target_class = "loyalty.api.walletapp.fields.WireField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        field = self.target
        if isinstance(field, fields.ListField):
            items = auto_schema._map_serializer_field(field.child, direction)  # noqa: SLF001  # the library offers no other
            # An item cannot be left out.
            items.pop("nullable", None)
            return {"type": "array", "items": items, "maxItems": field.max_items}
        shape = next((dict(shape) for kind, shape in _SHAPES if isinstance(field, kind)), {})
        if isinstance(field, fields.TextField):
            shape["maxLength"] = field.max_length
        return shape


class WalletAppSchema(ViewSchema):
    """Takes parameters and bodies from `form_class(es)` and answers from `answers`."""

    form_class = Form

    def get_tags(self) -> list[str]:
        return ["WalletApp"]

    def prefix_of(self, kind: type) -> str:
        return "WalletApp"

    def get_auth(self) -> list[dict[str, list[str]]]:
        view: Any = self.view
        return [{}] if view.grant_for(self.method).public else [{"bearer": []}]

    def get_override_parameters(self) -> list[Any]:
        # GET and DELETE read a body too, which OpenAPI cannot say; their parameters are shown in the query.
        view: Any = self.view
        form_class = view.form_class_for(self.method)
        return [form_class] if self.method not in _BODY_METHODS and form_class().fields else []

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        return view.form_class_for(self.method) if self.method in _BODY_METHODS else None

    def get_response_serializers(self) -> Any:
        view: Any = self.view
        answer = view.answers.get(self.method, OpenApiTypes.OBJECT)
        return {200: answer, **dict.fromkeys((400, 401, 403, 404, 409, 422, 429), _PROBLEM)}
