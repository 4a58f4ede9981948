"""Where a socket's messages go: straight to the transport where the server allows, else by ASGI.

A wire never makes its writer wait. It tells how much its client has left unread, and calls back
when the client has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol, cast, runtime_checkable

from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from api.execution.sockets.frames import Message
from api.execution.sockets.protocol import Closing

DIRECT: Final = "laurels.direct"
"""The key in `scope["extensions"]` under which a server offers a `Direct`."""

GONE: Final = (WebSocketDisconnect, WebSocketDisconnected)
_FLOWING: Final = 64 * 1024  # bytes that may wait without anybody being called slow
_PARTING_SECONDS: Final = 5.0
_LONGEST_REASON: Final = 123  # bytes that a close frame has room for


@runtime_checkable
class Direct(Protocol):
    """A server's own end of a connection."""

    drained: Callable[[], None] | None
    """Called when the client has taken what waited."""

    transport: asyncio.Transport
    """Takes whole frames while it is not closing. What it buffers, the system has not taken yet."""

    def flowing(self) -> bool:
        """Whether the client takes what is written."""
        ...


class Wire(Protocol):
    """What the socket writes to."""

    transport: asyncio.Transport | None
    """That takes frames as they are, if there is one."""

    def start(self, drained: Callable[[], None]) -> None: ...

    def write(self, message: Message) -> None: ...

    def unread(self) -> int: ...

    def flowing(self) -> bool: ...

    async def close(self, closing: Closing) -> None: ...

    def stop(self) -> None: ...


def wire_of(scope: Scope, websocket: WebSocket) -> Wire:
    """The best way to write that this server has."""
    direct = cast("object", scope.get("extensions", {}).get(DIRECT))
    if isinstance(direct, Direct):
        return DirectWire(direct, websocket)
    return AsgiWire(websocket)


class DirectWire:
    """Writes ready-made frames to the server's transport."""

    __slots__ = ("_direct", "_transport", "_websocket", "transport")

    def __init__(self, direct: Direct, websocket: WebSocket) -> None:
        self.transport: asyncio.Transport | None = direct.transport
        self._transport = direct.transport
        self._direct = direct
        self._websocket = websocket

    def start(self, drained: Callable[[], None]) -> None:
        self._direct.drained = drained

    def write(self, message: Message) -> None:
        if not self._transport.is_closing():
            self._transport.write(message.frame)

    def unread(self) -> int:
        return self._transport.get_write_buffer_size()

    def flowing(self) -> bool:
        return self._direct.flowing()

    async def close(self, closing: Closing) -> None:
        """At once, also for a client that does not read."""
        await _close(self._websocket, closing)

    def stop(self) -> None:
        self._direct.drained = None


class AsgiWire:
    """Hands messages to `send` one by one, which waits for the client."""

    def __init__(self, websocket: WebSocket) -> None:
        self.transport: asyncio.Transport | None = None
        self._websocket = websocket
        self._waiting: deque[Message] = deque()
        self._unread = 0
        self._wakes = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._drained: Callable[[], None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def start(self, drained: Callable[[], None]) -> None:
        self._drained = drained
        self._writing = asyncio.create_task(self._write())

    def write(self, message: Message) -> None:
        self._waiting.append(message)
        self._unread += len(message.json)
        self._emptied.clear()
        self._wakes.set()

    def unread(self) -> int:
        return self._unread

    def flowing(self) -> bool:
        return self._unread <= _FLOWING

    async def close(self, closing: Closing) -> None:
        """After what was written before, as far as the client takes it in five seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PARTING_SECONDS):
                await self._emptied.wait()
                await _close(self._websocket, closing)

    def stop(self) -> None:
        self._drained = None
        if self._writing is not None:
            self._writing.cancel()

    async def _write(self) -> None:
        with suppress(*GONE):
            while True:
                await self._wakes.wait()
                while self._waiting:
                    await self._websocket.send_text(self._waiting[0].json.decode())
                    self._unread -= len(self._waiting.popleft().json)
                self._wakes.clear()
                self._emptied.set()
                if self._drained is not None:
                    self._drained()


async def _close(websocket: WebSocket, closing: Closing) -> None:
    reason = closing.reason.encode("utf-8", "replace")[:_LONGEST_REASON].decode("utf-8", "ignore")
    with suppress(*GONE):
        await websocket.close(closing.code, reason)
