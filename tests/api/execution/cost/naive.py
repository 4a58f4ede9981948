"""What a document costs, found by spreading everything out; and documents to find it for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    value_from_ast_untyped,
)
from hypothesis import strategies as st

from api.execution.compiler.core import core_schema
from api.execution.cost.sizes import expected, length_of, neighbours
from api.execution.fields import field

Values = dict[str, Any]


@strawberry.type
class Thing:
    name: str
    next: Thing | None
    some: list[Thing] = strawberry.field(metadata=expected(3).metadata)
    undeclared: list[Thing]

    @field(description="A page.")
    def page(self, first: int | None = 5) -> Page:
        raise NotImplementedError

    @neighbours("radius", default=2, most=25)
    @field(description="Neighbours.")
    def near(self, radius: int | None = 2) -> list[Thing]:
        raise NotImplementedError

    @length_of("ids", most=100)
    @field(description="By their ids.")
    def picked(self, ids: list[str]) -> list[Thing]:
        raise NotImplementedError


@strawberry.type
class Edge:
    node: Thing


@strawberry.type
class Page:
    nodes: list[Thing]
    edges: list[Edge]
    info: Thing


@strawberry.type
class Query:
    thing: Thing


SCHEMA: Final = core_schema(strawberry.Schema(query=Query))

VARIABLES: Final = (
    '($n: Int, $m: Int = 7, $ids: [String!]! = ["a"], $yes: Boolean!, $no: Boolean! = false)'
)
TYPES: Final = {
    "next": "Thing", "some": "Thing", "undeclared": "Thing", "near": "Thing", "picked": "Thing",
    "page": "Page", "nodes": "Thing", "edges": "Edge", "info": "Thing", "node": "Thing",
}  # fmt: skip
FIELDS: Final = {
    "Thing": ["next", "some", "undeclared", "page", "near", "picked"],
    "Page": ["nodes", "edges", "info"],
    "Edge": ["node"],
}


def _clamped(value: object, least: int, most: int, default: int) -> int:
    return max(least, min(most, value if isinstance(value, int) else default))


SIZES: Final[dict[str, Callable[[Values], int]]] = {
    "some": lambda _: 3,
    "page": lambda given: _clamped(given.get("first"), 1, 100, 5),
    "near": lambda given: 2 * _clamped(given.get("radius"), 0, 25, 2) + 1,
    "picked": lambda given: min(len(given["ids"]), 100),
}
LISTS: Final = {"some", "undeclared", "near", "picked", "nodes", "edges"}


def naive_cost(document: DocumentNode, sent: Values) -> int:
    """The cost of the one operation of a document whose variables are `VARIABLES`."""
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {
        d.name.value: d.selection_set
        for d in document.definitions
        if isinstance(d, FragmentDefinitionNode)
    }
    naive = _Naive(fragments, {"m": 7, "ids": ["a"], "no": False} | sent)
    return naive.cost(operation.selection_set, 10)


@dataclass
class _Naive:
    fragments: dict[str, SelectionSetNode]
    variables: Values

    def cost(self, selections: SelectionSetNode, around: int) -> int:
        return sum(
            self._selection(selection, around)
            for selection in selections.selections
            if self._is_in(selection)
        )

    def _is_in(self, selection: SelectionNode) -> bool:
        return all(
            self._value(directive.arguments[0].value) is not (directive.name.value == "skip")
            for directive in selection.directives or ()
            if directive.arguments
        )

    def _value(self, node: ValueNode) -> object:
        return value_from_ast_untyped(node, self.variables)

    def _selection(self, selection: SelectionNode, around: int) -> int:
        match selection:
            case FragmentSpreadNode():
                return self.cost(self.fragments[selection.name.value], around)
            case InlineFragmentNode():
                return self.cost(selection.selection_set, around)
            case FieldNode(selection_set=SelectionSetNode() as inner):
                return self._composite(selection, inner, around)
            case _:
                return 0

    def _composite(self, node: FieldNode, inner: SelectionSetNode, around: int) -> int:
        name = node.name.value
        given = {one.name.value: self._value(one.value) for one in node.arguments or ()}
        size = SIZES[name](given) if name in SIZES else None
        if name in LISTS:
            return (around if size is None else size) * (1 + self.cost(inner, 10))
        return 1 + self.cost(inner, 10 if size is None else size)


CONDITIONS: Final = st.sampled_from(
    ["", "", "", "", " @include(if: $yes)", " @skip(if: $no)", " @skip(if: true)",
     " @include(if: $no) @skip(if: $yes)"]
)  # fmt: skip
NUMBERS: Final = st.sampled_from(["$n", "$m", "null", "-1", "0", "3", "101", "2147483647"])
ARGUMENTS: Final = {
    "page": st.one_of(st.just(""), NUMBERS.map("(first: {})".format)),
    "near": st.one_of(st.just(""), NUMBERS.map("(radius: {})".format)),
    "picked": st.sampled_from(["(ids: $ids)", '(ids: ["a", "b"])', "(ids: [])", '(ids: "a")']),
}
SENT: Final = st.fixed_dictionaries(
    {"yes": st.booleans()},
    optional={
        "n": st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1), st.integers(1, 20)),
        "m": st.one_of(st.none(), st.integers(0, 120)),
        "ids": st.lists(st.just("x"), max_size=120),
        "no": st.booleans(),
    },
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A valid document: fragment F0 spreads F1 and F2, and so on."""
    fragments = [
        f"fragment F{number} on {type_} {draw(_selections(type_, 2, number))}"
        for number, type_ in enumerate(("Thing", "Page", "Thing", "Edge"))
    ]
    asked = draw(_selections("Thing", 3, -1))
    return f"query {VARIABLES} {{ thing {asked} }} {' '.join(fragments)}"


@st.composite
def _selections(draw: st.DrawFn, type_: str, depth: int, within: int) -> str:
    chosen = ["__typename", *draw(st.lists(_selection(type_, depth, within), max_size=3))]
    return "{ " + " ".join(chosen) + " }"


@st.composite
def _selection(draw: st.DrawFn, type_: str, depth: int, within: int) -> str:
    condition = draw(CONDITIONS)
    spreads = {"Thing": [0, 2], "Page": [1], "Edge": [3]}[type_]
    kind = draw(st.sampled_from(["field", "field", "field", "spread", "inline"]))
    if kind == "spread" and (below := [n for n in spreads if n > within]):
        return f"...F{draw(st.sampled_from(below))}{condition}"
    if depth == 0:
        return "__typename"
    if kind == "inline":
        return f"...{condition} {draw(_selections(type_, depth - 1, within))}"
    name = draw(st.sampled_from(FIELDS[type_]))
    arguments = draw(ARGUMENTS.get(name, st.just("")))
    inner = draw(_selections(TYPES[name], depth - 1, within))
    return f"x{draw(st.integers(0, 99))}: {name}{arguments}{condition} {inner}"
