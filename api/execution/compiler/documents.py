"""What a document must be to be compiled, and graphql-core's executor of one of its operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues
from strawberry import Schema

from api.execution.compiler import core
from api.execution.compiler.reasons import Reason, Unsupported
from api.execution.fragments import fragments_of

_UNDERSTOOD: Final = {"skip", "include"}


def conditions_of(tree: DocumentNode, operation: OperationDefinitionNode) -> tuple[str, ...]:
    """The variables on which it depends what an operation selects.

    Raises: Unsupported for an operation that is never compiled.
    """
    fragments = fragments_of(tree)
    if any(fragment.variable_definitions for fragment in fragments.values()):
        raise Unsupported(Reason.FRAGMENT_VARIABLES, "a fragment with variables of its own")
    names: dict[str, None] = {}
    for directive in _directives(operation, fragments.values()):
        if directive.name.value not in _UNDERSTOOD:
            raise Unsupported(Reason.DIRECTIVE, f"@{directive.name.value}")
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                names[argument.value.name.value] = None
    return tuple(names)


def executor_of(
    schema: Schema,
    tree: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, bool],
) -> core.CoreExecutor:
    """graphql-core's executor, for collecting the fields under these conditions."""
    values = VariableValues({}, dict(conditions))
    return core.make_executor(
        core.executor_class(schema), core.core_schema(schema), fragments_of(tree), operation, values
    )


def _directives(
    operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]
) -> Iterator[DirectiveNode]:
    yield from operation.directives or ()
    for variable in operation.variable_definitions or ():
        yield from variable.directives or ()
    waiting: list[SelectionSetNode] = [operation.selection_set]
    for fragment in fragments:
        yield from fragment.directives or ()
        waiting.append(fragment.selection_set)
    while waiting:
        for selection in waiting.pop().selections:
            yield from selection.directives or ()
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)
