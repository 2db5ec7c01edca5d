"""OpenAPI of the dialect, read from the forms, sorts and filters that the views declare."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from loyalty.api.omniwallet import fields, lists
from loyalty.api.omniwallet.forms import Form
from loyalty.api.schema import ViewSchema

_PROBLEM = {
    "type": "object",
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "status": {"type": "string"},
                    "code": {"type": "string"},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                    "source": {"type": "object"},
                },
            },
        }
    },
}


@cache
def resource_body(form_class: type[Form], *, changes: bool) -> Any:
    """Give the serializer of a resource around its attributes; one per form, so that it is one component.

    One that changes something names its id, and may leave out any attribute.
    """
    attributes = _changes_of(form_class) if changes else form_class
    inner: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "type": serializers.ChoiceField([form_class.resource_type]),
        **({"id": serializers.CharField()} if changes else {}),
        "attributes": attributes(required=True),
    }
    return inline_serializer(name=f"Omniwallet{attributes.__name__}Body", fields=inner)


def _changes_of(form_class: type[Form]) -> type[Form]:
    class Changes(form_class):  # type: ignore[valid-type, misc]  # a form of any resource
        """What is left out stays."""

        def get_fields(self) -> Any:
            found = super().get_fields()
            for field in found.values():
                field.required = False
            return found

    Changes.__name__ = f"{form_class.__name__}Changes"
    return Changes


class OmniwalletFieldExtension(OpenApiSerializerFieldExtension):
    """Describes the dialect's own fields."""

    target_class = "loyalty.api.omniwallet.fields.WireField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        field = self.target
        if isinstance(field, fields.ChoiceField):
            return {"type": "string", "enum": list(field.words)}
        shape = dict(field.shape)
        if isinstance(field, fields.TextField):
            shape["maxLength"] = field.max_length
        return shape


class OmniwalletSchema(ViewSchema):
    """Takes bodies from `form_classes`, parameters from `sorts` and `filters`, answers from `answers`."""

    form_class = Form

    def get_tags(self) -> list[str]:
        return ["Omniwallet"]

    def prefix_of(self, kind: type) -> str:
        return "Omniwallet"

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"bearer": []}]

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        parameters = [
            OpenApiParameter("email", OpenApiTypes.EMAIL, OpenApiParameter.PATH)
            for _ in range("{email}" in self.path)
        ]
        parameters.append(
            OpenApiParameter(
                "X-Omniwallet-Account",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The store's code; without it the token's own store.",
            )
        )
        if not (view.is_list and self.method == "GET"):
            return parameters
        names = [f"filter[{name}]" for name in view.filters] + (["sort"] if view.sorts else [])
        texts = [OpenApiParameter(name, OpenApiTypes.STR) for name in names]
        sizes = (("page[size]", lists.MAX_SIZE), ("page[number]", lists.MAX_NUMBER))
        numbers = [
            OpenApiParameter(name, {"type": "integer", "minimum": 1, "maximum": most}) for name, most in sizes
        ]
        return [*parameters, *texts, *numbers]

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        form_class = view.form_classes.get(self.method)
        if form_class is None or form_class.resource_type is None:
            return form_class
        return resource_body(form_class, changes=self.method == "PATCH")

    def get_response_serializers(self) -> Any:
        view: Any = self.view
        good = 201 if self.method == "POST" and view.makes else 200
        answer = view.answers.get(self.method, OpenApiTypes.OBJECT)
        problems = dict.fromkeys((400, 401, 403, 404, 409, 422), _PROBLEM)
        return {(good, view.answer_type): answer, **problems}
