"""Readers of variables: made once for a type of the schema, they take what is right as it comes.

A reader gives the coerced value, or `Undefined` for whatever graphql-core should look at: what is
wrong, and what is right in an unusual way (one value in the place of a list). What is wrong with
a value, only graphql-core says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)

from api.execution.compiler.core import (
    Function,
    default_of,
    is_required,
    item_of,
    makes_its_value,
    named_type_of,
    nullable_of,
)

Reader: TypeAlias = Callable[[Any], Any]

_LARGEST: Final = 2**31 - 1
_REQUIRED: Final = object()
_CLASSES: Final[dict[object, type]] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Readers:
    """The readers of one schema's input types."""

    def __init__(self) -> None:
        self._made: dict[GraphQLInputObjectType, Reader] = {}

    def of(self, type_: object) -> Reader:
        """The reader of a type."""
        inner, nullable = nullable_of(type_)
        read = self._plain(inner)
        return _or_null(read) if nullable else read

    def _plain(self, type_: object) -> Reader:
        if type_ in _CLASSES:
            return _of_class(_CLASSES[type_])
        if type_ is GraphQLInt:
            return _whole
        if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
            return _leaf(type_.coerce_input_value)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        item = item_of(type_)
        return _left_to_core if item is None else _list(self.of(item))

    def _object(self, type_: GraphQLInputObjectType) -> Reader:
        """How deep a type that contains itself may go, graphql-core decides."""
        if type_.is_one_of or makes_its_value(type_) or _contains_itself(type_):
            return _left_to_core
        if type_ not in self._made:
            self._made[type_] = _Object(type_, self).read
        return self._made[type_]


class _Object:
    """The reader of one input type."""

    def __init__(self, type_: GraphQLInputObjectType, readers: Readers) -> None:
        self._names = frozenset(type_.fields)
        self._fields: list[tuple[str, str, Reader, object]] = [
            (
                name,
                field.out_name or name,
                readers.of(field.type),
                _REQUIRED if is_required(field) else default_of(field),
            )
            for name, field in type_.fields.items()
        ]

    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if value.__class__ is not dict or not self._names.issuperset(value):
            return Undefined
        read: dict[str, Any] = {}
        for name, out_name, reader, default in self._fields:
            if name in value:
                given = reader(value[name])
                if given is Undefined:
                    return Undefined
                read[out_name] = given
            elif default is _REQUIRED:
                return Undefined
            elif default is not Undefined:
                read[out_name] = default
        return read


def _contains_itself(type_: GraphQLInputObjectType) -> bool:
    seen: set[GraphQLInputObjectType] = set()
    waiting = [type_]
    while waiting:
        for field in waiting.pop().fields.values():
            inner = named_type_of(field)
            if inner is type_:
                return True
            if isinstance(inner, GraphQLInputObjectType) and inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    return False


def _or_null(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _of_class(expected: type) -> Reader:
    return lambda value: value if value.__class__ is expected else Undefined


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON
    return value if value.__class__ is int and -_LARGEST <= value <= _LARGEST else Undefined


def _leaf(coerce: Function) -> Reader:
    def read(value: Any) -> Any:  # noqa: ANN401 - JSON
        if value is None:
            return Undefined
        try:
            return coerce(value)
        except Exception:  # noqa: BLE001 - graphql-core meets it again, and tells it
            return Undefined

    return read


def _list(read: Reader) -> Reader:
    def read_all(value: Any) -> Any:  # noqa: ANN401 - JSON
        if value.__class__ is not list:
            return Undefined
        items: list[Any] = []
        for item in value:
            given = read(item)
            if given is Undefined:
                return Undefined
            items.append(given)
        return items

    return read_all


def _left_to_core(_: object) -> Any:  # noqa: ANN401 - Undefined has a class of its own
    return Undefined
