"""GraphQL over WebSocket: `graphql-transport-ws`, and none of its predecessors.

A socket has five seconds to say `connection_init`, with `{"authorization": "Bearer …"}` or, as a
visitor, without. Queries, mutations and subscriptions run side by side, at most 50 at once, each
with its own context. The socket ends with 4403 when its token does.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from api.execution.encoding import write_json
from api.execution.engine import Operation
from api.execution.errors import Code, Reader, Rejected
from api.execution.operations import Caller, Operations
from api.execution.protocol import (
    SUBPROTOCOL,
    CloseCode,
    Closing,
    Incoming,
    Kind,
    read_message,
)
from api.execution.request import read_request
from api.execution.request_ids import request_id_of
from domain.errors import Unauthenticated, Unavailable
from domain.members import Viewer
from infra.i18n import Locale, negotiate
from infra.ids import new_id

_log = structlog.stdlib.get_logger(__name__)
_INITIALISE_SECONDS: Final = 5.0
_MOST_OPERATIONS: Final = 50
_LONGEST_REASON: Final = 123  # bytes that a close frame has room for
_GONE: Final = (WebSocketDisconnect, WebSocketDisconnected)


class SocketEndpoint:
    """Accepts sockets on one path."""

    def __init__(
        self, operations: Operations, *, initialise_seconds: float = _INITIALISE_SECONDS
    ) -> None:
        self._operations = operations
        self._initialise_seconds = initialise_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if SUBPROTOCOL not in scope["subprotocols"]:
            # Closed only once accepted: before, all that a client would see is HTTP 403.
            await websocket.accept()
            await _close(
                websocket, Closing(CloseCode.BAD_SUBPROTOCOL, "Subprotocol not acceptable")
            )
            return
        await websocket.accept(SUBPROTOCOL)
        socket = _Socket(websocket, self._operations)
        with self._operations.metrics.sockets.track_inprogress():
            await socket.serve(self._initialise_seconds)


class _Socket:
    """One open connection."""

    def __init__(self, websocket: WebSocket, operations: Operations) -> None:
        self._websocket = websocket
        self._operations = operations
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # those of `_running`, and ending ones
        self._viewer: Viewer | None = None
        self._locale: Locale = negotiate(websocket.headers.get("accept-language"))

    async def serve(self, initialise_seconds: float) -> None:
        """Until either side has enough. Nothing that it started outlives it."""
        try:
            await self._initialise(initialise_seconds)
            await self._listen()
        except Closing as closing:
            await _close(self._websocket, closing)
        except _GONE:
            pass
        except Exception:  # noqa: BLE001 - the edge
            _log.exception("socket.failed", request_id=request_id_of(self._websocket.scope))
            await _close(self._websocket, Closing(CloseCode.INTERNAL, "Internal error"))
        finally:
            await self._stop_all()

    async def _initialise(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                message = await self._until_init()
        except TimeoutError:
            raise Closing(
                CloseCode.SLOW_TO_INITIALISE, "Connection initialisation timeout"
            ) from None
        await self._admit(message.payload)
        await self._send({"type": "connection_ack"})

    async def _until_init(self) -> Incoming:
        while True:
            message = await self._receive()
            match message.kind:
                case Kind.INIT:
                    return message
                case Kind.SUBSCRIBE:
                    raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
                case _:
                    await self._respond(message)

    async def _admit(self, payload: dict[str, Any]) -> None:
        authorization: object = payload.get("authorization", payload.get("Authorization"))
        if not isinstance(authorization, str | None):
            raise Closing(CloseCode.FORBIDDEN, "Forbidden")
        language: object = payload.get("acceptLanguage")
        if isinstance(language, str):
            self._locale = negotiate(language, self._locale)
        try:
            self._viewer = await self._operations.viewer(authorization)
        except Unauthenticated:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden") from None
        except Unavailable:
            raise Closing(CloseCode.TRY_AGAIN, "Try again later") from None

    async def _listen(self) -> None:
        # An access token lives in real time, whatever the programme's clock says.
        left = None
        if self._viewer is not None:
            left = (self._viewer.expires_at - datetime.now(UTC)).total_seconds()
        try:
            async with asyncio.timeout(left):
                while True:
                    await self._respond(await self._receive())
        except TimeoutError:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden: the token ended") from None

    async def _respond(self, message: Incoming) -> None:
        match message.kind:
            case Kind.PING:
                answer: dict[str, Any] = {"type": "pong"}
                await self._send(answer | ({"payload": message.payload} if message.payload else {}))
            case Kind.PONG:
                pass
            case Kind.INIT:
                raise Closing(CloseCode.INITIALISED_TWICE, "Too many initialisation requests")
            case Kind.COMPLETE:
                if task := self._running.pop(message.id, None):
                    task.cancel()
            case Kind.SUBSCRIBE:
                await self._start(message)

    async def _start(self, message: Incoming) -> None:
        if message.id in self._running:
            raise Closing(
                CloseCode.DUPLICATE_ID, f"Subscriber for {message.id[:64]} already exists"
            )
        reader = self._operations.reader(self._locale, new_id().hex)
        if len(self._running) >= _MOST_OPERATIONS:
            full = Rejected(
                Code.RATE_LIMITED, "request.too_many_operations", limit=_MOST_OPERATIONS
            )
            await self._send_error(message.id, full, reader)
            return
        task = asyncio.create_task(self._operate(message, Caller(self._viewer, reader)))
        self._running[message.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operate(self, message: Incoming, caller: Caller) -> None:
        try:
            await self._answer(message, caller)
        except _GONE:
            pass
        except Exception as error:  # noqa: BLE001 - the edge: logged with its cause, told without
            with suppress(*_GONE):
                await self._send_error(message.id, error, caller.reader)
        finally:
            # After `complete` the client may have given the id to another operation.
            if self._running.get(message.id) is asyncio.current_task():
                del self._running[message.id]

    async def _answer(self, message: Incoming, caller: Caller) -> None:
        operation = await self._operations.prepare(read_request(message.payload))
        if not isinstance(operation, Operation):
            body = self._operations.tell(operation, caller.reader)
            await self._send({"id": message.id, "type": "error", "payload": body["errors"]})
            return
        outcomes = self._operations.follow(operation, caller)
        async with aclosing(outcomes):
            async for outcome in outcomes:
                body = self._operations.tell(outcome, caller.reader, operation.type.value)
                if not outcome.started:
                    await self._send({"id": message.id, "type": "error", "payload": body["errors"]})
                    return
                await self._send({"id": message.id, "type": "next", "payload": body})
        await self._send({"id": message.id, "type": "complete"})

    async def _send_error(self, id_: str, error: Exception, reader: Reader) -> None:
        body = self._operations.tell_error(error, reader)
        await self._send({"id": id_, "type": "error", "payload": body["errors"]})

    async def _receive(self) -> Incoming:
        frame = await self._websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1005))
        return read_message(frame.get("text"))

    async def _send(self, message: dict[str, Any]) -> None:
        await self._websocket.send_text(write_json(message).decode())

    async def _stop_all(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _close(websocket: WebSocket, closing: Closing) -> None:
    reason = closing.reason.encode("utf-8", "replace")[:_LONGEST_REASON].decode("utf-8", "ignore")
    with suppress(*_GONE):
        await websocket.close(closing.code, reason)
