"""How the programme logs: one event per line, as JSON for machines or coloured for people, without secrets.

Query strings never reach a log (they may carry a token), nor do values under names that mean a secret, nor what names
a person: parts of a path that are an e-mail address, a number or a token, e-mail addresses in any text, and the rows
that PostgreSQL quotes in its errors. People are in logs by their ids alone, so that erasing them needs no logs.
"""

import io
import re
from collections.abc import Sequence
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES = frozenset(
    {"password", "token", "refresh_token", "authorization", "auth_token", "secret", "api_key"}
)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Phone and card numbers and codes have this many digits in a row; real words and short numbers have not.
_NUMBER = re.compile(r"[0-9]{6,}")
_LONGEST_WORD = 40
_EMAIL = re.compile(r"[^\s@'\"<>()=,;:]+(?:@|%40)[^\s@'\"<>()=,;:]+", re.IGNORECASE)
# What PostgreSQL says of the row that an error is about: "DETAIL:  Key (phone)=(…) already exists."
_DETAIL = re.compile(r"^(\s*)(DETAIL|CONTEXT):.*$", re.MULTILINE)
_HIDDEN = "***"


def scrub_path(path: str) -> str:
    """Give a path without the parts that may name a person or open something."""
    return "/".join(_HIDDEN if _tells(part) else part for part in path.split("/"))


def scrub_text(text: str) -> str:
    """Give a text without e-mail addresses and without the rows that a database quotes."""
    return _EMAIL.sub(_HIDDEN, _DETAIL.sub(rf"\1\2: {_HIDDEN}", text))


def _tells(part: str) -> bool:
    if _ID.fullmatch(part):
        return False
    return bool(_NUMBER.search(part) or _EMAIL.search(part) or "%" in part or len(part) > _LONGEST_WORD)


def scrub(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Take secrets and people out of a log line: see above."""
    for key in ("request", "path"):
        if isinstance(event.get(key), str):
            event[key] = scrub_path(event[key].split("?", 1)[0])
    for key in ("event", "exception"):
        if isinstance(event.get(key), str):
            event[key] = scrub_text(event[key])
    for key in _SECRET_NAMES & event.keys():
        event[key] = "***"
    return event


def _plain_traceback(out: TextIO, exc_info: Any) -> None:
    """Write a traceback for people, without local variables and without people."""
    written = io.StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    out.write(scrub_text(written.getvalue()))


_SHARED: Sequence[Processor] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    scrub,
)


def configure(log_format: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING for it; `log_format` is `json` or `console`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [structlog.processors.format_exc_info, scrub, structlog.processors.JSONRenderer(sort_keys=True)]
        if log_format == "json"
        # Plain: the coloured form prints local variables, secrets among them.
        else [structlog.dev.ConsoleRenderer(exception_formatter=_plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                "foreign_pre_chain": list(_SHARED),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers write lines as they are, with whoever they name.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Its lines repeat what the request middleware logs, at warning for every 404.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "axes": {"level": "ERROR"},
        },
    }
