"""A compiled operation."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Coroutine, Sized
from types import TracebackType
from typing import Any, Final

from graphql import ExecutionResult, located_error
from graphql.execution.values import VariableValues
from strawberry import Schema

from api.execution.compiler.access import Accesses
from api.execution.compiler.core import CoreExecutor, make_executor
from api.execution.compiler.effects import Effects
from api.execution.compiler.planning import Coordinate, Plan
from api.execution.compiler.positions import Position
from api.execution.compiler.running import Run
from api.execution.compiler.writing import Source
from api.execution.context import Context

Lists = dict[str, Sized]
_FILE: Final = "<compiled document>"


class Program:
    """The code of one operation, for one set of values of its `@skip` and `@include` variables.

    Raises: Unsupported.
    """

    def __init__(
        self, schema: Schema, accesses: Accesses, executor: CoreExecutor, awaited: set[Coordinate]
    ) -> None:
        plan = Plan(schema, accesses, executor, awaited)
        source = Source(plan)
        self._template = executor
        self.positions: list[Position] = plan.positions
        self._asked = plan.asked
        self._lines: array[int] = source.lines
        self._names = source.names
        self.defers = source.defers
        exec(compile(source.text, _FILE, "exec", dont_inherit=True), self._names)  # noqa: S102
        self._start: Callable[[Run], Coroutine[Any, Any, None]] = self._names["start"]

    async def run(
        self, context: Context, values: VariableValues, root: object = None
    ) -> ExecutionResult:
        """Executes the operation. Raises: Deoptimised."""
        context.asked = self._asked
        run = Run(self, context, values, root)
        try:
            await self._start(run)
        except Exception as error:  # noqa: BLE001 - nothing above it may be null: all of it is
            run.data = None
            here = error.__traceback__
            place, lists = self.raised_at(here and here.tb_next, self.positions[0])
            path = [len(lists[s.key]) if s.owner is None else s.key for s in place.steps]
            run.errors.append(located_error(error, place.field.nodes, path))
        return ExecutionResult(run.data, run.errors or None)

    def raised_at(
        self, traceback: TracebackType | None, caught_at: Position
    ) -> tuple[Position, Lists]:
        """The innermost position on an error's way, and the lists that were being built.

        Only the unbroken beginning of the traceback counts: an exception that was raised once
        before carries the lines of that time behind it.
        """
        place, lists = caught_at, Lists()
        while traceback is not None and traceback.tb_frame.f_globals is self._names:
            place = self.positions[self._lines[traceback.tb_lineno]]
            lists |= traceback.tb_frame.f_locals
            traceback = traceback.tb_next
        return place, lists

    def executor(self, context: Context, values: VariableValues, root: object) -> CoreExecutor:
        """graphql-core's own executor of the operation."""
        made = self._template
        return make_executor(
            type(made),
            made.schema,
            made.fragment_definitions,
            made.operation,
            values,
            context,
            None if isinstance(root, Effects) else root,
        )
