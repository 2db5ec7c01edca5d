"""Pieces of paths: ids. A segment that is no UUID is no id, so such a path is tried against the routes that follow
and ends at the 404 of unknown paths: what cannot be an id names nothing, whoever asks.
"""

from uuid import UUID

from django.urls import register_converter

from loyalty.api.bodies import read_uuid


class IdConverter:
    """`<id:customer>`: a UUID in any letter case."""

    regex = "[^/]+"

    def to_python(self, value: str) -> UUID:
        found = read_uuid(value)
        if found is None:
            raise ValueError(value)
        return found

    def to_url(self, value: UUID | str) -> str:
        return str(value)


register_converter(IdConverter, "id")
