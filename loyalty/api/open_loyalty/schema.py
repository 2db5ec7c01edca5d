"""OpenAPI of the dialect, read from the forms and answers that the views declare."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


class DialectSchema(AutoSchema):
    """Takes bodies from `form_class(es)` and answers from `answers`."""

    def get_request_serializer(self) -> Any:
        form_class = self.view.form_class_for(self.method)
        if form_class is None:
            return None
        if form_class.wrapped_in is None:
            return form_class
        return inline_serializer(
            name=f"{form_class.__name__}Body", fields={form_class.wrapped_in: form_class(required=True)}
        )

    def get_response_serializers(self) -> Any:
        answer = self.view.answers.get(self.method)
        if answer is not None:
            return answer
        return {200: inline_serializer(name="AnyAnswer", fields={"data": serializers.JSONField(required=False)})}

    def get_tags(self) -> list[str]:
        module = type(self.view).__module__.split(".")[0]
        return [module.capitalize()]
