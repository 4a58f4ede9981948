"""For whom a subscription's events are, and what may be shared between its subscribers.

A subscription is each subscriber's own unless it says `scope=Scope.PUBLIC`. The events of a public
one are the same for everybody, so like subscribers (same document, operation, variables and
language) share one source. They share the execution as well if no field of the selection depends
on the viewer. Such fields say `reads_viewer=True`, and a document is looked through for them before
anything runs. A field that forgets to say so gains nothing: a shared execution has no viewer to
read (`SharedContext`), and whoever asks for one brings the sharing to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_object_type,
)
from graphql.execution.values import get_variable_values

from api.execution.fragments import fragments_of

SCOPE: Final = "laurels.scope"
STATE: Final = "laurels.state"
READS_VIEWER: Final = "laurels.reads_viewer"


class Scope(StrEnum):
    """For whom the events of a subscription are."""

    VIEWER = "viewer"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a subscription declares, and how it may be shared.

    `state`: each event tells everything there is to know, so that a newer one makes older ones
    superfluous. `inputs`: its coerced variables as JSON; None where each subscriber is on their
    own. `by_viewer`: the selection depends on the viewer, so only the source is shared.
    """

    field: str
    state: bool
    inputs: bytes | None = None
    by_viewer: bool = True


class Scopes:
    """Reads from a schema what its fields declare."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def sharing(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> Sharing | None:
        """How a valid subscription is shared; None where that cannot be told."""
        root = self._schema.subscription_type
        if root is None:
            return None
        walk = _Walk(self._schema, fragments_of(document))
        fields = {
            field.node.name.value: field.definition
            for field in walk.top(root, operation.selection_set)
        }
        if len(fields) != 1:
            return None
        ((name, definition),) = fields.items()
        marks = _marks(definition)
        state = bool(marks.get(STATE))
        if marks.get(SCOPE) is not Scope.PUBLIC:
            return Sharing(name, state)
        by_viewer = any(
            _marks(field.definition).get(READS_VIEWER)
            for field in walk.all(root, operation.selection_set)
        )
        return Sharing(name, state, self._inputs(operation, variables), by_viewer)

    def _inputs(
        self, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> bytes | None:
        """None for variables that are wrong, which executing them will tell, or are no JSON."""
        values = get_variable_values(self._schema, operation.variable_definitions or (), variables)
        if isinstance(values, list):
            return None
        try:
            return orjson.dumps(values.coerced, default=_plain, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            return None


@dataclass(frozen=True, slots=True)
class _Selected:
    node: FieldNode
    definition: GraphQLField


class _Walk:
    """Goes through a document's fields. Each fragment is entered once a type, so it ends."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def top(self, type_: object, selections: SelectionSetNode) -> Iterator[_Selected]:
        """The fields of one object, those of fragments included."""
        seen: set[str] = set()
        waiting = [(type_, selections)]
        while waiting:
            type_, selections = waiting.pop()
            for selection in selections.selections:
                if isinstance(selection, FieldNode):
                    for definition in self._definitions(type_, selection.name.value):
                        yield _Selected(selection, definition)
                elif isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    if name not in seen:
                        seen.add(name)
                        waiting.append(self._below(self._fragments[name], type_))
                else:
                    waiting.append(self._below(selection, type_))

    def all(self, type_: object, selections: SelectionSetNode) -> Iterator[_Selected]:
        """The fields of an object and of all that is below it."""
        waiting, seen = [(type_, selections)], set[tuple[int, int]]()
        while waiting:
            type_, selections = waiting.pop()
            for field in self.top(type_, selections):
                yield field
                below = field.node.selection_set
                child = get_named_type(cast("GraphQLType", field.definition.type))  # pyright: ignore[reportUnknownMemberType]
                if below is not None and (id(below), id(child)) not in seen:
                    seen.add((id(below), id(child)))
                    waiting.append((child, below))

    def _below(self, fragment: Any, type_: object) -> tuple[object, SelectionSetNode]:  # noqa: ANN401 - two kinds of nodes
        condition = fragment.type_condition
        named = self._schema.get_type(condition.name.value) if condition else type_
        return named, fragment.selection_set

    def _definitions(self, type_: object, name: str) -> Iterator[GraphQLField]:
        """A field as its type has it, and as each type has it that may stand for that type."""
        if (is_object_type(type_) or is_interface_type(type_)) and name in type_.fields:
            yield type_.fields[name]
        if is_abstract_type(type_):
            for possible in self._schema.get_possible_types(type_):
                if found := possible.fields.get(name):
                    yield found


def _marks(definition: GraphQLField) -> dict[str, Any]:
    declared: Any = definition.extensions.get("strawberry-definition")
    return cast("dict[str, Any]", getattr(declared, "metadata", None) or {})


def _plain(value: object) -> object:
    """What JSON has no word for. Anything unknown raises, and is then not shared."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
