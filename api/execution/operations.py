"""From a request to a response body, whatever the transport: prepare, execute, tell, count."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeAlias

from graphql import OperationType

from api.execution.context import Context
from api.execution.engine import Engine, Operation, Outcome, refusal
from api.execution.errors import Reader, is_failure, present
from api.execution.metrics import Metrics, Verdict
from api.execution.request import Request
from api.execution.services import Services
from domain.errors import Unauthenticated
from domain.members import Viewer
from infra.i18n import Locale

Authenticate: TypeAlias = Callable[[str], Awaitable[Viewer]]
"""A bearer token's owner. Raises: Unauthenticated."""

Body: TypeAlias = dict[str, Any]
_BEARER: Final = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent an operation, and how to speak to them."""

    viewer: Viewer | None
    reader: Reader


class Operations:
    """What both transports share."""

    def __init__(
        self, engine: Engine, services: Services, authenticate: Authenticate, metrics: Metrics
    ) -> None:
        self._engine = engine
        self._services = services
        self._authenticate = authenticate
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

    async def prepare(self, request: Request) -> Operation | Outcome:
        return await self._engine.prepare(request)

    async def run(self, operation: Operation, caller: Caller) -> Outcome:
        """Answers a query or a mutation."""
        started = perf_counter()
        outcome = await self._engine.execute(operation, self._context(caller))
        self.metrics.time(operation.type.value, perf_counter() - started)
        return outcome

    async def follow(self, operation: Operation, caller: Caller) -> AsyncGenerator[Outcome]:
        """Answers a subscription, and for the sockets' sake any other operation: once."""
        if operation.type is not OperationType.SUBSCRIPTION:
            yield await self.run(operation, caller)
            return
        events = self._engine.subscribe(operation, lambda: self._context(caller))
        async with aclosing(events):
            async for outcome in events:
                yield outcome

    def tell(self, outcome: Outcome, reader: Reader, type_: str = "none") -> Body:
        """The response to an outcome, which is counted."""
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
        return Context(
            viewer=caller.viewer,
            locale=caller.reader.locale,
            request_id=caller.reader.request_id,
            services=self._services,
        )
