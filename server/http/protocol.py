"""uvicorn's HTTP connection, which sends an answer's head together with what follows it.

uvicorn writes the head by itself, so that it goes out as a packet of its own: a system call more,
and a client that wakes up twice.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Handle, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle


class HttpProtocol(HttpToolsProtocol):
    """A connection that joins the first two pieces of each answer."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before an upgrade
        if cycle is not None and cycle.transport is self.transport:
            cycle.transport = cast("Transport", Joined(self.transport, self.loop))


class Joined:
    """A transport for one answer, as far as uvicorn writes to it.

    The first piece waits for the second, but no longer than this turn of the event loop.
    """

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._first: bytes | None = None
        self._later: Handle | None = None

    def write(self, data: bytes) -> None:
        if self._later is None:
            self._first, self._later = data, self._loop.call_soon(self._flush)
        elif self._first is None:
            self._transport.write(data)
        else:
            pieces, self._first = (self._first, data), None
            self._later.cancel()
            self._transport.writelines(pieces)

    def close(self) -> None:
        """Closes the connection, behind what was written."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a transport has
        return getattr(self._transport, name)

    def _flush(self) -> None:
        first, self._first = self._first, None
        if first is not None and not self._transport.is_closing():
            self._transport.write(first)
