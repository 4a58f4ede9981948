"""GraphQL over WebSocket: `graphql-transport-ws`, and none of its predecessors.

A socket has five seconds to say `connection_init`, with `{"authorization": "Bearer …"}` or, as a
visitor, without. Queries, mutations and subscriptions run side by side, at most 50 at once. The
socket ends with 4403 when its token or session does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from api.execution.errors import Code
from api.execution.http.request_ids import request_id_of
from api.execution.operations import Operations
from api.execution.sockets.attendance import Attendance
from api.execution.sockets.connection import Connection, House
from api.execution.sockets.groups import Groups
from api.execution.sockets.origins import Origins
from api.execution.sockets.protocol import SUBPROTOCOL, CloseCode, Closing
from api.execution.sockets.wire import wire_of
from infra.i18n import negotiate

_INITIALISE_SECONDS: Final = 5.0
_DENIAL: Final = "websocket.http.response"


class SocketEndpoint:
    """Accepts sockets on one path."""

    def __init__(
        self,
        operations: Operations,
        attendance: Attendance,
        *,
        origins: Origins | None = None,
        initialise_seconds: float = _INITIALISE_SECONDS,
    ) -> None:
        self._house = House(operations, Groups(operations), attendance)
        self._origins = origins or Origins()
        self._initialise_seconds = initialise_seconds

    @asynccontextmanager
    async def attended(self) -> AsyncIterator[None]:
        """While this lasts, sockets are ended when their sessions are."""
        attending = asyncio.create_task(self._house.attendance.run(), name="attendance")
        try:
            yield
        finally:
            attending.cancel()
            await asyncio.gather(attending, return_exceptions=True)
            await self._house.groups.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket, headers = WebSocket(scope, receive, send), Headers(scope=scope)
        if not self._origins.admit(headers.get("origin"), headers.get("host")):
            await self._turn_away(websocket)
            return
        wire = wire_of(scope, websocket)
        if SUBPROTOCOL not in scope["subprotocols"]:
            # Closed only once accepted: before, all that a client would see is HTTP 403.
            await websocket.accept()
            wire.start(lambda: None)
            await wire.close(Closing(CloseCode.BAD_SUBPROTOCOL, "Subprotocol not acceptable"))
            wire.stop()
            return
        await websocket.accept(SUBPROTOCOL)
        with self._house.operations.metrics.sockets.open.track_inprogress():
            await Connection(websocket, wire, self._house).serve(self._initialise_seconds)

    async def _turn_away(self, websocket: WebSocket) -> None:
        """Browsers show a page that the handshake failed, and their consoles why."""
        if _DENIAL not in websocket.scope.get("extensions", {}):
            await websocket.close()
            return
        locale = negotiate(websocket.headers.get("accept-language"))
        reader = self._house.operations.reader(locale, request_id_of(websocket.scope))
        extensions = {"code": Code.FORBIDDEN, "requestId": reader.request_id}
        error = {"message": reader.say("request.origin"), "extensions": extensions}
        await websocket.send_denial_response(JSONResponse({"errors": [error]}, status_code=403))
