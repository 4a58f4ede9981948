"""Random valid documents for any schema: variables, fragments, directives, merged fields."""

# ruff: noqa: ANN401, PLR0911 - types of any kind; documents must repeat

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    parse,
    validate,
)

Selectable = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType

_MUTATIONS = 0.2  # of the documents, where the schema has any
_LITERALS: dict[str, Callable[[random.Random], Any]] = {
    "Int": lambda r: r.randint(-5, 99),
    "Float": lambda r: r.choice([1.5, -2.25, 3]),
    "String": lambda r: r.choice(["", "a", "买家秀", 'quo"te']),
    "ID": lambda r: r.choice(["x1", "7"]),
    "Boolean": lambda r: r.random() < 0.5,
    "Long": lambda r: r.choice([0, 2**40, -7]),
    "Decimal": lambda r: r.choice(["1.50", "-3", 12]),
    "DateTime": lambda _: "2026-03-01T08:30:00+08:00",
    "Date": lambda _: "2026-03-01",
    "JSON": lambda r: r.choice([1, "s", [1, {"a": None}], {"k": [True]}]),
    "Loud": lambda _: "loud",
}


@dataclass(slots=True)
class Asked:
    """A document, and what is sent with it."""

    text: str
    name: str | None
    variables: dict[str, Any]
    tree: DocumentNode


@dataclass(slots=True)
class Writing:
    """One document in the making."""

    schema: GraphQLSchema
    random: random.Random
    budget: int
    definitions: dict[str, str] = field(default_factory=dict[str, str])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    names: int = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def selections(self, type_: Selectable, depth: int) -> str:
        """A selection set for the type, braces and all."""
        made = list(self._selections(type_, depth)) or [f"__typename{self.directives()}"]
        return "{ " + " ".join(made) + " }"

    def _selections(self, type_: Selectable, depth: int) -> Iterator[str]:
        fields = {} if isinstance(type_, GraphQLUnionType) else type_.fields
        chosen = [name for name in fields if self.chance(0.4)] or list(fields)[:1]
        self.random.shuffle(chosen)
        for name in chosen:
            if self.budget <= 0:
                break
            yield from self.field(name, fields[name], depth)
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            if self.budget > 0 and depth > 0:
                yield self.fragment(type_, depth)
        if self.chance(0.15):
            yield f"__typename{self.directives()}"
        if self.chance(0.05):
            yield f"{self.name('t')}: __typename"

    def field(self, name: str, definition: GraphQLField, depth: int) -> Iterator[str]:
        type_ = get_named_type(definition.type)
        if is_composite_type(type_) and depth <= 0:
            return
        self.budget -= 1
        given = self.arguments(definition.args)
        alias = f"{self.name('a')}: " if given or self.chance(0.15) else ""
        head = f"{alias}{name}{given}"
        for _ in range(2 if self.chance(0.1) else 1):  # the second is merged into the first
            inner = (
                self.selections(cast("Selectable", type_), depth - 1)
                if is_composite_type(type_)
                else ""
            )
            yield f"{head}{self.directives()} {inner}".rstrip()

    def fragment(self, type_: Selectable, depth: int) -> str:
        known = [name for name, (on, _) in self.fragments.items() if on == type_.name]
        if known and self.chance(0.4):
            return f"...{self.random.choice(known)}{self.directives()}"
        on = self.condition(type_)
        if self.chance(0.5):
            written = "" if on is type_ and self.chance(0.3) else f" on {on.name}"
            return f"...{written}{self.directives()} {self.selections(on, depth - 1)}"
        name = self.name("F")
        body = self.selections(on, depth - 1)
        self.fragments[name] = (on.name, body)
        return f"...{name}{self.directives()}"

    def condition(self, type_: Selectable) -> Selectable:
        """A type that shares objects with this one."""
        if isinstance(type_, GraphQLObjectType):
            return self.random.choice([type_, type_, *type_.interfaces])
        possible = list(self.schema.get_possible_types(type_))
        return self.random.choice([type_, *possible])

    def directives(self) -> str:
        told = [
            f"@{name}(if: {self.boolean()})" for name in ("skip", "include") if self.chance(0.06)
        ]
        return "".join(f" {one}" for one in told)

    def boolean(self) -> str:
        if self.chance(0.4):
            return self.random.choice(["true", "false"])
        flag = self.random.choice(["$p", "$q", "$r"])
        if flag[1:] not in self.definitions:
            default = self.random.choice(["", " = true", " = false"])
            self.definitions[flag[1:]] = f"Boolean{'!' if not default else ''}{default}"
            if not default or self.chance(0.5):
                self.values[flag[1:]] = self.chance(0.5)
        return flag

    def arguments(self, defined: dict[str, GraphQLArgument]) -> str:
        given = [
            f"{name}: {self.argument(argument)}"
            for name, argument in defined.items()
            if is_required_argument(argument) or self.chance(0.6)
        ]
        return f"({', '.join(given)})" if given else ""

    def argument(self, argument: GraphQLArgument | GraphQLInputField) -> str:
        if not self.chance(0.5):
            return self.literal(argument.type)
        name = self.name("v")
        default = ""
        if self.chance(0.3):
            default = f" = {self.literal(argument.type)}"
        self.definitions[name] = f"{argument.type}{default}"
        optional = default or not is_non_null_type(argument.type)
        if not optional or self.chance(0.7):
            self.values[name] = self.value(argument.type)
        return f"${name}"

    def literal(self, type_: Any) -> str:
        return _written(self.value(type_, literal=True), get_named_type(type_))

    def value(self, type_: Any, *, literal: bool = False) -> Any:
        """A value of an input type: JSON for variables, enum names as `_Name` in literals."""
        if is_non_null_type(type_):
            return self.value(type_.of_type, literal=literal)
        if self.chance(0.1):
            return None
        if is_list_type(type_):
            if self.chance(0.1):
                return self.value(type_.of_type, literal=literal)
            items = range(self.random.randint(0, 3))
            return [self.value(type_.of_type, literal=literal) for _ in items]
        if isinstance(type_, GraphQLEnumType):
            name = self.random.choice(list(type_.values))
            return _Name(name) if literal else name
        if isinstance(type_, GraphQLInputObjectType):
            return self.input(type_, literal=literal)
        if not literal and self.chance(0.02):
            return self.random.choice([None, {}, [], "wrong", 1.5, 2**70])
        return _LITERALS[cast("GraphQLNamedType", type_).name](self.random)

    def input(self, type_: GraphQLInputObjectType, *, literal: bool) -> dict[str, Any]:
        if type_.is_one_of:
            name = self.random.choice(list(type_.fields))
            return {name: self.value(type_.fields[name].type, literal=literal)}
        return {
            name: None
            if not is_non_null_type(one.type) and self.chance(0.1)
            else self.value(one.type, literal=literal)
            for name, one in type_.fields.items()
            if (is_non_null_type(one.type) and one.default_value is Undefined) or self.chance(0.5)
        }


class _Name(str):
    """An enum's name, which literals write without quotes."""

    __slots__ = ()


def _written(value: Any, named: object) -> str:
    if isinstance(value, _Name):
        return value
    if isinstance(value, list):
        return "[" + ", ".join(_written(one, named) for one in cast("list[Any]", value)) + "]"
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return "{" + ", ".join(f"{name}: {_written(one, named)}" for name, one in pairs) + "}"
    return json.dumps(value, ensure_ascii=False)


def generate(schema: GraphQLSchema, rng: random.Random) -> Asked:
    """A document that validates; what does not is thrown away."""
    query, mutation = schema.query_type, schema.mutation_type
    assert query is not None
    root, kind = query, "query"
    if mutation is not None and rng.random() < _MUTATIONS:
        root, kind = mutation, "mutation"
    while True:
        writing = Writing(schema, rng, budget=rng.choice([5, 15, 40, 80]))
        body = writing.selections(root, depth=rng.randint(1, 6))
        defined = ", ".join(f"${name}: {type_}" for name, type_ in writing.definitions.items())
        text = f"{kind} Main{f'({defined})' if defined else ''} {body}"
        for name, (on, selections) in writing.fragments.items():
            text += f"\nfragment {name} on {on} {selections}"
        if rng.random() < 0.2:
            text = f"query Other {{ __typename }}\n{text}"
        tree = parse(text)
        if not validate(schema, tree, max_errors=1):
            return Asked(text, "Main", writing.values, tree)


def leaves(schema: GraphQLSchema) -> list[str]:
    """Names of scalars and enums that documents may need values of."""
    return [name for name, type_ in schema.type_map.items() if is_leaf_type(type_)]
