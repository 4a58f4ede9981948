"""A field's arguments: coerced once for an operation wherever no resolver could tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import UNSET, Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from api.execution.compiler.direct import Direct, Given, direct_of

if TYPE_CHECKING:
    from api.execution.compiler.running import Run

_UNCHANGING: Final[frozenset[type]] = frozenset(
    {str, int, float, bool, type(None), Decimal, datetime, date, UUID, type(cast("object", UNSET))}
)
"""Classes whose values one resolver cannot change behind the back of the next."""


@dataclass(slots=True, eq=False)
class Arguments:
    """The arguments of one field, by name for graphql-core, by Python name for its function."""

    schema: Schema
    definition: GraphQLField
    node: FieldNode
    field: StrawberryField
    constant: Given | None = None
    direct: Direct | None = None

    def __post_init__(self) -> None:
        try:
            self.direct = direct_of(self.schema, self.field, self.definition, self.node)
            if not _names_variables(self.node):
                given = self.convert(self.coerce(VariableValues({}, {})))
                self.constant = given if _is_unchanging(given) else None
        except Exception:  # noqa: BLE001 - raised again, and told, where the field is resolved
            return

    def coerce(self, values: VariableValues) -> Given:
        """As graphql-core hands them to a field's resolver. Raises: GraphQLError and others."""
        return get_argument_values(self.definition, self.node, values)

    def convert(self, coerced: Given) -> Given:
        """As strawberry hands them to the function: input types made, names in Python."""
        return convert_arguments(
            coerced,
            self.field.arguments,
            scalar_registry=self.schema.schema_converter.scalar_registry,
            config=self.schema.config,
        )

    def raw(self, run: Run) -> Given:
        return self.coerce(run.values)

    def fresh(self, run: Run) -> Given:
        """For one call. Raises: whatever coercion raises, at the field that is being resolved."""
        return self.convert(self.coerce(run.values))

    def shared(self, run: Run) -> Given | None:
        """For all calls of an operation; None where each must have, or fail with, its own."""
        given = None if self.direct is None else self.direct.take(run.values.coerced)
        try:
            given = self.fresh(run) if given is None else given
        except Exception:  # noqa: BLE001 - raised again, and told, where the field is resolved
            return None
        return given if _is_unchanging(given) else None


def _is_unchanging(given: Given) -> bool:
    return all(
        value.__class__ in _UNCHANGING or isinstance(value, Enum) for value in given.values()
    )


def _names_variables(node: FieldNode) -> bool:
    waiting: list[ValueNode] = [argument.value for argument in node.arguments or ()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            return True
        if isinstance(value, ListValueNode):
            waiting.extend(value.values)
        elif isinstance(value, ObjectValueNode):
            waiting.extend(field.value for field in value.fields)
    return False
