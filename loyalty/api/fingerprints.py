"""What makes two requests the same for an idempotency key: query and body, whatever the encoding of a form was."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from loyalty import idempotency

_SECRET_PARAMETERS = frozenset({"auth_token"})


def of_request(request: Request) -> str:
    """Give the digest of a request's query and body; multipart bodies count by fields and file contents."""
    query = sorted(
        (name, value)
        for name, values in request.query_params.lists()
        if name not in _SECRET_PARAMETERS
        for value in values
    )
    if "multipart/form-data" in (request.content_type or ""):
        body = json.dumps(_describe(request.data), sort_keys=True).encode()
    else:
        body = request._request.body
    return idempotency.digest_of([json.dumps(query).encode(), body])


def _describe(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        return {"file": value.name, "sha256": _hash_file(value)}
    if isinstance(value, dict):
        return {str(key): _describe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_describe(item) for item in value]
    return str(value)


def _hash_file(upload: "UploadedFile[Any]") -> str:
    whole = hashlib.sha256()
    for chunk in _chunks(upload):
        whole.update(chunk)
    upload.seek(0)
    return whole.hexdigest()


def _chunks(upload: "UploadedFile[Any]") -> Iterator[bytes]:
    upload.seek(0)
    yield from upload.chunks()
