"""What is wrong with a request, as the dialect's error objects say it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException


@dataclass(frozen=True)
class Problem:
    """One error object: a status, a stable code, a sentence, and where in the request the fault is."""

    status: int
    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None

    def as_error(self) -> dict[str, Any]:
        """Give the error object of JSON:API."""
        error: dict[str, Any] = {
            "status": str(self.status),
            "code": self.code,
            "title": HTTPStatus(self.status).phrase,
            "detail": self.detail,
        }
        places = {"pointer": self.pointer, "parameter": self.parameter, "header": self.header}
        source = {name: place for name, place in places.items() if place is not None}
        return {**error, "source": source} if source else error


class ProblemsFound(APIException):
    """The request is refused for these problems, all of one status."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems
        self.status_code = problems[0].status
