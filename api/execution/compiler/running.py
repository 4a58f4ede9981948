"""One operation on its way through generated code: what it needs, its data, its errors."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import GraphQLError, located_error
from graphql.execution.values import VariableValues
from strawberry.exceptions import WrongNumberOfResultsReturned

from api.execution.compiler.core import CoreExecutor, is_awaitable
from api.execution.compiler.effects import Effects, Finished
from api.execution.compiler.positions import Anchor, Step
from api.execution.context import Context

if TYPE_CHECKING:
    from api.execution.compiler.plan import Field
    from api.execution.compiler.program import Program

Parent: TypeAlias = tuple[dict[str, Any], Any]
"""An object of the response with a deferred field, and the value it was made of."""

Key: TypeAlias = str | int
Group: TypeAlias = (
    "tuple[Field, Callable[[Run, list[Parent]], Coroutine[Any, Any, None]], list[Parent]]"
)


class Run:
    """What generated code calls `run`."""

    __slots__ = ("_executor", "_places", "context", "data", "errors", "program", "root", "values")

    def __init__(
        self, program: Program, context: Context, values: VariableValues, root: object
    ) -> None:
        self.program = program
        self.context = context
        self.values = values
        self.root = root
        self.data: dict[str, Any] | None = None
        self.errors: list[GraphQLError] = []
        self._executor: CoreExecutor | None = None
        self._places: dict[Field, dict[int, tuple[Key, ...]]] = {}

    @property
    def executor(self) -> CoreExecutor:
        """Graphql-core's own, for whatever only it can tell."""
        if self._executor is None:
            self._executor = self.program.executor(self.context, self.values, self.root)
        return self._executor

    async def go(self, groups: Sequence[Group]) -> None:
        """Resolves and completes deferred fields, all at the same time."""
        if self.errors:
            groups = [(field, block, self._attached(field, on)) for field, block, on in groups]
        blocks = [block(self, parents) for _, block, parents in groups if parents]
        if len(blocks) == 1:
            await blocks[0]
        elif blocks:
            await _together(blocks)

    async def one_by_one(self, groups: Sequence[Group]) -> None:
        """Has the effects of a mutation, each once the one before it is finished with its children.

        Those that were finished before are told again. When all data is null, the rest is not had.
        """
        finished = cast("Effects", self.root).finished
        for group in groups:
            key, known = group[0].key, len(self.errors)
            if key not in finished:
                await self.go((group,))
                if self.data is None:
                    return
                finished[key] = Finished(self.data[key], self.errors[known:])
            elif self.data is not None:
                self.data[key] = finished[key].data
                self.errors += finished[key].errors

    async def each(self, call: Callable[[Any, Any], object], on: list[Parent]) -> list[object]:
        """What `call` gives for each of the parents, exceptions in the place of values."""
        if len(on) == 1:
            return [await _alone(call, *on[0])]
        results = [_attempt(call, *parent) for parent in on]
        waiting = [n for n, result in enumerate(results) if is_awaitable(result)]
        if waiting:
            awaitables: Any = [results[n] for n in waiting]
            settled = await asyncio.gather(*awaitables, return_exceptions=True)
            for n, result in zip(waiting, settled, strict=True):
                if isinstance(result, BaseException) and not isinstance(result, Exception):
                    raise result
                results[n] = result
        return results

    async def batch(self, call: Callable[[list[Any]], Any], on: list[Parent]) -> Sequence[object]:
        """What one call gives for all of the parents; its failure is that of each."""
        try:
            results = call([value for _, value in on])
            if is_awaitable(results):
                results = await results
            return _one_each(list(results), len(on))
        except Exception as error:  # noqa: BLE001 - told at each of the fields
            return [error] * len(on)

    def fail(self, number: int, anchor: Anchor) -> None:
        """Tells the error that was just caught at a position, unless that is null already."""
        error, at = cast("Exception", sys.exception()), self.program.positions[number]
        place, lists = self.program.raised_at(error.__traceback__, at)
        field = place.field
        steps = place.steps
        path = self.trail(field.head, anchor)
        if path is None:
            return
        path += [
            len(lists[step.key]) if step.owner is None else step.key
            for step in steps[field.started :]
        ]
        if not at.nullable:
            self._nullify(path[: at.nulls])
        self.errors.append(located_error(error, field.nodes, path))

    def trail(self, head: Field | None, anchor: Anchor) -> list[Key] | None:
        """The path of an object whose deferred field is `head`; None where it is null by now."""
        if head is None:
            return []
        if head not in self._places:
            self._places[head] = self._find(head.position.steps[:-1])
        path = self._places[head].get(id(anchor))
        return None if path is None or self._at(path) is not anchor else list(path)

    def _attached(self, field: Field, parents: list[Parent]) -> list[Parent]:
        return [parent for parent in parents if self.trail(field, parent[0]) is not None]

    def _find(self, steps: tuple[Step, ...]) -> dict[int, tuple[Key, ...]]:
        """Where in the data the objects are to which the steps lead, by their identity."""
        level: list[tuple[tuple[Key, ...], Any]] = [((), self.data)]
        for key, owner in steps:
            level = [
                ((*path, inner), value[inner])
                for path, value in level
                if value is not None
                for inner in (
                    range(len(value)) if owner is None else (key,) if key in value else ()
                )
            ]
        return {id(value): path for path, value in level if value is not None}

    def _at(self, path: tuple[Key, ...]) -> object:
        value: Any = self.data
        for key in path:
            if value is None:
                return None
            value = value[key]
        return value

    def _nullify(self, path: list[Key]) -> None:
        if not path:
            self.data = None
            return
        container: Any = self._at(tuple(path[:-1]))
        if container is not None:
            container[path[-1]] = None


def _attempt(call: Callable[[Any, Any], object], anchor: object, value: object) -> object:
    try:
        return call(anchor, value)
    except Exception as error:  # noqa: BLE001 - told at the field
        return error


def _one_each(results: list[object], expected: int) -> list[object]:
    if len(results) != expected:
        raise WrongNumberOfResultsReturned(expected=expected, received=len(results))
    return results


async def _alone(call: Callable[[Any, Any], Any], anchor: object, value: object) -> object:
    try:
        result = call(anchor, value)
        return await result if is_awaitable(result) else result
    except Exception as error:  # noqa: BLE001 - told at the field
        return error


async def _together(blocks: list[Coroutine[Any, Any, None]]) -> None:
    """Runs the first block here, and the others as tasks, none of which outlives this call."""
    create_task = asyncio.get_running_loop().create_task
    tasks = [create_task(block) for block in blocks[1:]]
    try:
        await blocks[0]
        for task in tasks:
            await task
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
