"""OpenAPI of the dialect, read from the forms, lists, grants and answers that the views declare."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from loyalty.api.orderingstack.forms import Form
from loyalty.api.schema import ViewSchema

_PROBLEM = {
    "type": "object",
    "required": ["timestamp", "status", "error", "code", "message", "errors", "path"],
    "properties": {
        "timestamp": {"type": "string", "format": "date-time"},
        "status": {"type": "integer"},
        "error": {"type": "string"},
        "code": {"type": "string"},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "path": {"type": "string"},
    },
}
_LIST = {
    "sort": "a JSON array: a name, then ASC or DESC",
    "range": "a JSON array: the first and the last index; without it everything",
    "filter": "a JSON object: a value or several by name",
}
_BODY_METHODS = frozenset({"POST", "PUT"})


class Wallet2FieldExtension(OpenApiSerializerFieldExtension):
    """Describes the dialect's own fields."""

    target_class = "loyalty.api.orderingstack.fields.WireField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        return dict(self.target.shape)


class Wallet2Schema(ViewSchema):
    """Takes bodies from `form_classes`, parameters from `query_class` and `list_of`, answers from `answers`."""

    form_class = Form

    def get_tags(self) -> list[str]:
        return ["OrderingStack Wallet2"]

    def prefix_of(self, kind: type) -> str:
        return "Wallet2"

    def get_auth(self) -> list[dict[str, list[str]]]:
        view: Any = self.view
        grant = view.grant_for(self.method)
        if grant.public:
            return [{}]
        return [{"wallet2": [word]} for word in sorted(grant.abilities)] or [{"bearer": []}]

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        parameters: list[Any] = [
            OpenApiParameter(
                "x-tenant",
                OpenApiTypes.UUID,
                OpenApiParameter.HEADER,
                description="The store's id; without it the token's own store.",
            )
        ]
        if view.query_class is not None:
            parameters.append(view.query_class)
        if view.list_of is not None and self.method == "GET":
            parameters += [
                OpenApiParameter(name, OpenApiTypes.STR, description=words) for name, words in _LIST.items()
            ]
        return parameters

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        if self.method not in _BODY_METHODS:
            return None
        shape = view.bodies.get(self.method)
        return {view.body_type: shape} if shape else view.form_classes.get(self.method)

    def get_response_serializers(self) -> Any:
        view: Any = self.view
        status, answer = view.answers.get(self.method, (200, OpenApiTypes.OBJECT))
        return {status: answer, **dict.fromkeys((400, 401, 403, 404, 409), _PROBLEM)}
