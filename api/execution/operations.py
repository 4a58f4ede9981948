"""From a request to a response body, whatever the transport: prepare, execute, tell, count."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeAlias

from graphql import FieldNode, OperationType

from api.execution.context import Context, SharedContext
from api.execution.cost.charging import Charge, Charging
from api.execution.deadline import Gone, OutOfTime, within
from api.execution.engine import Engine, Operation, Outcome, Stream, refusal
from api.execution.errors import RETRY_SECONDS, Code, Reader, Rejected, is_failure, present
from api.execution.metrics import Metrics, Verdict
from api.execution.request import Request
from api.execution.scope import Sharing
from api.execution.services import Services
from domain.errors import Unauthenticated
from domain.members import Viewer
from domain.values import value
from infra.i18n import Locale

Authenticate: TypeAlias = Callable[[str], Awaitable[Viewer]]
"""A bearer token's owner. Raises: Unauthenticated."""

Body: TypeAlias = dict[str, Any]
_BEARER: Final = "bearer"

LONG: Final = {"simulateEarnRule": 60.0, "rehearseWordList": 60.0, "rehearseIntake": 60.0}
"""Queries that go through the past, and the seconds that they may take."""


@value
class Caller:
    """Who sent an operation, how to speak to them, and the address that they came from.

    `invite` is the referral code that their browser keeps, if any.
    """

    viewer: Viewer | None
    reader: Reader
    address: str | None = None
    invite: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that an operation may take before it is cancelled."""

    query: float = 10.0
    mutation: float = 30.0

    def of(self, operation: Operation) -> float:
        """What is known to take long has its time when it is asked for alone."""
        if operation.type is not OperationType.QUERY:
            return self.mutation
        selections = operation.node.selection_set.selections
        if len(selections) == 1 and isinstance(only := selections[0], FieldNode):
            return max(self.query, LONG.get(only.name.value, 0.0))
        return self.query


class Operations:
    """What both transports share."""

    def __init__(
        self,
        engine: Engine,
        services: Services,
        authenticate: Authenticate,
        metrics: Metrics,
        *,
        charging: Charging | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._engine = engine
        self._services = services
        self._authenticate = authenticate
        self._charging = charging or Charging()
        self._patience = patience or Patience()
        self.metrics = metrics

    def reader(self, locale: Locale, request_id: str) -> Reader:
        return Reader(self._services.platform.catalogue, locale, request_id)

    async def viewer(self, authorization: str | None) -> Viewer | None:
        """The owner of an `Authorization` value; None without one.

        Raises: Unauthenticated.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != _BEARER or not token.strip():
            raise Unauthenticated("auth.token_invalid")
        return await self._authenticate(token.strip())

    async def prepare(
        self, request: Request, caller: Caller
    ) -> tuple[Operation | Outcome, Charge | None]:
        """Finds the operation that is asked for, or says why there is none.

        A document that has to be read first is charged for that, whatever comes of it.

        Raises: Unavailable.
        """
        reading: Charge | None = None

        async def toll() -> Exception | None:
            nonlocal reading
            reading = await self._charging.charge_reading(caller.viewer, caller.address)
            self.metrics.count_refusal(reading.exceeded)
            return reading.refused

        prepared = await self._engine.prepare(request, toll if self._charging.on else None)
        if isinstance(prepared, Outcome):
            self.metrics.count_refusal(_exceeded(prepared))
        return prepared, reading

    async def charge(
        self, operation: Operation, caller: Caller, reading: Charge | None = None
    ) -> Charge:
        """Takes what an operation costs from its caller, once, before it is run or followed.

        What was paid for `reading` its document counts. An operation that is `refused` must not be
        run; tell `refusal(charge.refused)`.
        """
        paid = 0 if reading is None else reading.paid
        viewer, address = caller.viewer, caller.address
        charge = await self._charging.charge(operation.cost, viewer, address, paid=paid)
        self.metrics.charge(charge.cost)
        self.metrics.count_refusal(charge.exceeded)
        return charge

    async def run(self, operation: Operation, caller: Caller, gone: Gone | None = None) -> Outcome:
        """Answers a query or a mutation, in time.

        What is stopped takes everything along that it started: tasks, loaders (which end when
        nobody waits for them any more) and PostgreSQL's statements.

        Raises: GivenUp for a query whose caller is `gone`. A mutation is finished all the same.
        """
        started = perf_counter()
        reads = operation.type is OperationType.QUERY
        seconds = self._patience.of(operation)
        try:
            outcome = await within(
                seconds,
                self._engine.execute(operation, self._context(caller)),
                gone if reads else None,
            )
        except OutOfTime as late:
            self.metrics.count_refusal("time")
            outcome = refusal(_stopped(late))
        self.metrics.time(operation.type.value, perf_counter() - started)
        return outcome

    async def follow(self, operation: Operation, caller: Caller) -> AsyncGenerator[Outcome]:
        """Answers a subscription, event by event, on its own."""
        events = self._engine.subscribe(operation, lambda: self._context(caller))
        async with aclosing(events):
            async for outcome in events:
                yield outcome

    def sharing(self, operation: Operation) -> Sharing | None:
        """How subscribers share an operation; None where each is on their own."""
        if operation.type is not OperationType.SUBSCRIPTION:
            return None
        scopes = self._engine.scopes
        return scopes.sharing(operation.tree, operation.node, operation.variables)

    async def open(self, operation: Operation, context: Context) -> Stream | Outcome:
        """Starts the source of a subscription."""
        return await self._engine.open(operation, context)

    def context(self, viewer: Viewer | None, reader: Reader) -> Context:
        return Context(viewer, reader.locale, reader.request_id, self._services)

    def shared_context(self, reader: Reader) -> SharedContext:
        """A context without a viewer, for what goes to many."""
        return SharedContext(reader.locale, reader.request_id, self._services)

    def tell(
        self, outcome: Outcome, reader: Reader, type_: str = "none", charge: Charge | None = None
    ) -> Body:
        """The response to an outcome, which is counted; with what it cost."""
        body = self._tell(outcome, reader, type_)
        if charge is not None:
            body["extensions"] = {"cost": charge.told}
        return body

    def _tell(self, outcome: Outcome, reader: Reader, type_: str) -> Body:
        if not outcome.errors:
            self.metrics.count(type_, Verdict.OK)
            return {"data": outcome.data} if outcome.started else {}
        errors = present(outcome.errors, reader)
        failed = any(is_failure(error) for error in errors)
        self.metrics.count(type_, Verdict.FAILED if failed else Verdict.ERROR)
        body: Body = {"data": outcome.data} if outcome.started else {}
        return body | {"errors": errors}

    def tell_error(self, error: Exception, reader: Reader) -> Body:
        """The response to what kept a request from becoming an operation."""
        return self.tell(refusal(error), reader)

    def _context(self, caller: Caller) -> Context:
        context = self.context(caller.viewer, caller.reader)
        context.address, context.invite = caller.address, caller.invite
        return context


def _stopped(late: OutOfTime) -> Rejected:
    seconds = f"{late.seconds:g}"
    return Rejected(
        Code.UNAVAILABLE, "operation.out_of_time", retry_after=RETRY_SECONDS, seconds=seconds
    )


def _exceeded(outcome: Outcome) -> str | None:
    """The limit of documents that a request was refused for."""
    for error in outcome.errors:
        if isinstance(error, Rejected) and error.code is Code.QUERY_TOO_COMPLEX:
            return error.reason.partition(".")[2]
    return None
