"""Pieces of paths: ids, which answer 404 like unknown ones when they have not the form of an id."""

from uuid import UUID

from django.urls import register_converter

from loyalty.api.base import BadId
from loyalty.api.open_loyalty.fields import read_uuid


class IdConverter:
    """`<id:customer>`: a UUID. Anything else reaches the view as a BadId, so that access is decided first."""

    regex = "[^/]+"

    def to_python(self, value: str) -> UUID | BadId:
        return read_uuid(value) or BadId()

    def to_url(self, value: UUID | str) -> str:
        return str(value)


register_converter(IdConverter, "id")
