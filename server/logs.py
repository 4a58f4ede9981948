"""Logs: JSON lines in production, colours in a terminal, one stream for everybody's.

What the standard library's loggers say (uvicorn, Tortoise, asyncio) goes the same way. Nothing
that opens a door is written: values by the names below, and bearer tokens anywhere, are struck
out; tracebacks come without the values of local variables.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, TextIO, cast

import orjson
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor, WrappedLogger

SECRETS: Final = frozenset(
    {
        "access_token",
        "authorization",
        "code",
        "cookie",
        "password",
        "refresh_token",
        "secret",
        "set_cookie",
        "token",
    }
)
REDACTED: Final = "[redacted]"
_BEARER: Final = re.compile(r"(?i)\bbearer\s+[^\s\"',]+")
# Access is logged by our own middleware; the rest says too much about too little.
_QUIET: Final = ("uvicorn", "uvicorn.error", "tortoise", "asyncio", "httpx", "httpcore")
_SILENT: Final = ("uvicorn.access", "tortoise.db_client")


def configure_logs(*, json: bool, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Sets the process up, once, before anything is logged."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    structlog.configure(
        # First of all: what is not written must cost nothing.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                *_rendering(json=json, colours=target.isatty()),
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in (*_QUIET, *_SILENT):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.CRITICAL if name in _SILENT else logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Strikes secrets out, however deep they lie in what is logged."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if key.lower().replace("-", "_") in SECRETS:
        return REDACTED
    if isinstance(value, str):
        return _BEARER.sub(f"Bearer {REDACTED}", value)
    if isinstance(value, Mapping):
        nested = cast("Mapping[str, object]", value)
        return {inner: _clean(str(inner), one) for inner, one in nested.items()}
    if type(value) in {list, tuple}:
        return [_clean("", one) for one in cast("list[object]", value)]
    return value


def _rendering(*, json: bool, colours: bool) -> list[Processor]:
    if not json:
        return [ConsoleRenderer(colors=colours, exception_formatter=plain_traceback)]
    without_locals = ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(without_locals),
        structlog.processors.JSONRenderer(serializer=_serialise),
    ]


def _serialise(event: EventDict, **_options: Any) -> str:  # noqa: ANN401 - structlog's own
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
