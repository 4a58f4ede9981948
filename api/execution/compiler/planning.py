"""From an operation to the fields of its response, by graphql-core's own collecting.

A plan is made for one set of values of the variables that `@skip` and `@include` name, so that
which fields there are, their order, and the nodes that are merged into each are fixed in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields
from strawberry import Schema

from api.execution.compiler.access import (
    Accesses,
    goes_by_class,
    has_own_predicate,
    is_prompt,
    waits,
)
from api.execution.compiler.arguments import Arguments
from api.execution.compiler.core import CoreExecutor, item_of, nullable_of, output_of
from api.execution.compiler.effects import at_most_once
from api.execution.compiler.plan import Access, Batch, Effected, Field, TypeName
from api.execution.compiler.positions import Choice, Leaf, Many, One, Position, Step
from api.execution.compiler.reasons import Reason, Unsupported

MOST_POSITIONS: Final = 300
"""What is compiled in some 10 ms, and kept in some 250 KiB. Response fields are a multiple."""
_INTROSPECTION: Final = {"__schema", "__type"}

Grouped = Mapping[str, list[FieldDetails]]
Coordinate = tuple[str, str]
Common = tuple[int, Field, tuple[Step, ...], bool, int]
P = TypeVar("P", bound=Position)


class Plan:
    """The fields of an operation. Positions are numbered; 0 is nobody's."""

    def __init__(
        self, schema: Schema, accesses: Accesses, executor: CoreExecutor, awaited: set[Coordinate]
    ) -> None:
        self._schema = schema
        self._accesses = accesses
        self._executor = executor
        self._awaited = awaited
        self.mutates = executor.operation.operation is OperationType.MUTATION
        self.positions: list[Position] = []
        self.root = self._root()

    @property
    def asked(self) -> frozenset[str]:
        """What is asked of each field that gives objects, as `Type.field.field`."""
        return frozenset(
            f"{one.field.coordinate}.{asked.name}"
            for one in self.positions
            if isinstance(one, One)
            for asked in one.selection
        )

    def _root(self) -> list[Field]:
        operation = self._executor.operation
        core: GraphQLSchema = self._executor.schema
        type_ = core.get_root_type(operation.operation)
        assert type_ is not None, "validation knows the root types"  # noqa: S101
        collected = collect_fields(
            core, self._executor.fragments, self._executor.variable_values, type_, operation
        )
        return self._selection(type_, collected.grouped_field_set, steps=(), nulls=0, head=None)

    def _selection(
        self,
        type_: GraphQLObjectType,
        grouped: Grouped,
        *,
        steps: tuple[Step, ...],
        nulls: int,
        head: Field | None,
    ) -> list[Field]:
        return [
            self._field(
                type_, details, steps=(*steps, Step(key, type_.name)), nulls=nulls, head=head
            )
            for key, details in grouped.items()
        ]

    def _field(
        self,
        type_: GraphQLObjectType,
        details: list[FieldDetails],
        *,
        steps: tuple[Step, ...],
        nulls: int,
        head: Field | None,
    ) -> Field:
        name = details[0].node.name.value
        definition = self._executor.schema.get_field(type_, name)
        if definition is None or name in _INTROSPECTION:
            raise Unsupported(Reason.INTROSPECTION, name)
        access = self._access(definition, root=len(steps) == 1)
        prompt = waits(definition) and is_prompt(access)
        deferred = isinstance(access, Batch | Effected) or (waits(definition) and not prompt)
        field = Field(
            key=steps[-1].key,
            name=name,
            parent=type_,
            definition=definition,
            details=details,
            access=access,
            arguments=None,
            deferred=deferred or (type_.name, name) in self._awaited,
            prompt=prompt,
        )
        field.head = field if field.deferred else head
        if definition.args and not isinstance(access, TypeName):
            field.arguments = Arguments(self._schema, definition, field.nodes[0], field.strawberry)
        field.position = self._value(output_of(definition), field, steps=steps, nulls=nulls)
        return field

    def _access(self, definition: GraphQLField, *, root: bool) -> Access:
        access = self._accesses.of(definition)
        if not (self.mutates and root) or isinstance(access, TypeName):
            return access
        assert definition.resolve is not None, "strawberry gives every field one"  # noqa: S101
        return Effected(at_most_once(definition.resolve))

    def _value(
        self, type_: object, field: Field, *, steps: tuple[Step, ...], nulls: int
    ) -> Position:
        inner, nullable = nullable_of(type_)
        number = len(self.positions)
        if number >= MOST_POSITIONS:
            raise Unsupported(Reason.SIZE, f"more than {MOST_POSITIONS} values")
        nulls = len(steps) if nullable else nulls
        common = (number, field, steps, nullable, nulls)
        if is_leaf_type(inner):
            return self._add(Leaf(*common, inner))
        item = item_of(inner)
        if item is not None:
            many = self._add(Many(*common))
            inside = (*steps, Step(f"o{number}", None))
            many.item = self._value(item, field, steps=inside, nulls=nulls)
            return many
        if is_abstract_type(inner):
            return self._choice(inner, common)
        assert isinstance(inner, GraphQLObjectType), "nothing else is an output type"  # noqa: S101
        return self._one(inner, common)

    def _one(self, type_: GraphQLObjectType, common: Common) -> One:
        own = has_own_predicate(type_)
        definition = type_.extensions.get("strawberry-definition")
        usual = set[type]() if own or definition is None else {definition.origin}
        one = self._add(One(*common, type_, usual, own))
        self._fill(one)
        return one

    def _fill(self, one: One) -> None:
        field = one.field
        collected = self._executor.collect_subfields(one.output, field.details)
        one.selection = self._selection(
            one.output,
            collected.grouped_field_set,
            steps=one.steps,
            nulls=one.nulls,
            head=field.head,
        )

    def _choice(self, type_: GraphQLAbstractType, common: Common) -> Choice:
        choice = self._add(Choice(*common, type_, goes_by_class(type_.resolve_type)))
        for possible in self._executor.schema.get_possible_types(type_):
            choice.branches.append(self._one(possible, (len(self.positions), *common[1:])))
        return choice

    def _add(self, position: P) -> P:
        self.positions.append(position)
        return position
