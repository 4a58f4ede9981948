"""The messages of `graphql-transport-ws`, and the codes with which a socket closes.

Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final, cast

from api.execution.encoding import read_json

SUBPROTOCOL: Final = "graphql-transport-ws"
LONGEST_MESSAGE: Final = 256 * 1024  # bytes, as for a request by HTTP


class CloseCode(IntEnum):
    """Why the server ends a socket."""

    TOO_LARGE = 1009
    INTERNAL = 1011
    TRY_AGAIN = 1013
    INVALID_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    BAD_SUBPROTOCOL = 4406
    SLOW_TO_INITIALISE = 4408
    DUPLICATE_ID = 4409
    TOO_MANY_SOCKETS = 4420
    INITIALISED_TWICE = 4429


class Kind(StrEnum):
    """Messages that a client may send."""

    INIT = "connection_init"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    COMPLETE = "complete"


class Closing(Exception):
    """Ends the socket with a code and a reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Incoming:
    """A well-formed message. `id` is empty where the kind has none."""

    kind: Kind
    id: str
    payload: dict[str, Any]


def read_message(frame: str | None) -> Incoming:
    """A text frame as a message; None stands for a binary frame.

    Raises: Closing.
    """
    if frame is None:
        raise _invalid("not a text frame")
    if len(frame) > LONGEST_MESSAGE or len(frame.encode("utf-8", "replace")) > LONGEST_MESSAGE:
        raise Closing(CloseCode.TOO_LARGE, "Message too large")
    try:
        parsed = read_json(frame)
    except ValueError:
        raise _invalid("not JSON") from None
    if not isinstance(parsed, dict):
        raise _invalid("not an object")
    return _checked(cast("dict[str, Any]", parsed))


def _checked(message: dict[str, Any]) -> Incoming:
    try:
        kind = Kind(str(message.get("type")))
    except ValueError:
        raise _invalid("unknown type") from None
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _invalid("payload is not an object")
    if kind is Kind.SUBSCRIBE and payload is None:
        raise _invalid("payload is missing")
    id_: object = message.get("id", "")
    if not isinstance(id_, str) or (kind in {Kind.SUBSCRIBE, Kind.COMPLETE} and not id_):
        raise _invalid("id is not a string")
    return Incoming(kind, id_, cast("dict[str, Any]", payload or {}))


def _invalid(why: str) -> Closing:
    return Closing(CloseCode.INVALID_MESSAGE, f"Invalid message received: {why}")
