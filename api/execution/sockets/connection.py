"""One open socket: what its client says, and the operations that it started."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.execution.cost.charging import Charge
from api.execution.engine import Operation, refusal
from api.execution.errors import Code, Reader, Rejected
from api.execution.http.headers import address_of
from api.execution.http.request_ids import request_id_of
from api.execution.operations import Body, Caller, Operations
from api.execution.request import read_request
from api.execution.scope import Sharing
from api.execution.sockets.attendance import Attendance, TooManySockets
from api.execution.sockets.frames import Message, Result
from api.execution.sockets.groups import Groups
from api.execution.sockets.outlet import Outlet
from api.execution.sockets.protocol import CloseCode, Closing, Incoming, Kind, read_message
from api.execution.sockets.wire import GONE, Wire
from domain.errors import Unauthenticated, Unavailable
from domain.members import Viewer
from infra.i18n import Locale, negotiate
from infra.ids import new_id

_log = structlog.stdlib.get_logger(__name__)
_MOST_OPERATIONS: Final = 50
_MESSAGES_A_TURN: Final = 32  # of those that came at once; then the loop looks after others
_SLOW_TO_INITIALISE: Final = (CloseCode.SLOW_TO_INITIALISE, "Connection initialisation timeout")
_TOKEN_ENDED: Final = (CloseCode.FORBIDDEN, "Forbidden: the token ended")
_SLOW_READER: Final = (CloseCode.TRY_AGAIN, "Too much left unread")
_PONG: Final = Message.of({"type": "pong"})


@dataclass(frozen=True, slots=True)
class House:
    """What the sockets of a process share."""

    operations: Operations
    groups: Groups
    attendance: Attendance


class Connection:
    """Serves one client, who may be a visitor, until either side has enough."""

    def __init__(self, websocket: WebSocket, wire: Wire, house: House) -> None:
        self.viewer: Viewer | None = None
        self._websocket = websocket
        self._wire = wire
        self._house = house
        self._operations = house.operations
        self._outlet = Outlet(wire, self._let_go)
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # those of `_running`, and ending ones
        self._locale: Locale = negotiate(websocket.headers.get("accept-language"))
        self._address = address_of(websocket.scope)
        self._deadline: asyncio.Timeout | None = None
        self._overdue = _SLOW_TO_INITIALISE  # why it closes when the deadline comes

    async def serve(self, initialise_seconds: float) -> None:
        """Nothing that it started outlives it."""
        closing: Closing | None = None
        self._wire.start(self._outlet.catch_up)
        try:
            await self._converse(initialise_seconds)
        except Closing as wanted:
            closing = wanted
        except GONE:
            pass
        except Exception:  # noqa: BLE001 - the edge
            _log.exception("socket.failed", request_id=request_id_of(self._websocket.scope))
            closing = Closing(CloseCode.INTERNAL, "Internal error")
        finally:
            self._outlet.shut()
            await self._stop_all()
            if closing is not None:
                await self._wire.close(closing)
            self._wire.stop()
            await self._house.attendance.leave(self)

    def end(self, code: CloseCode, reason: str) -> None:
        """Closes the socket as soon as it has its turn, whatever it is waiting for."""
        if self._deadline is not None and not self._deadline.expired():
            self._overdue = code, reason
            self._deadline.reschedule(asyncio.get_running_loop().time())

    async def _converse(self, initialise_seconds: float) -> None:
        try:
            async with asyncio.timeout(initialise_seconds) as self._deadline:
                await self._initialise(self._deadline)
                for count in itertools.count(1):
                    self._respond(await self._receive())
                    if count % _MESSAGES_A_TURN == 0:
                        await asyncio.sleep(0)
        except TimeoutError:
            if self._deadline is not None and self._deadline.expired():
                raise Closing(*self._overdue) from None
            raise
        finally:
            self._deadline = None

    async def _initialise(self, deadline: asyncio.Timeout) -> None:
        message = await self._until_init()
        deadline.reschedule(None)
        await self._admit(message.payload)
        if self.viewer is not None:
            self._overdue = _TOKEN_ENDED
            # An access token lives in real time, whatever the programme's clock says.
            left = (self.viewer.expires_at - datetime.now(UTC)).total_seconds()
            deadline.reschedule(asyncio.get_running_loop().time() + left)
            await self._take_place()
        self._outlet.write(Message.of({"type": "connection_ack"}))

    async def _until_init(self) -> Incoming:
        while True:
            message = await self._receive()
            match message.kind:
                case Kind.INIT:
                    return message
                case Kind.SUBSCRIBE:
                    raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
                case _:
                    self._respond(message)

    async def _admit(self, payload: dict[str, Any]) -> None:
        authorization: object = payload.get("authorization", payload.get("Authorization"))
        if not isinstance(authorization, str | None):
            raise Closing(CloseCode.FORBIDDEN, "Forbidden")
        language: object = payload.get("acceptLanguage")
        if isinstance(language, str):
            self._locale = negotiate(language, self._locale)
        try:
            self.viewer = await self._operations.viewer(authorization)
        except Unauthenticated:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden") from None
        except Unavailable:
            raise Closing(CloseCode.TRY_AGAIN, "Try again later") from None

    async def _take_place(self) -> None:
        try:
            await self._house.attendance.enter(self)
        except TooManySockets as full:
            raise Closing(
                CloseCode.TOO_MANY_SOCKETS, f"Too many sockets: at most {full.limit} a member"
            ) from None

    def _respond(self, message: Incoming) -> None:
        match message.kind:
            case Kind.PING:
                answer = {"type": "pong", "payload": message.payload} if message.payload else None
                self._outlet.write(Message.of(answer) if answer else _PONG)
            case Kind.PONG:
                pass
            case Kind.INIT:
                raise Closing(CloseCode.INITIALISED_TWICE, "Too many initialisation requests")
            case Kind.COMPLETE:
                if running := self._running.pop(message.id, None):
                    running.stop()
                    self._outlet.forget(message.id)
            case Kind.SUBSCRIBE:
                self._start(message)

    def _start(self, message: Incoming) -> None:
        if message.id in self._running:
            raise Closing(
                CloseCode.DUPLICATE_ID, f"Subscriber for {message.id[:64]} already exists"
            )
        reader = self._operations.reader(self._locale, new_id().hex)
        if len(self._running) >= _MOST_OPERATIONS:
            full = Rejected(
                Code.RATE_LIMITED, "request.too_many_operations", limit=_MOST_OPERATIONS
            )
            self._refuse(message.id, full, reader)
            return
        caller = Caller(self.viewer, reader, self._address)
        running = _Running(self, message.id, caller, self._outlet)
        self._running[message.id] = running
        self.spawn(running, message)

    def spawn(self, running: _Running, message: Incoming | Operation) -> None:
        """Runs an operation in a task of its own."""
        task = asyncio.create_task(self._operate(running, message))
        running.stop = task.cancel
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operate(self, running: _Running, message: Incoming | Operation) -> None:
        try:
            if isinstance(message, Operation):
                await self._follow_alone(running, message)
            else:
                await self._begin(running, message)
        except Exception as error:  # noqa: BLE001 - the edge: logged with its cause, told without
            running.finish(self._operations.tell_error(error, running.caller.reader))

    async def _begin(self, running: _Running, message: Incoming) -> None:
        request = read_request(message.payload)
        operation, reading = await self._operations.prepare(request, running.caller)
        if not isinstance(operation, Operation):
            running.finish(self._operations.tell(operation, running.caller.reader))
            return
        # A subscription is paid for once, when it begins: its events are others' doing, and what
        # they cost is bounded by sharing, pacing and the number of operations.
        charge = await self._operations.charge(operation, running.caller, reading)
        if charge.refused is not None:
            refused = refusal(charge.refused)
            running.finish(self._operations.tell(refused, running.caller.reader, charge=charge))
        elif operation.type is OperationType.SUBSCRIPTION:
            await self._follow(running, operation)
        else:
            await self._answer(running, operation, charge)

    async def _answer(self, running: _Running, operation: Operation, charge: Charge) -> None:
        outcome = await self._operations.run(operation, running.caller)
        reader, type_ = running.caller.reader, operation.type.value
        body = self._operations.tell(outcome, reader, type_, charge)
        if outcome.started:
            running.take(Result(body), state=False)
        running.finish(None if outcome.started else body)

    async def _follow(self, running: _Running, operation: Operation) -> None:
        running.operation = operation
        running.sharing = self._operations.sharing(operation)
        if leave := self._house.groups.join(operation, running):
            running.stop = leave
        else:
            await self._follow_alone(running, operation)

    async def _follow_alone(self, running: _Running, operation: Operation) -> None:
        state = running.sharing is not None and running.sharing.state
        outcomes = self._operations.follow(operation, running.caller)
        async with aclosing(outcomes):
            async for outcome in outcomes:
                body = self._operations.tell(outcome, running.caller.reader, operation.type.value)
                if not outcome.started:
                    running.finish(body)
                    return
                running.take(Result(body), state=state)
        running.finish(None)

    def tell(self, running: _Running, result: Result, *, state: bool) -> None:
        """Sends an operation's result, unless the client has given up on it."""
        if self._running.get(running.id) is running:
            self._outlet.tell(running.id, result, state=state)

    def finish(self, running: _Running, body: Body | None) -> None:
        """Ends an operation, after which its id is free."""
        # After `complete` the client may have given the id to another operation.
        if self._running.get(running.id) is not running:
            return
        del self._running[running.id]
        if body is None:
            last = Message.of({"id": running.id, "type": "complete"})
        else:
            last = Message.of({"id": running.id, "type": "error", "payload": body["errors"]})
        self._outlet.end(running.id, last)

    def _refuse(self, id_: str, error: Exception, reader: Reader) -> None:
        body = self._operations.tell_error(error, reader)
        self._outlet.write(Message.of({"id": id_, "type": "error", "payload": body["errors"]}))

    async def _receive(self) -> Incoming:
        frame = await self._websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1005))
        return read_message(frame.get("text"))

    def _let_go(self) -> None:
        self._operations.metrics.sockets.slow_readers.inc()
        self.end(*_SLOW_READER)

    async def _stop_all(self) -> None:
        for running in self._running.values():
            running.stop()
        self._running.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Running:
    """An operation of a socket: a task, or a place in a group."""

    __slots__ = ("_connection", "caller", "id", "operation", "outlet", "sharing", "stop")

    stop: Callable[[], object]

    def __init__(self, connection: Connection, id_: str, caller: Caller, outlet: Outlet) -> None:
        self.id = sys.intern(id_)  # most are named alike, and what is shared stays near
        self.caller = caller
        self.outlet = outlet
        self.operation: Operation | None = None
        self.sharing: Sharing | None = None
        self._connection = connection

    def take(self, result: Result, *, state: bool) -> None:
        self._connection.tell(self, result, state=state)

    def finish(self, body: Body | None) -> None:
        self._connection.finish(self, body)

    def go_alone(self) -> None:
        if self.operation is not None:
            self._connection.spawn(self, self.operation)
