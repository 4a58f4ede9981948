"""The variables of an operation: read by what their types expect, all else by graphql-core.

What is wrong with a variable, only graphql-core says; one value that a reader does not take, and
it coerces all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLError,
    GraphQLSchema,
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
from api.execution.compiler.inputs import Reader, Readers

Coerced: TypeAlias = VariableValues | list[GraphQLError]

_MOST_ERRORS: Final = 50  # as of graphql-core's `execute`
_NONE: Final = VariableValues({}, {})


@dataclass(frozen=True, slots=True)
class _Defined:
    """One variable; `default` is Undefined where there is none."""

    signature: GraphQLVariableSignature
    name: str
    read: Reader
    nullable: bool
    default: object


class Variables:
    """What an operation defines."""

    def __init__(
        self, schema: GraphQLSchema, readers: Readers, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._nodes = operation.variable_definitions or ()
        self._defined = [_defined(schema, readers, one) for one in self._nodes]

    def coerce(self, given: dict[str, Any]) -> Coerced:
        """The values, or what is wrong with them."""
        if not self._nodes:
            return _NONE
        values = self._read(given)
        if values is not None:
            return values
        return get_variable_values(self._schema, self._nodes, given, max_errors=_MOST_ERRORS)

    def _read(self, given: dict[str, Any]) -> VariableValues | None:
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for one in self._defined:
            if one is None:
                return None
            value = given.get(one.name, Undefined)
            sources[one.name] = VariableValueSource(one.signature, value)
            if value is Undefined:
                if one.default is not Undefined:
                    coerced[one.name] = one.default
                elif not one.nullable:
                    return None
                continue
            read = one.read(value)
            if read is Undefined:
                return None
            coerced[one.name] = read
        return VariableValues(sources, coerced)


def _defined(
    schema: GraphQLSchema, readers: Readers, node: VariableDefinitionNode
) -> _Defined | None:
    """None for a variable that graphql-core must coerce."""
    signature = get_variable_signature(schema, node)
    if isinstance(signature, GraphQLError):
        return None
    type_ = type_of(signature)
    try:
        default = coerce_default_value(signature)
    except Exception:  # noqa: BLE001 - graphql-core meets it again, and tells it
        return None
    return _Defined(signature, signature.name, readers.of(type_), nullable_of(type_)[1], default)
