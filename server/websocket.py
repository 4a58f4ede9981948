"""uvicorn's WebSocket connection, which also takes frames that are ready to be sent.

What goes to a thousand clients is encoded once; uvicorn would encode it again for each. So it
offers itself in the scope as a `Direct`, and writes such frames to the transport as they are.
That needs messages that are not compressed: none of our connections is.

A client that does not read must not hold a connection for ever. Wherever uvicorn would wait for it
to take what was written before, here the connection is cut after a while.
"""

# uvicorn's module is typed, what it takes from websockets only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.execution.sockets.wire import DIRECT

if TYPE_CHECKING:
    from asyncio import BaseTransport

    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Request

PING_SECONDS: Final = 20.0
"""How often a silent peer is asked whether it is there, and how long it may take to say so."""
_PARTING_SECONDS: Final = 5.0
_KERNEL_BUFFER: Final = 64 * 1024  # bytes; Linux doubles it


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A connection whose application may write frames itself."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self.conn.available_extensions = []
        self.drained: Callable[[], None] | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        _bound_kernel_buffer(transport)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # else the handshake was none, and there is no scope
            cast("dict[str, object]", self.scope.get("extensions"))[DIRECT] = self

    def flowing(self) -> bool:
        return self.writable.is_set()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.drained is not None:
            self.drained()

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close" and self.handshake_complete:
            self.writable.set()  # a farewell waits for nobody
            await super().send(message)
            self._cut_later()
        else:
            await super().send(message)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._cut_later()

    def _cut_later(self) -> None:
        self.loop.call_later(_PARTING_SECONDS, self.transport.abort)


def _bound_kernel_buffer(transport: BaseTransport) -> None:
    """Keeps the kernel from taking megabytes for a client that does not read.

    Only what the kernel has not taken is seen as unread.
    """
    own = transport.get_extra_info("socket")
    if own is None:
        return
    with closing(socket.socket(fileno=os.dup(own.fileno()))) as same:  # uvloop's sets no options
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
