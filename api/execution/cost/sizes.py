"""How many objects a field of the schema gives: by its arguments, or as the field itself says.

A field with `first`, `last` or `limit` says it by that. Any other list of objects declares it:

    @expected(10)
    @field(description="All tiers.")
    async def tiers(self, info: Info) -> list[Tier]: ...
"""

# graphql-core leaves open what its lists are of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    get_named_type,
    get_nullable_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.types.field import StrawberryField

MOST: Final = 100
"""The longest page: a resolver that is asked for more refuses, and gives nothing."""

UNDECLARED: Final = 10
"""Objects of a list that neither takes a size nor declares one."""

PAGES: Final = ("first", "last", "limit")
_DECLARED: Final = "laurels.size"
_DIGITS: Final = 10  # of a literal Int; a longer one is refused by validation


@dataclass(frozen=True, slots=True)
class Size:
    """How many objects a field gives, as a value among its arguments tells.

    `path` leads to the value: an argument, then fields of its input. The value is a number, or
    a list whose `length` counts; it is kept between `least` and `most`, and `default` stands
    for none. There are `each` objects for one of it, and `more`. Where the field is not a list
    itself, the lists right below it are as long, and with `works` the field costs as much as
    one of them: it does something for each.
    """

    path: tuple[str, ...] = ()
    default: int = UNDECLARED
    least: int = 1
    most: int = MOST
    length: bool = False
    each: int = 1
    more: int = 0
    works: bool = False

    def of(self, value: object) -> int:
        """Objects for a value that a client sent, whatever it is: its faults others will tell."""
        if self.length:
            asked = (
                len(cast("list[object]", value)) if isinstance(value, list) else value is not None
            )
        elif isinstance(value, int | float) and not isinstance(value, bool):
            asked = int(min(max(self.least, value), self.most))
        else:
            asked = self.default
        return min(max(asked, self.least), self.most) * self.each + self.more

    def of_literal(self, node: ValueNode) -> int:
        """Objects for a value that stands in a document, at the end of the path."""
        match node:
            case NullValueNode():
                return self.of(None)
            case ListValueNode() if self.length:
                return self.of([None] * len(node.values))
            case IntValueNode() if not self.length:
                sign = -1 if node.value.startswith("-") else 1
                return self.of(int(node.value) if len(node.value) <= _DIGITS else sign * self.most)
            case _:
                return self.of(True if self.length else None)


@dataclass(frozen=True, slots=True)
class Declared:
    """A size, to decorate a field with; `metadata` is for those that no function resolves."""

    size: Size

    @property
    def metadata(self) -> Mapping[str, Size]:
        return {_DECLARED: self.size}

    def __call__(self, field: StrawberryField) -> StrawberryField:
        field.metadata = MappingProxyType({**field.metadata, **self.metadata})
        return field


def expected(objects: int) -> Declared:
    """A list that takes no size: so many objects as it has in a large programme."""
    return Declared(Size(default=objects, most=objects))


def length_of(*path: str, most: int) -> Declared:
    """A field that gives one object for each in a list among its arguments."""
    return Declared(Size(path, least=0, most=most, length=True))


def work_for_each(*path: str, most: int) -> Declared:
    """A mutation that does something for each in a list of its input."""
    return Declared(Size(path, most=most, length=True, works=True))


def neighbours(argument: str, *, default: int, most: int) -> Declared:
    """A list of something and so many others on both sides of it."""
    return Declared(Size((argument,), default=default, least=0, most=most, each=2, more=1))


def declared_size(field: GraphQLField) -> Size | None:
    """What a field of the schema declares."""
    definition: object = field.extensions.get("strawberry-definition")
    return definition.metadata.get(_DECLARED) if isinstance(definition, StrawberryField) else None


def page_sizes(field: GraphQLField) -> Sequence[Size]:
    """The sizes that a field takes as arguments of a page."""
    return list(_page_sizes(field))


def _page_sizes(field: GraphQLField) -> Iterator[Size]:
    for name in PAGES:
        argument = field.args.get(name)
        if argument is not None:
            default: object = coerce_default_value(argument)
            yield Size((name,), default=default if isinstance(default, int) else UNDECLARED)


def is_list(field: GraphQLField) -> bool:
    """Whether a field's type is a list."""
    return isinstance(get_nullable_type(field.type), GraphQLList)


def named_type(field: GraphQLField) -> GraphQLNamedType:
    """What a field gives, one of, or many."""
    return get_named_type(field.type)


def value_at(node: ValueNode, path: Sequence[str]) -> tuple[ValueNode | None, Sequence[str]]:
    """Where a path through input objects leads in a literal; with the rest, where that breaks off.

    It breaks off at what is no object, a variable for one.
    """
    for number, name in enumerate(path):
        if not isinstance(node, ObjectValueNode):
            return node, path[number:]
        found = next((field.value for field in node.fields if field.name.value == name), None)
        if found is None:
            return None, ()
        node = found
    return node, ()
