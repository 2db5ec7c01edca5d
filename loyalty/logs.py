"""How the programme logs: one event per line, as JSON for machines or coloured for people, without secrets.

Query strings never reach a log (they may carry a token), nor do values under names that mean a secret.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES = frozenset(
    {"password", "token", "refresh_token", "authorization", "auth_token", "secret", "api_key"}
)


def scrub(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Take secrets out of a log line: query strings of requests and the values of secret names."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = request.split("?", 1)[0]
    for key in _SECRET_NAMES & event.keys():
        event[key] = "***"
    return event


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
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True)]
        if log_format == "json"
        # Plain: the coloured form prints local variables, secrets among them.
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
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
            # Its lines repeat what the request middleware logs, at warning for every 404.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "axes": {"level": "ERROR"},
        },
    }
