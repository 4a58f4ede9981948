"""Executes operations of one schema: by compiled code where there is some, else interpreted.

Everything outside knows only `Engine`. Strawberry's own `Schema.execute` is left aside, since it
would parse, validate and log a second time. What it would have run beside that, schema extensions
and operation directives, does not run here, so a schema that has any is refused rather than half
obeyed.
"""

# graphql-core leaves the context type of its own Executor open in every signature.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from inspect import isawaitable
from typing import Any, Protocol, TypeAlias, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql.execution import (
    Executor,
    create_source_event_stream,
    execute_subscription_event,
)
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from api.execution.compiler import Compiler, Count, Effects, Resuming, Unsupported
from api.execution.context import Context
from api.execution.cost.measuring import cost_of
from api.execution.documents.document import Document, Documents
from api.execution.documents.lookup import Found, Lookup
from api.execution.errors import Code, Rejected
from api.execution.request import Request
from api.execution.scope import Scopes
from domain.values import value

Toll: TypeAlias = Callable[[], Awaitable[Exception | None]]
"""Asked before a document is read that is not known; what it gives keeps that from happening."""


@value
class Operation:
    """A valid operation, and the variables it was sent with, which may yet be wrong.

    `trusted` says that its document was registered by whoever runs this deployment. `cost` is the
    objects that it may return.
    """

    tree: DocumentNode
    node: OperationDefinitionNode
    variables: dict[str, Any]
    trusted: bool = False
    cost: int = 1

    @property
    def type(self) -> OperationType:
        return self.node.operation

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None


@value
class Outcome:
    """What an operation, or one event of a subscription, came to.

    `started` is False where the request was found wrong before anything was resolved; then
    there is no data, not even null.
    """

    data: dict[str, Any] | None
    errors: list[Exception]
    started: bool = True


def refusal(*errors: Exception) -> Outcome:
    """What comes of an operation that never started."""
    return Outcome(None, list(errors), started=False)


class Compiled(Protocol):
    """Executes a subscription's selection by compiled code; None where there is none."""

    def __call__(self, context: Context, *, event: object) -> Awaitable[Outcome | None]: ...


class SourceBroke(Exception):
    """An event source raised what would pass for graphql-core's own word about the request."""


class Stream:
    """A subscription that runs: the events of its source, and what each comes to for somebody."""

    def __init__(
        self, executor: Executor[Context], source: AsyncIterable[Any], compiled: Compiled
    ) -> None:
        self._executor = executor
        self._source = aiter(source)
        self._compiled = compiled

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:  # noqa: ANN401 - whatever the source yields
        try:
            return await anext(self._source)
        except GraphQLError as error:
            raise SourceBroke from error

    async def answer(self, event: object, context: Context) -> Outcome:
        """Executes the selection for one event."""
        outcome = await self._compiled(context, event=event)
        if outcome is not None:
            return outcome
        executor = self._executor.build_per_event_executor(event)
        executor.context_value = context
        return await _finish(execute_subscription_event(executor))

    async def aclose(self) -> None:
        """Ends the source."""
        close: Callable[[], Awaitable[None]] | None = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


class Engine:
    """A schema that answers. `count` is told of each query, mutation and event how it was executed.

    Without a `lookup` documents come as texts only.
    """

    def __init__(
        self,
        schema: Schema,
        documents: Documents | None = None,
        *,
        lookup: Lookup | None = None,
        count: Count | None = None,
    ) -> None:
        if schema.extensions or schema.directives:
            raise TypeError("the engine runs neither schema extensions nor operation directives")
        self._schema: GraphQLSchema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._executor = schema.execution_context_class
        self._documents = documents or Documents(self._schema)
        self._lookup = lookup or Lookup()
        self._compiler = Compiler(schema, count=count)
        self.scopes = Scopes(self._schema)

    async def prepare(
        self, request: Request, before_reading: Toll | None = None
    ) -> Operation | Outcome:
        """Finds the operation that is asked for, or says why there is none.

        Raises: Unavailable.
        """
        try:
            found = await self._lookup.find(request)
        except Rejected as rejected:
            return refusal(rejected)
        if before_reading is not None and not self._known(found):
            refused = await before_reading()
            if refused is not None:
                return refusal(refused)
        document = await self._documents.take(found.text)
        if document.tree is None:
            return refusal(*document.errors)
        if found.keep_as is not None:
            await self._lookup.keep(found)
        node = get_operation_ast(document.tree, request.operation_name)
        if node is None:
            return refusal(Rejected(Code.BAD_USER_INPUT, "request.operation_unknown"))
        return Operation(
            document.tree,
            node,
            request.variables,
            trusted=found.trusted,
            cost=cost_of(document.costs, node, request.variables),
        )

    def _known(self, found: Found) -> bool:
        """Whether it takes no work to speak of to read a document."""
        return found.trusted or self._documents.knows(found.text)

    def examine(self, text: str) -> Document:
        """What a text amounts to; nothing is remembered."""
        return self._documents.examine(text)

    def warm(self, text: str) -> Document | None:
        """Reads and compiles a document before it is asked for; None where there is no room left.

        This takes milliseconds, so let others have their turn between two documents.
        """
        if not (self._documents.has_room(text) and self._compiler.has_room):
            return None
        document = self._documents.read(text)
        if document.tree is not None:
            self._compile(document.tree)
        return document

    def _compile(self, tree: DocumentNode) -> None:
        for node in tree.definitions:
            if isinstance(node, OperationDefinitionNode):
                with suppress(Unsupported):  # told when it is executed
                    self._compiler.warm(tree, node)

    async def execute(self, operation: Operation, context: Context) -> Outcome:
        """Runs a query or a mutation."""
        effects = Effects() if operation.type is OperationType.MUTATION else None
        outcome = await self._compiled(operation, context, effects=effects)
        if outcome is not None:
            return outcome
        executor = self._build(operation, context, effects)
        if isinstance(executor, Outcome):
            return executor
        return await _finish(executor.execute_operation())

    async def _compiled(
        self,
        operation: Operation,
        context: Context,
        *,
        effects: Effects | None = None,
        event: object = None,
    ) -> Outcome | None:
        """What compiled code comes to; None where there is none."""
        result = await self._compiler.execute(
            operation.tree,
            operation.node,
            operation.variables,
            context,
            trusted=operation.trusted,
            effects=effects,
            event=event,
        )
        if result is None:
            return None
        return refusal(*result) if isinstance(result, list) else _outcome(result)

    async def subscribe(
        self, operation: Operation, fresh: Callable[[], Context]
    ) -> AsyncGenerator[Outcome]:
        """Runs a subscription: one outcome an event, each with a fresh context.

        An exception of the event source ends it with an outcome that tells.
        """
        stream = await self.open(operation, fresh())
        if isinstance(stream, Outcome):
            yield stream
            return
        try:
            async with aclosing(stream):
                async for event in stream:
                    yield await stream.answer(event, fresh())
        except Exception as error:  # noqa: BLE001 - told and logged with the other errors
            yield refusal(error)

    async def open(self, operation: Operation, context: Context) -> Stream | Outcome:
        """Starts the event source of a subscription, which keeps `context` for as long as it runs.

        What keeps it from starting is an outcome.
        """
        executor = self._build(operation, context)
        if isinstance(executor, Outcome):
            return executor
        source = create_source_event_stream(executor)
        source = await source if isawaitable(source) else source
        if isinstance(source, ExecutionResult):
            return refusal(*(source.errors or ()))
        return Stream(executor, source, partial(self._compiled, operation))

    def _build(
        self, operation: Operation, context: Context, effects: Effects | None = None
    ) -> Executor[Context] | Outcome:
        resumed = effects is not None and effects.any
        built = (Resuming if resumed else self._executor).build(
            self._schema,
            operation.tree,
            None,
            context,
            operation.variables,
            operation.name,
            middleware=[effects] if resumed else None,
            is_awaitable=cast("Any", optimized_is_awaitable),
        )
        if effects is not None and isinstance(built, Resuming):
            built.effects = effects
        return refusal(*built) if isinstance(built, list) else built


async def _finish(running: object) -> Outcome:
    return _outcome(cast("ExecutionResult", await running if isawaitable(running) else running))


def _outcome(result: ExecutionResult) -> Outcome:
    return Outcome(result.data, list(result.errors or ()))
