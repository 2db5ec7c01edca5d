"""Forms of the dialect: what a body or a query may say, read strictly, and which member is at fault.

Members that no form knows are left alone: clients send back what they were given.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException

from loyalty.api.orderingstack.fields import TextsField


class Form(serializers.Serializer[Any]):
    """Values that travel together under wire names; `source` gives our name where it differs."""


class FormInvalid(APIException):
    """Values that a form refuses: wire name -> what is wrong with it."""

    status_code = 400

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


def read(form_class: type[Form], values: Mapping[str, Any]) -> dict[str, Any]:
    """Read a body through a form and give its values under our names.

    Raises: FormInvalid.
    """
    form = form_class(data=dict(values))
    if not form.is_valid():
        raise FormInvalid({name: str(details[0]) for name, details in form.errors.items()})
    return dict(form.validated_data)


def read_query(form_class: type[Form], query: Any) -> dict[str, Any]:
    """Read a query through a form; only what the form lists as texts may come several times.

    Raises: FormInvalid.
    """
    fields = form_class().fields
    values = {
        name: query.getlist(name) if isinstance(field, TextsField) else query.get(name)
        for name, field in fields.items()
        if name in query
    }
    repeated = [name for name in values if name in query and not isinstance(fields[name], TextsField)]
    twice = {name: "must come once" for name in repeated if len(query.getlist(name)) > 1}
    if twice:
        raise FormInvalid(twice)
    return read(form_class, values)


def wire_name(form_class: type[Form] | None, ours: str) -> str:
    """Give the member that a refusal means by our name."""
    fields = {} if form_class is None else form_class().fields
    return next((name for name, field in fields.items() if ours in {field.source, name}), ours)
