"""What leaves a socket: messages for a client that may read slowly, or not at all.

A client that keeps up gets everything. One that does not is spared what is out of date: of an
operation that tells states, a newer one takes the place of an older one that was never sent. A
client that has left 1 MiB unread, what it was spared included, is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.execution.sockets.frames import Message, Result
from api.execution.sockets.wire import Wire

MOST_UNREAD: Final = 1024 * 1024
"""Bytes. Source: behaviour.md, "Requests"."""


class Outlet:
    """The writing side of one socket. `slow` is called once, when the client is to be let go."""

    __slots__ = ("_open", "_slow", "_spared", "_states", "_transport", "_wire")

    def __init__(self, wire: Wire, slow: Callable[[], None]) -> None:
        self._wire = wire
        self._transport = wire.transport  # None as well once nothing may be sent
        self._slow = slow
        self._open = True
        self._states: dict[str, Message] = {}  # by operation: the newest, while nothing flows
        self._spared = 0  # bytes offered since something flowed, those of `_states` included

    def write(self, message: Message) -> None:
        """Sends a message after all that were written before."""
        if self._has_room():
            self._wire.write(message)

    def tell(self, id_: str, result: Result, *, state: bool) -> None:
        """Sends the result of an event; a `state` may be passed over when a newer one comes."""
        message = result.to(id_)
        transport = self._transport
        if transport is not None and not (
            self._spared or transport.get_write_buffer_size() or transport.is_closing()
        ):
            transport.write(message.frame)  # as it is with nearly everybody
            return
        if not self._has_room():
            return
        if state and not self._wire.flowing():
            self._states[id_] = message
            self._spared += len(message.json)
        else:
            self._wire.write(message)

    def forget(self, id_: str) -> None:
        """Sends nothing more of an operation."""
        self._states.pop(id_, None)

    def end(self, id_: str, message: Message) -> None:
        """Sends the last message of an operation, and its newest state before that."""
        if state := self._states.pop(id_, None):
            self._wire.write(state)
        self.write(message)

    def catch_up(self) -> None:
        """Sends the states that waited, now that the client has taken what was before them."""
        states, self._states, self._spared = self._states, {}, 0
        for message in states.values():
            self._wire.write(message)

    def shut(self) -> None:
        """Sends nothing any more."""
        self._open = False
        self._transport = None
        self._states.clear()

    def _has_room(self) -> bool:
        if not self._open:
            return False
        if self._wire.unread() + self._spared <= MOST_UNREAD:
            return True
        self.shut()
        self._slow()
        return False
