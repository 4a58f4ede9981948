"""Arguments that need no coercing of their own: variables of scalars and enums, and constants.

A variable was coerced for the operation, strawberry hands scalars and enums on as they are, and
validation saw to it that the types fit; what is left is to look it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    Undefined,
    VariableNode,
    is_required_argument,
)
from graphql.execution.values import VariableValues, coerce_argument
from strawberry import Schema
from strawberry.types.field import StrawberryField

from api.execution.compiler.core import is_taken_as_it_is, nullable_of, type_of

Given: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Named:
    """An argument by its Python name, and the variable it is; `default` may be Undefined."""

    name: str
    variable: str
    nullable: bool
    required: bool
    default: object


@dataclass(frozen=True, slots=True)
class Direct:
    """The arguments of one field."""

    constants: Given
    named: list[_Named]

    def take(self, coerced: Given) -> Given | None:
        """None where graphql-core has something to say about a value, or its absence."""
        given = self.constants.copy()
        for one in self.named:
            value = coerced.get(one.variable, Undefined)
            if value is Undefined:
                if one.required:
                    return None
                value = one.default
            elif value is None and not one.nullable:
                return None
            if value is not Undefined:
                given[one.name] = value
        return given


def direct_of(
    schema: Schema, field: StrawberryField, definition: GraphQLField, node: FieldNode
) -> Direct | None:
    """None where an argument is more than this.

    Raises: whatever coercing a constant raises.
    """
    name_of = schema.config.name_converter.from_argument
    arguments = {name_of(one): one for one in field.arguments}
    written = {one.name.value: one for one in node.arguments or ()}
    direct = Direct({}, [])
    for name, argument in definition.args.items():
        python_name, one = arguments[name].python_name, written.get(name)
        value = one.value if one is not None else None
        if not is_taken_as_it_is(schema, arguments[name]):
            return None
        if isinstance(value, VariableNode):
            direct.named.append(_named(python_name, value, name, argument, node))
            continue
        constant = _coerced(name, argument, one, node)
        if constant is not Undefined:
            direct.constants[python_name] = constant
    return direct


def _named(
    python_name: str, variable: VariableNode, name: str, argument: GraphQLArgument, node: FieldNode
) -> _Named:
    required = is_required_argument(argument)
    _, nullable = nullable_of(type_of(argument))
    default = Undefined if required else _coerced(name, argument, None, node)
    return _Named(python_name, variable.name.value, nullable, required, default)


def _coerced(
    name: str, argument: GraphQLArgument, written: ArgumentNode | None, node: FieldNode
) -> object:
    values: Given = {}
    coerce_argument(values, node, name, argument, written, VariableValues({}, {}), None)
    return values.get(argument.out_name or name, Undefined)
