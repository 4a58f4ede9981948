"""The checked expression as a small tree.

The runtime gives its syntax tree only as a serialized `cel.expr.CheckedExpr`. The few fields
that the budget needs are read here from the protobuf wire format, which spares a dependency
on protobuf and on generated code.

Source: https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from gamification.expressions.runtime import Expression

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Constant: TypeAlias = bool | int | float | str


class Kind(Enum):
    CONSTANT = auto()
    NAME = auto()
    SELECT = auto()
    HAS = auto()
    CALL = auto()
    LIST = auto()
    LOOP = auto()


@dataclass(frozen=True, slots=True)
class Node:
    """`name`: of the variable, field, function or loop variable.

    `size` of a constant is its length, for text and bytes, else 1; `constant` its value, where that
    is a bool, a number with a sign or a text. A loop's children are (range, start, step).
    """

    kind: Kind
    offset: int = 0
    name: str = ""
    children: tuple[Node, ...] = ()
    size: int = 1
    constant: Constant | None = None


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    root: Node

    @property
    def names(self) -> frozenset[str]:
        """The variables that the expression asks for; those of its loops are among them."""
        found: set[str] = set()
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.kind is Kind.NAME:
                found.add(node.name)
            waiting.extend(node.children)
        return frozenset(found)

    @property
    def names_nothing(self) -> bool:
        """Whether the expression asks for nothing: its value is always the same."""
        return not self.names

    @classmethod
    def of(cls, expression: Expression) -> SyntaxTree:
        checked = _Message(_Message(expression.serialize()).raw(2))
        positions: dict[int, int] = {}
        for entry in _Message(checked.raw(5)).raws(4):
            place = _Message(entry)
            positions[place.whole(1)] = place.whole(2)
        return cls(_node(checked.raw(4), positions))


class _Message:
    """The fields of one protobuf message, by number."""

    def __init__(self, data: bytes) -> None:
        self._fields: dict[int, list[int | bytes]] = {}
        for number, value in _read(data):
            self._fields.setdefault(number, []).append(value)

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def whole(self, number: int) -> int:
        found = self._fields.get(number, [0])[-1]
        return found if isinstance(found, int) else 0

    def raw(self, number: int) -> bytes:
        found = self.raws(number)
        return found[-1] if found else b""

    def raws(self, number: int) -> list[bytes]:
        return [value for value in self._fields.get(number, ()) if isinstance(value, bytes)]

    def text(self, number: int) -> str:
        return self.raw(number).decode()


def _read(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if length is None:
            length, at = _varint(data, at)
        yield number, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint has its top bit clear
            return value, at
        shift += 7


_Places = Mapping[int, int]


def _node(data: bytes, places: _Places) -> Node:
    message = _Message(data)
    offset = places.get(message.whole(2), 0)
    for number, build in _BUILDERS.items():
        if number in message:
            return build(_Message(message.raw(number)), offset, places)
    return Node(Kind.CONSTANT, offset)


def _constant(message: _Message, offset: int, _: _Places) -> Node:
    truth, whole, double, text, data = 2, 3, 5, 6, 7  # of the kinds of constant, those that matter
    size = len(message.text(text)) if text in message else len(message.raw(data)) or 1
    constant: Constant | None = None
    if truth in message:
        constant = bool(message.whole(truth))
    elif whole in message:
        constant = _signed(message.whole(whole))
    elif double in message:
        (constant,) = struct.unpack("<d", message.raw(double))
    elif text in message:
        constant = message.text(text)
    return Node(Kind.CONSTANT, offset, size=size, constant=constant)


def _signed(written: int) -> int:
    """A whole number as it was before it was written in 64 bits."""
    return written - (1 << 64) if written >> 63 else written


def _name(message: _Message, offset: int, _: _Places) -> Node:
    return Node(Kind.NAME, offset, message.text(1))


def _select(message: _Message, offset: int, places: _Places) -> Node:
    kind = Kind.HAS if message.whole(3) else Kind.SELECT
    return Node(kind, offset, message.text(2), (_node(message.raw(1), places),))


def _call(message: _Message, offset: int, places: _Places) -> Node:
    operands = [*message.raws(1), *message.raws(3)]
    children = tuple(_node(operand, places) for operand in operands)
    return Node(Kind.CALL, offset, message.text(2), children)


def _list(message: _Message, offset: int, places: _Places) -> Node:
    children = tuple(_node(item, places) for item in message.raws(1))
    return Node(Kind.LIST, offset, children=children)


def _struct(message: _Message, offset: int, places: _Places) -> Node:
    """A map counts as the list of its keys and values."""
    children: list[Node] = []
    for entry in map(_Message, message.raws(2)):
        children += [_node(part, places) for part in (*entry.raws(3), *entry.raws(4))]
    return Node(Kind.LIST, offset, children=tuple(children))


def _loop(message: _Message, offset: int, places: _Places) -> Node:
    parts = tuple(_node(message.raw(part), places) for part in (2, 4, 6))
    return Node(Kind.LOOP, offset, message.text(1), parts)


_BUILDERS: Final[dict[int, Callable[[_Message, int, _Places], Node]]] = {
    3: _constant,
    4: _name,
    5: _select,
    6: _call,
    7: _list,
    8: _struct,
    9: _loop,
}
