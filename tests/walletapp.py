"""Calls in the WalletApp dialect, as the vendor's document makes them: parameters in the body, whatever the method."""

import json
from typing import Any

from loyalty.models import Store
from tests.callers import Caller, as_partner

BASE = "/walletapp"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
UNAUTHENTICATED = (401, {"message": "Unauthenticated.", "errors": {}})
FORBIDDEN = (403, {"message": "This action is unauthorized.", "errors": {}})
NOT_FOUND = (404, {"message": "Not found.", "errors": {}})


class Member:
    """A caller of one brand: `walletapp("GET", "/members", email="…")` sends the brand along."""

    def __init__(self, store: Store, *abilities: str, caller: Caller | None = None) -> None:
        self.caller = caller or as_partner(store, *abilities)
        self.brand_id = str(store.pk)

    def __call__(self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
        sent = {"brand_id": self.brand_id, **body}
        response = self.caller(method, BASE + path, sent, headers=headers)
        return response.status_code, read(response)


def read(response: Any) -> Any:
    """Read an answer, streamed or not."""
    return json.loads(response.getvalue())


def refused(*, at: str, words: str | None = None) -> Any:
    """Match the answer that refuses one parameter."""
    return _Refused(at, words)


class _Refused:
    def __init__(self, at: str, words: str | None) -> None:
        self.at, self.words = at, words

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple) or other[0] != 422 or set(other[1]) != {"message", "errors"}:
            return False
        errors = other[1]["errors"]
        return list(errors) == [self.at] and (self.words is None or errors[self.at] == [self.words])

    __hash__ = None

    def __repr__(self) -> str:
        return f"a 422 at {self.at}: {self.words}"
