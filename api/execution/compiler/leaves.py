"""How generated code checks scalars and enums: the exact class inline, anything else by `check`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, cast
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from api.execution.compiler.positions import Leaf
from api.execution.compiler.times import show_date_time
from api.scalars import LARGEST_LONG, write_date, write_date_time, write_decimal, write_long

PLAIN: Final = frozenset(
    {str, int, float, bool, Decimal, datetime, date, time, timedelta, UUID, dict, list, tuple}
)
"""Classes whose values are neither None, nor awaitable, nor exceptions."""

_ODD: Final[dict[GraphQLLeafType, str]] = {
    GraphQLString: "{v}.__class__ is not str",
    GraphQLID: "{v}.__class__ is not str",
    GraphQLBoolean: "{v}.__class__ is not bool",
    GraphQLInt: "({v}.__class__ is not int or {v} > 1073741823 or {v} < -1073741823)",
    GraphQLFloat: "({v}.__class__ is not float or {v} - {v} != 0.0)",
}
"""What must be looked at. `x - x` is 0 for finite numbers only; the bounds of Int are those within
which CPython compares integers fastest, and beyond them `check` knows the right ones."""

_LONG: Final = (
    "({v}.__class__ is not int or ({v} > 1073741823 or {v} < -1073741823) and "
    f"({{v}} > {LARGEST_LONG} or {{v}} < {-LARGEST_LONG}))"
)
_ODD_BY_COERCION: Final[dict[object, str]] = {write_long: _LONG}
"""The same for scalars of our own that show a value of their usual class as it is."""


_NEVER_NULL: Final = {write_date_time, write_date, write_decimal}
"""What gives a value or fails, so that its result needs no look."""

_FASTER: Final[dict[object, Callable[[Any], object]]] = {write_date_time: show_date_time}


def leaf_lines(leaf: Leaf, v: str, names: dict[str, Any]) -> list[str]:
    """The lines that turn the value in `v` into what the response shows of it."""
    checked = f"s[{leaf.number}].check({v})"
    odd = _ODD.get(leaf.output) or _ODD_BY_COERCION.get(leaf.output.coerce_output_value)
    if odd is not None:
        value = f"{v} is not None and " if leaf.nullable else ""
        return [f"if {value}{odd.format(v=v)}: {v} = {checked}"]
    if type(leaf.output) is CustomGraphQLEnumType:
        return [_enum_line(leaf.output, leaf, v, names)]
    coerce, function = f"c_{leaf.output.name}", leaf.output.coerce_output_value
    faster = _FASTER.get(function, function)
    names.update({coerce: faster, "plain": PLAIN, "absent": Undefined})
    if function in _NEVER_NULL:
        line = f"{v} = {coerce}({v}) if {v}.__class__ in plain else {checked}"
        return [f"if {v} is not None: {line}" if leaf.nullable else line]
    result = f"r{leaf.number}"
    return [
        f"if {v}.__class__ in plain:",
        f" {result} = {coerce}({v})",
        f" {v} = {result} if {result} is not None and {result} is not absent else {checked}",
        f"{f'elif {v} is not None' if leaf.nullable else 'else'}: {v} = {checked}",
    ]


def _enum_line(enum: CustomGraphQLEnumType, leaf: Leaf, v: str, names: dict[str, Any]) -> str:
    members, told = f"E_{enum.name}", f"e_{enum.name}"
    if members not in names:
        names[members], names[told] = enum.wrapped_cls, _told(enum)
    check = f"s[{leaf.number}].check({v})"
    line = f"{v} = {told}.get({v}._name_) or {check} if {v}.__class__ is {members} else {check}"
    return f"if {v} is not None: {line}" if leaf.nullable else line


def _told(enum: CustomGraphQLEnumType) -> dict[str, str]:
    """How each member is told. Members that the schema does not have are for `check`."""
    told: dict[str, str] = {}
    for member in cast("type[Enum]", enum.wrapped_cls):
        try:
            told[member.name] = enum.coerce_output_value(member)
        except ValueError:
            continue
    return told
