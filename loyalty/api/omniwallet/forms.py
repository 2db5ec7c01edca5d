"""Forms of the dialect: what a body may say, read strictly, and where in it a value was refused.

A resource comes as `{"data": {"type", "id", "attributes"}}` or, as the vendor's document has it, bare. An action's
values come bare, within `data`, or as the `attributes` within that. Members that no form knows are left alone: clients
send back what they were given.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from loyalty.api.omniwallet.fields import BLANK
from loyalty.api.omniwallet.problems import Problem, ProblemsFound


class Form(serializers.Serializer[Any]):
    """Values that travel together under wire names; `source` gives our name where it differs."""

    resource_type: ClassVar[str | None] = None


class ResourceForm(Form):
    """The attributes of a resource of one type."""

    resource_type: ClassVar[str]


class ActionForm(Form):
    """The values of a call that is no resource."""


class Body:
    """A body unwrapped: the values for a form, and the pointer to where in the body they stand."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.pointer = ""
        self.content: Mapping[str, Any] = document
        if "data" in document:
            self._enter("data")

    def _enter(self, name: str) -> None:
        inner = self.content.get(name)
        self.pointer += f"/{name}"
        if not isinstance(inner, Mapping):
            raise ProblemsFound(_invalid(self.pointer, "This value should be an object."))
        self.content = inner

    def expect_resource(self, resource_type: str, *, resource_id: str | None = None) -> None:
        """Go on to the attributes of a resource of this type and, where one is given, this id (letter case aside).

        Raises: ProblemsFound: 422 for what is missing, 409 for another type or another id.
        """
        for name, wanted in (("type", resource_type), ("id", resource_id)):
            if wanted is not None:
                self._expect(name, wanted)
        if "attributes" not in self.content:
            raise ProblemsFound(_invalid(f"{self.pointer}/attributes", BLANK))
        self._enter("attributes")

    def expect_action(self) -> None:
        """Go on to the values of a call; a `type` beside the attributes counts where they have none."""
        if isinstance(self.content.get("attributes"), Mapping):
            outer = {"type": self.content["type"]} if "type" in self.content else {}
            self._enter("attributes")
            self.content = {**outer, **self.content}

    def _expect(self, name: str, wanted: str) -> None:
        given, pointer = self.content.get(name), f"{self.pointer}/{name}"
        if given is None:
            raise ProblemsFound(_invalid(pointer, BLANK))
        if not isinstance(given, str):
            raise ProblemsFound(_invalid(pointer, "This value should be a text."))
        if given.strip().lower() != wanted.lower():
            detail = f"The resource at this address has another {name}."
            raise ProblemsFound(Problem(409, f"resource.{name}_differs", detail, pointer=pointer))


def read(
    form_class: type[Form],
    document: Mapping[str, Any],
    *,
    resource_id: str | None = None,
    partial: bool = False,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read a body through a form; give its values under our names, and the pointer to each of our names.

    Raises: ProblemsFound.
    """
    body = Body(document)
    if form_class.resource_type is None:
        body.expect_action()
    else:
        body.expect_resource(form_class.resource_type, resource_id=resource_id)
    form = form_class(data=dict(body.content), partial=partial)
    pointers = {str(field.source): f"{body.pointer}/{name}" for name, field in form.fields.items()}
    if not form.is_valid():
        raise ProblemsFound(
            *(
                _invalid(f"{body.pointer}/{name}", str(detail))
                for name, details in form.errors.items()
                for detail in details
            )
        )
    return dict(form.validated_data), pointers


def _invalid(pointer: str, detail: str) -> Problem:
    return Problem(422, "invalid_input", detail, pointer=pointer)
