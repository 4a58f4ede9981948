"""A mutation's effects: each had once and in its turn, whatever becomes of the code around them.

Compiled code may find, in the middle of completing a value, that it must be written anew or that
only the interpreter can go on. For a query everything then starts again; a mutation must not have
an effect twice, so what a root field came to is kept and told again. What was finished before the
next effect stays as it was: resolved again, it would tell of effects that came later.
"""

# graphql-core leaves the context type of its own Executor open in every signature.
# pyright: reportUnknownMemberType=false, reportMissingTypeArgument=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graphql import GraphQLError, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.execution.compiler.core import Function, ResolveInfo, is_awaitable

Fields: TypeAlias = dict[str, list[FieldDetails]]


@dataclass(frozen=True, slots=True)
class Had:
    """What a resolver gave, or raised."""

    value: object = None
    error: Exception | None = None

    def tell(self) -> object:
        """Raises: what the resolver raised."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(frozen=True, slots=True)
class Finished:
    """A root field of the response with all that is below it, and the errors of it."""

    data: object
    errors: list[GraphQLError]


class Effects:
    """What the root fields of one mutation came to, by their keys in the response."""

    def __init__(self) -> None:
        self._had: dict[str, Had] = {}
        self.finished: dict[str, Finished] = {}

    @property
    def any(self) -> bool:
        """Whether there was an effect."""
        return bool(self._had)

    async def have(self, resolve: Function, info: ResolveInfo, given: dict[str, Any]) -> object:
        """Calls a root field's resolver, the first time. Raises: whatever it raised."""
        key = cast("str", info.path.key)
        had = self._had.get(key)
        if had is None:
            try:
                value = resolve(None, info, **given)
                had = Had(await value if is_awaitable(value) else value)
            except Exception as error:  # noqa: BLE001 - raised below, each time it is asked for
                had = Had(error=error)
            self._had[key] = had
        return had.tell()

    def resolve(self, next_: Function, source: object, info: ResolveInfo, **given: Any) -> Any:  # noqa: ANN401 - any resolver's
        """As a middleware of the interpreter: tells a root field what there is already."""
        had = self._had.get(cast("str", info.path.key)) if info.path.prev is None else None
        return next_(source, info, **given) if had is None else had.tell()


class Resuming(StrawberryGraphQLCoreExecutionContext):
    """The interpreter, where it goes on with a mutation that compiled code has begun."""

    effects: Effects

    def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,  # noqa: ANN401 - as graphql-core has it
        path: Path | None,
        grouped_field_set: Fields,
        position_context: Any,  # noqa: ANN401 - as graphql-core has it
    ) -> Any:  # noqa: ANN401 - a dictionary, or something to wait for
        """Leaves out what is finished, and puts it in its place in the response."""
        finished = self.effects.finished
        for one in finished.values():
            self.collected_errors.errors.extend(one.errors)
        left = {key: details for key, details in grouped_field_set.items() if key not in finished}
        results: Any = super().execute_fields_serially(
            parent_type, source_value, path, left, position_context
        )
        order = list(grouped_field_set)
        return (
            _later(results, order, finished)
            if is_awaitable(results)
            else _merged(results, order, finished)
        )


async def _later(results: Any, order: list[str], finished: Mapping[str, Finished]) -> object:  # noqa: ANN401
    return _merged(await results, order, finished)


def _merged(
    results: dict[str, Any], order: list[str], finished: Mapping[str, Finished]
) -> dict[str, Any]:
    told = {key: one.data for key, one in finished.items()} | results
    return {key: told[key] for key in order if key in told}


def at_most_once(resolve: Function) -> Callable[..., object]:
    """A root field's resolver as compiled mutations call it: the root value is the effects."""

    def call(effects: Effects, info: ResolveInfo, **given: Any) -> object:  # noqa: ANN401
        return effects.have(resolve, info, given)

    return call
