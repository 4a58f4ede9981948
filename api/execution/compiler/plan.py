"""What generated code is written from, and refers to while it runs: the fields of one operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from graphql import FieldNode, GraphQLField, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.types.field import StrawberryField

from api.execution.compiler.arguments import Arguments
from api.execution.compiler.core import Function, ResolveInfo, field_of, resolve_info
from api.execution.compiler.positions import Anchor, Indices, Position

if TYPE_CHECKING:
    from api.execution.compiler.running import Run


@dataclass(frozen=True, slots=True)
class TypeName:
    """`__typename`: known when the code is written."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A plain attribute of the parent."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A resolver's own function, called as strawberry would call it."""

    function: Function
    by_position: bool
    parent: tuple[str, ...]
    info: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """A function for all parents at once."""

    function: Function


@dataclass(frozen=True, slots=True)
class Whole:
    """Whatever the schema has to resolve the field, wrappers and extensions included."""

    function: Function


@dataclass(frozen=True, slots=True)
class Effected(Whole):
    """A root field of a mutation, whose resolver is called at most once."""


Access: TypeAlias = TypeName | Attribute | Call | Batch | Whole


@dataclass(slots=True, eq=False)
class Field:
    """One key of one object of the response.

    A deferred field is resolved and completed by a block of its own, once everything that needs
    no waiting is done. `head` is the deferred field whose block completes this one: itself where
    it is deferred, None in the first block. A prompt one is a coroutine that needs no waiting.
    """

    key: str
    name: str
    parent: GraphQLObjectType
    definition: GraphQLField
    details: list[FieldDetails]
    access: Access
    arguments: Arguments | None
    deferred: bool
    prompt: bool = False
    head: Field | None = None
    position: Position = field(init=False)

    @property
    def number(self) -> int:
        return self.position.number

    @property
    def coordinate(self) -> str:
        return f"{self.parent.name}.{self.name}"

    @property
    def nodes(self) -> list[FieldNode]:
        return [one.node for one in self.details]

    @property
    def strawberry(self) -> StrawberryField:
        field_ = field_of(self.definition)
        if field_ is None:
            raise TypeError(f"{self.coordinate} is no field of strawberry's")
        return field_

    @property
    def started(self) -> int:
        """How many steps lead to the object that this field's block continues."""
        return len(self.head.position.steps) - 1 if self.head is not None else 0

    def path(self, run: Run, indices: Indices, anchor: Anchor) -> Path:
        """graphql-core's path to this field; list indices of unknown places are -1."""
        steps = self.position.steps
        before = run.trail(self.head, anchor) or [-1] * self.started
        inside = iter(indices)
        path: Path | None = None
        for n, step in enumerate(steps):
            if n < self.started:
                key = before[n] if step.owner is None else step.key
            else:
                key = next(inside) if step.owner is None else step.key
            path = Path(path, key, step.owner)
        assert path is not None, "a field has a key"  # noqa: S101
        return path

    def resolve_info(self, run: Run, indices: Indices, anchor: Anchor) -> ResolveInfo:
        path = self.path(run, indices, anchor)
        return resolve_info(run.executor, self.definition, self.nodes, self.parent, path)
