"""What the operations of a document cost: the objects that they may return, at most.

Each field of an object, interface or union type counts one, times the sizes of the lists around
it. Fragments count wherever they are spread and are read once. A field that is selected twice
counts twice, and all type conditions count, though an object meets but one. What `@skip` and
`@include` leave out costs nothing. An operation costs at least one.

Introspection is of another kind: nothing is fetched, but a whole schema is walked. It costs a
flat amount, and validation bounds how deep it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    is_composite_type,
)

from api.execution.cost.sizes import (
    UNDECLARED,
    Size,
    declared_size,
    is_list,
    named_type,
    page_sizes,
    value_at,
)
from api.execution.cost.terms import Factor, Formula, Rows, Sum, Variables
from api.execution.fragments import fragments_of, innermost_first, spread_in

INTROSPECTION: Final = {"__schema": 2_500, "__type": 100}
"""What introspection costs: as much CPU as reading so many objects."""

Costs: TypeAlias = Mapping[str | None, Formula]
"""The costs of a document's operations by their names."""


@dataclass(frozen=True, slots=True)
class _SizeOf:
    """The size of a field, that a variable decides; `path` leads on inside of its value."""

    variable: str
    size: Size
    path: tuple[str, ...]

    def of(self, value: object) -> int:
        for name in self.path:
            value = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
        return self.size.of(value)

    def of_none(self) -> int:
        return self.size.of(None)

    def of_literal(self, node: ValueNode) -> int:
        found, _ = value_at(node, self.path)
        return self.of(None) if found is None else self.size.of_literal(found)


@dataclass(frozen=True, slots=True)
class _Condition:
    """1 where a variable lets a selection in, 0 where it leaves it out."""

    variable: str
    unless: bool

    def of(self, value: object) -> int:
        return int(value is not self.unless)

    def of_none(self) -> int:
        return 1

    def of_literal(self, node: ValueNode) -> int:
        return _lets_in(node, unless=self.unless)


@dataclass(frozen=True, slots=True)
class _Costs:
    """Of a selection set: its own, and what each object of the lists right in it costs, whose
    length is for the field around to say.
    """

    own: Sum
    listed: Sum


def cost_of(costs: Costs, operation: OperationDefinitionNode, variables: Variables) -> int:
    """The cost of an operation with these variables. Never raises, whatever they are."""
    return max(costs[_name(operation)].of(variables), 1)


def costs_of(schema: GraphQLSchema, document: DocumentNode) -> Costs:
    """What the operations of a valid document cost."""
    return _Measuring(schema, document).operations()


class _Measuring:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._rows = Rows()
        self._fragments: dict[str, _Costs] = {}

    def operations(self) -> Costs:
        fragments = fragments_of(self._document)
        spreads = {name: spread_in(fragment) for name, fragment in fragments.items()}
        for name in innermost_first(spreads):
            self._fragments[name] = self._fragment(fragments[name])
        return {
            _name(one): self._operation(one)
            for one in self._document.definitions
            if isinstance(one, OperationDefinitionNode)
        }

    def _fragment(self, fragment: FragmentDefinitionNode) -> _Costs:
        costs = self._selected(fragment.selection_set, self._type_named(fragment))
        return _Costs(self._rows.shared(costs.own), self._rows.shared(costs.listed))

    def _operation(self, operation: OperationDefinitionNode) -> Formula:
        root = self._schema.get_root_type(operation.operation)
        costs = self._selected(operation.selection_set, cast("GraphQLCompositeType", root))
        total = costs.own.plus(costs.listed.scaled(UNDECLARED))
        return Formula(total, self._rows.sums, _defaults(operation, [*self._rows.sums, total]))

    def _selected(self, selections: SelectionSetNode, on: GraphQLCompositeType) -> _Costs:
        own = listed = Sum.number(0)
        for selection in selections.selections:
            costs = self._selection(selection, on)
            for directive in selection.directives or ():
                condition = _condition(directive)
                if condition is not None:
                    costs = _Costs(
                        self._rows.times(costs.own, condition),
                        self._rows.times(costs.listed, condition),
                    )
            own, listed = own.plus(costs.own), listed.plus(costs.listed)
        return _Costs(own, listed)

    def _selection(self, selection: SelectionNode, on: GraphQLCompositeType) -> _Costs:
        match selection:
            case FieldNode():
                return self._field(selection, on)
            case FragmentSpreadNode():
                return self._fragments[selection.name.value]
            case InlineFragmentNode():
                type_ = self._type_named(selection) if selection.type_condition else on
                return self._selected(selection.selection_set, type_)
            case _:
                raise TypeError(type(selection))

    def _field(self, node: FieldNode, on: GraphQLCompositeType) -> _Costs:
        nothing = Sum.number(0)
        if node.name.value in INTROSPECTION:
            return _Costs(Sum.number(INTROSPECTION[node.name.value]), nothing)
        field = cast("GraphQLField", self._schema.get_field(on, node.name.value))
        type_ = named_type(field)
        if node.selection_set is None or not is_composite_type(type_):
            return _Costs(nothing, nothing)
        inner = self._selected(node.selection_set, type_)
        size, factors = _sizes(field, node)
        if is_list(field):
            one = Sum.number(1).plus(inner.own).plus(inner.listed.scaled(UNDECLARED))
            return _Costs(self._by(one, factors), nothing) if factors else _Costs(nothing, one)
        own = Sum.number(1).plus(inner.own)
        if size is not None and size.works:
            own = self._by(Sum.number(1), factors).plus(inner.own)
        return _Costs(own.plus(self._by(inner.listed, factors or [UNDECLARED])), nothing)

    def _by(self, total: Sum, factors: list[Factor | int]) -> Sum:
        """As many of them as the factors say together."""
        product = Sum.number(0)
        for factor in factors:
            product = product.plus(self._rows.times(total, factor))
        return product

    def _type_named(
        self, fragment: FragmentDefinitionNode | InlineFragmentNode
    ) -> GraphQLCompositeType:
        condition = fragment.type_condition
        named = self._schema.get_type(condition.name.value) if condition else None
        return cast("GraphQLCompositeType", named)


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _sizes(field: GraphQLField, node: FieldNode) -> tuple[Size | None, list[Factor | int]]:
    """What decides how many objects a field gives; nothing where the field around does.

    Of several arguments all that are given count, though the smallest would do.
    """
    declared = declared_size(field)
    sizes = [declared] if declared else page_sizes(field)
    given = {one.name.value: one.value for one in node.arguments or ()}
    asked: list[Factor | int] = [
        _factor(size, given[size.path[0]]) for size in sizes if size.path and size.path[0] in given
    ]
    if not asked and sizes:
        asked = [sizes[0].of(None)]
    return declared, asked


def _factor(size: Size, value: ValueNode) -> Factor | int:
    node, rest = value_at(value, size.path[1:])
    if node is None:
        return size.of(None)
    if isinstance(node, VariableNode):
        return _SizeOf(node.name.value, size, tuple(rest))
    return size.of_literal(node)


def _condition(directive: DirectiveNode) -> Factor | int | None:
    """Whether a directive lets its selection in; None for one that has no say."""
    if directive.name.value not in {"skip", "include"}:
        return None
    unless = directive.name.value == "skip"
    (argument,) = directive.arguments or (None,)
    if argument is None:
        return None
    if isinstance(argument.value, VariableNode):
        return _Condition(argument.value.name.value, unless)
    return _lets_in(argument.value, unless=unless)


def _lets_in(value: ValueNode, *, unless: bool) -> int:
    return int(not isinstance(value, BooleanValueNode) or value.value is not unless)


def _defaults(operation: OperationDefinitionNode, sums: Iterable[Sum]) -> Mapping[Factor, int]:
    """The factors' numbers where the operation's own defaults stand for absent variables."""
    literals = {
        one.variable.name.value: one.default_value
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }
    factors = {factor for one in sums for factor, _ in one.terms if factor is not None}
    return {
        factor: factor.of_literal(literals[factor.variable])
        for factor in factors
        if factor.variable in literals
    }
