"""OpenAPI of what every dialect's views have in common: operations named after their paths, described by docstrings."""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import BaseSerializer


class ViewSchema(AutoSchema):
    """The description of one dialect's views; subclasses say what their forms and answers look like."""

    # The dialect's forms, and what their names begin with: several dialects have forms of one name.
    form_class: ClassVar[type[BaseSerializer[Any]]]

    def get_operation_id(self) -> str:
        words = "".join(letter if letter.isalnum() else " " for letter in self.path).split()
        return "_".join((self.method.lower(), *words))

    def get_description(self) -> str:  # type: ignore[override]  # as the library overrides it
        return (type(self.view).__doc__ or "") if "__doc__" in vars(type(self.view)) else ""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        name: str = super().get_serializer_name(serializer, direction)
        kind = serializer if isinstance(serializer, type) else type(serializer)
        return f"{self.prefix_of(kind)}{name}" if issubclass(kind, self.form_class) else name

    def prefix_of(self, kind: type) -> str:
        """Give what the name of a form of this class begins with."""
        raise NotImplementedError
