"""Places of a response: what stands there, and the slow way to check it.

Generated code checks the usual case itself (the exact class that a type expects) and calls
`check` of the position for everything else: None, exceptions, awaitables, other classes.
Whatever is raised here is raised from a frame of this module, never from generated code, so that
the innermost generated line of a traceback is always the position that failed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLObjectType,
    Undefined,
)
from graphql.execution import Executor
from graphql.execution.executor import invalid_return_type_error
from strawberry.types.cast import get_strawberry_type_cast

from api.execution.compiler.core import belongs, close, is_awaitable, is_iterable, type_name_of
from api.execution.compiler.reasons import AwaitableFound, GivenUp, Reason

if TYPE_CHECKING:
    from api.execution.compiler.plan import Field
    from api.execution.compiler.running import Run

NOWHERE: Final = 0
"""The branch of a null."""

Indices = tuple[int, ...]
Anchor = dict[str, Any] | None
"""The finished object that a block of code continues; None in the first block."""


class Step(NamedTuple):
    """One step of a path: the key of a field and its parent's type, or a list being built.

    Of a list, `key` is the generated code's variable; its length is the index.
    """

    key: str
    owner: str | None


@dataclass(slots=True, eq=False)
class Position:
    """Where a value stands. `nulls` is how many steps lead to what becomes null when it fails."""

    number: int
    field: Field
    steps: tuple[Step, ...]
    nullable: bool
    nulls: int

    @property
    def is_item(self) -> bool:
        return self.steps[-1].owner is None

    def present(self, value: object) -> object | None:
        """The value, or None where there is none and none may be.

        Raises: what stands for the value; TypeError for a null that must not be.
        """
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            if self.nullable:
                return None
            raise TypeError(f"Cannot return null for non-nullable field {self.field.coordinate}.")
        if (self.is_item or not self.field.deferred) and is_awaitable(value):
            close(value)
            if self.is_item:
                raise GivenUp(Reason.ASYNC_ITEMS, self.field.coordinate)
            raise AwaitableFound(self.field.parent.name, self.field.name)
        return value


@dataclass(slots=True, eq=False)
class Leaf(Position):
    """A scalar or an enum."""

    output: GraphQLLeafType

    def check(self, value: object) -> object:
        value = self.present(value)
        return None if value is None else Executor.complete_leaf_value(self.output, value)


@dataclass(slots=True, eq=False)
class Many(Position):
    """A list, each item at the position `item`."""

    item: Position = dataclasses.field(init=False)

    def check(self, value: object) -> object:
        value = self.present(value)
        if value is None:
            return None
        name = self.field.coordinate
        if hasattr(value, "__aiter__"):
            raise GivenUp(Reason.ASYNC_LIST, name)
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
        return value


@dataclass(slots=True, eq=False)
class One(Position):
    """An object of one type. `usual` are classes that need no further look."""

    output: GraphQLObjectType
    usual: set[type]
    own_predicate: bool
    selection: list[Field] = dataclasses.field(default_factory=list["Field"])

    def check(self, value: object, run: Run, indices: Indices, anchor: Anchor) -> object:
        if value.__class__ in self.usual:
            return value
        value = self.present(value)
        if value is None:
            return None
        self.expect(value, run, indices, anchor)
        if not self.own_predicate and get_strawberry_type_cast(value) is None:
            self.usual.add(value.__class__)
        return value

    def expect(self, value: object, run: Run, indices: Indices, anchor: Anchor) -> None:
        """Asks the type's own predicate. Raises: GraphQLError when it says no."""
        if self.output.is_type_of is None:
            return
        fits = belongs(self.output, value, self.field.resolve_info(run, indices, anchor))
        if is_awaitable(fits):
            close(fits)
            raise GivenUp(Reason.ASYNC_TYPE, self.output.name)
        if not fits:
            raise invalid_return_type_error(self.output, value, self.field.details)


@dataclass(slots=True, eq=False)
class Choice(Position):
    """An object of one of several types; branches are numbered from 1.

    `known` tells the branch of a class where nothing but the class decides.
    """

    output: GraphQLAbstractType
    by_class: bool
    branches: list[One] = dataclasses.field(default_factory=list[One])
    known: dict[type, int] = dataclasses.field(default_factory=dict[type, int])

    def check(self, value: object, run: Run, indices: Indices, anchor: Anchor) -> int:
        """The number of the value's branch."""
        value = self.present(value)
        if value is None:
            return NOWHERE
        number = self._decide(value, run, indices, anchor)
        branch = self.branches[number - 1]
        branch.expect(value, run, indices, anchor)
        if self.by_class and not branch.own_predicate and _is_exactly(value, branch.output):
            self.known[value.__class__] = number
        return number

    def _decide(self, value: object, run: Run, indices: Indices, anchor: Anchor) -> int:
        info = self.field.resolve_info(run, indices, anchor)
        name = type_name_of(self.output, value, info)
        if is_awaitable(name):
            close(name)
            raise GivenUp(Reason.ASYNC_TYPE, self.output.name)
        found = run.executor.ensure_valid_runtime_type(  # pyright: ignore[reportUnknownMemberType]
            name, self.output, self.field.details, info, value
        )
        return 1 + next(n for n, branch in enumerate(self.branches) if branch.output is found)


def _is_exactly(value: object, type_: GraphQLObjectType) -> bool:
    """Whether every object of the value's class is of the type: not cast, not generic."""
    definition = type_.extensions.get("strawberry-definition")
    own = getattr(value.__class__, "__strawberry_definition__", None)
    cast = get_strawberry_type_cast(value)
    return definition is not None and own is definition and cast is None
