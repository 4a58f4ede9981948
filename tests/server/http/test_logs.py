"""What is written, how, and what never is."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import orjson
import pytest
import structlog

from server.logs import REDACTED, configure_logs, redact


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A place for logs; afterwards everything is as it was."""
    handlers, level = logging.root.handlers, logging.root.level
    yield io.StringIO()
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_production_writes_json_lines_with_the_request_id(stream: io.StringIO) -> None:
    configure_logs(json=True, stream=stream)
    structlog.contextvars.bind_contextvars(request_id="trace-123")
    structlog.stdlib.get_logger("shop").info("order.paid", total=3)
    (line,) = lines(stream)
    assert (line["event"], line["total"], line["logger"]) == ("order.paid", 3, "shop")
    assert (line["request_id"], line["level"]) == ("trace-123", "info")
    assert line["timestamp"].endswith("Z")


def test_what_is_not_written_is_not_worked_out(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = Mock(side_effect=redact)
    monkeypatch.setattr("server.logs.redact", worked)
    configure_logs(json=True, level="WARNING", stream=stream)
    log = structlog.stdlib.get_logger("shop")
    log.info("order.paid", total=3)
    assert (worked.call_count, lines(stream)) == (0, [])
    log.warning("order.late")
    assert (worked.call_count, len(lines(stream))) == (1, 1)


def test_the_standard_library_goes_the_same_way(stream: io.StringIO) -> None:
    configure_logs(json=True, stream=stream)
    logging.getLogger("uvicorn.error").warning("%s is late", "it")
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.access").error("GET /graphql?query=x")
    assert [(line["logger"], line["event"]) for line in lines(stream)] == [
        ("uvicorn.error", "it is late")
    ]


def test_a_terminal_gets_something_to_read(stream: io.StringIO) -> None:
    configure_logs(json=False, stream=stream)
    structlog.stdlib.get_logger("shop").info("order.paid", total=3)
    assert "order.paid" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    assert "\033" not in stream.getvalue()  # colours are for terminals


def fail(*parts: str) -> None:
    password = "-".join(parts)
    raise RuntimeError(len(password))


@pytest.mark.parametrize("json", [True, False])
def test_a_traceback_shows_no_local_variables(stream: io.StringIO, json: bool) -> None:  # noqa: FBT001
    configure_logs(json=json, stream=stream)
    try:
        fail("sword", "fish")
    except RuntimeError:
        structlog.stdlib.get_logger("shop").exception("it.broke")
    assert "RuntimeError" in stream.getvalue()
    assert "sword-fish" not in stream.getvalue()


def test_a_value_that_json_does_not_know_is_written_all_the_same(stream: io.StringIO) -> None:
    configure_logs(json=True, stream=stream)
    structlog.stdlib.get_logger("shop").info("odd", value={1, 2}, keyed={7: object})
    assert lines(stream)[0]["event"] == "odd"


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Authorization",
        "token",
        "access_token",
        "Refresh-Token",
        "code",
        "password",
    ],
)
def test_secrets_are_struck_out_however_deep(name: str) -> None:
    event = {"event": "x", name: "s", "headers": {name: "s"}, "list": [{name: "s"}]}
    assert redact(None, "info", event) == {
        "event": "x",
        name: REDACTED,
        "headers": {name: REDACTED},
        "list": [{name: REDACTED}],
    }


def test_bearer_tokens_are_struck_out_of_texts() -> None:
    event = redact(None, "info", {"event": 'sent "Authorization: bearer abc.def-ghi", ok'})
    assert event["event"] == f'sent "Authorization: Bearer {REDACTED}", ok'
