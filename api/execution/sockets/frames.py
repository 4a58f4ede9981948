"""What is written to sockets: encoded once, however many read it.

The result of an event is JSON made once for a group of subscribers. Their messages differ in the
operation's id alone, and clients like to call their first operation the same, so a message with
its WebSocket frame is kept for the next subscriber with that id.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from api.execution.encoding import write_json

_TEXT: Final = b"\x81"  # the last (and only) frame of a text message, RFC 6455 section 5.2
_SHORT, _MEDIUM, _LONG = 126, 127, 65_536
_MOST_KEPT: Final = 64  # ids; clients that make up random ones share nothing but the payload


class Message:
    """One JSON message to a client; its frame is made when first asked for."""

    def __init__(self, json: bytes) -> None:
        self.json = json

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Message:
        """Raises: TypeError for what JSON cannot hold."""
        return cls(write_json(message))

    @cached_property
    def frame(self) -> bytes:
        """The message as an unmasked, uncompressed WebSocket frame."""
        return _header(len(self.json)) + self.json


class Result:
    """What one event came to, for any number of operations."""

    __slots__ = ("_kept", "_payload")

    def __init__(self, body: Mapping[str, Any]) -> None:
        """Raises: TypeError for what JSON cannot hold."""
        self._payload = write_json(body)
        self._kept: dict[str, Message] = {}

    def to(self, id_: str) -> Message:
        """The `next` message of an operation."""
        message = self._kept.get(id_)
        if message is None:
            id_json = write_json(id_)
            message = Message(
                b'{"id":' + id_json + b',"type":"next","payload":' + self._payload + b"}"
            )
            if len(self._kept) < _MOST_KEPT:
                self._kept[id_] = message
        return message


def _header(length: int) -> bytes:
    if length < _SHORT:
        return _TEXT + bytes((length,))
    if length < _LONG:
        return _TEXT + bytes((_SHORT,)) + length.to_bytes(2, "big")
    return _TEXT + bytes((_MEDIUM,)) + length.to_bytes(8, "big")
