"""The variables of an operation: plain values taken as they are, all else coerced by graphql-core.

What is wrong with a variable, only graphql-core says; one value that is not exactly of the class
that its type expects, and it coerces all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

from api.execution.compiler.core import nullable_of, type_of

Coerced: TypeAlias = VariableValues | list[GraphQLError]

_MOST_ERRORS: Final = 50  # as of graphql-core's `execute`
_LARGEST: Final = 2**31 - 1
_CLASSES: Final[dict[object, type]] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLInt: int,
    GraphQLBoolean: bool,
}
_NONE: Final = VariableValues({}, {})


@dataclass(frozen=True, slots=True)
class _Plain:
    """A variable of a built-in scalar; `default` is Undefined where there is none."""

    signature: GraphQLVariableSignature
    name: str
    expected: type
    nullable: bool
    default: object


class Variables:
    """What an operation defines."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._defined = operation.variable_definitions or ()
        self._plain = [_plain(schema, one) for one in self._defined]

    def coerce(self, given: dict[str, Any]) -> Coerced:
        """The values, or what is wrong with them."""
        if not self._defined:
            return _NONE
        values = self._taken(given)
        if values is not None:
            return values
        return get_variable_values(self._schema, self._defined, given, max_errors=_MOST_ERRORS)

    def _taken(self, given: dict[str, Any]) -> VariableValues | None:
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for one in self._plain:
            if one is None:
                return None
            value = given.get(one.name, Undefined)
            sources[one.name] = VariableValueSource(one.signature, value)
            if value is Undefined:
                if one.default is not Undefined:
                    coerced[one.name] = one.default
                elif not one.nullable:
                    return None
            elif _is_as_expected(one, value):
                coerced[one.name] = value
            else:
                return None
        return VariableValues(sources, coerced)


def _is_as_expected(one: _Plain, value: object) -> bool:
    if value is None:
        return one.nullable
    if value.__class__ is not one.expected:
        return False
    return not isinstance(value, int) or abs(value) <= _LARGEST


def _plain(schema: GraphQLSchema, node: VariableDefinitionNode) -> _Plain | None:
    """None for a variable that graphql-core must coerce."""
    signature = get_variable_signature(schema, node)
    if isinstance(signature, GraphQLError):
        return None
    inner, nullable = nullable_of(type_of(signature))
    expected = _CLASSES.get(inner) if inner in _CLASSES else None
    if expected is None:
        return None
    try:
        default = coerce_default_value(signature)
    except TypeError:
        return None
    return _Plain(signature, signature.name, expected, nullable, default)
