"""Answers in the dialect's words: envelopes, moments in the store's zone, amounts as numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from rest_framework.renderers import JSONRenderer

from loyalty.api.omniwallet.lists import Page

MEDIA_TYPE = "application/vnd.api+json"
VERSION = {"version": "1.0"}


class JsonApiRenderer(JSONRenderer):
    """Compact JSON in UTF-8 under the media type of JSON:API."""

    media_type = MEDIA_TYPE
    charset = None


def instant(moment: datetime, zone: tzinfo) -> str:
    """Give a moment as `2026-03-14T13:00:00+01:00` in a store's zone."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def single(resource: Mapping[str, Any], *, address: str) -> dict[str, Any]:
    """Give the document of one resource."""
    return {"json_api": VERSION, "links": {"self": address}, "data": resource}


def collection(page: Page[Any], resources: Sequence[Mapping[str, Any]], *, address: str) -> dict[str, Any]:
    """Give the document of one page of resources."""
    return {"meta": page.meta(), "json_api": VERSION, "links": page.links(address), "data": resources}


def relationship(page: Page[Any], resource_type: str, *, address: str, related: str) -> dict[str, Any]:
    """Give the document of one page of a relationship: types and ids alone.

    The document shows `self` and `related`; `next` is there where the page is not the last.
    """
    following = {name: link for name, link in page.links(address).items() if name == "next"}
    return {
        "jsonapi": VERSION,
        "links": {"self": address, "related": related, **following},
        "data": [{"type": resource_type, "id": str(row.pk)} for row in page.items],
    }
