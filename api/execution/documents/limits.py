"""How much a document may ask for, measured without ever walking a fragment twice.

A fragment spread `n` times counts `n` times, but is read once: a document of 26 fragments that
each spread the next twice is measured in 26 steps, not in 67 million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
)

from api.execution.documents.merging import too_many_pairs
from api.execution.fragments import fragments_of, innermost_first

Definition = FragmentDefinitionNode | OperationDefinitionNode


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an operation may have, fragments spread out.

    Source: the contract's limits of a document. The standard introspection query is 15 deep.
    `fields` keeps fragments from multiplying below the limit of depth, `pairs` bounds what
    validation takes, and so do `variables` of one operation and `fragments` of a document.
    """

    tokens: int = 3_000
    depth: int = 15
    aliases: int = 50
    directives: int = 50
    fields: int = 10_000
    pairs: int = 5_000
    variables: int = 100
    fragments: int = 200


@dataclass(slots=True)
class Measure:
    """What an operation, or one fragment, adds up to."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0

    def add(self, other: Measure, *, below: int) -> None:
        """Takes in a fragment that is spread `below` this many fields."""
        self.depth = max(self.depth, below + other.depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.fields += other.fields


@dataclass(slots=True)
class _Body:
    """A definition's own measure, and its spreads with the number of fields around each."""

    own: Measure = field(default_factory=Measure)
    spreads: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])


MEASURED: Final = ("depth", "aliases", "directives", "fields")


def excess(document: DocumentNode, limits: Limits) -> str | None:
    """The name of the first limit that an operation of the document exceeds."""
    definitions = document.definitions
    if sum(isinstance(one, FragmentDefinitionNode) for one in definitions) > limits.fragments:
        return "fragments"
    if any(len(_variables(one)) > limits.variables for one in definitions):
        return "variables"
    for total in measures(document):
        for name in MEASURED:
            if getattr(total, name) > getattr(limits, name):
                return name
    return "pairs" if too_many_pairs(document, limits.pairs) else None


def _variables(definition: DefinitionNode) -> Sequence[VariableDefinitionNode]:
    own = isinstance(definition, OperationDefinitionNode) and definition.variable_definitions
    return own or ()


def measures(document: DocumentNode) -> list[Measure]:
    """What each operation of the document adds up to."""
    totals = _totals({name: _read(one) for name, one in fragments_of(document).items()})
    return [
        _total(_read(definition), totals)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]


def _read(definition: Definition) -> _Body:
    body = _Body()
    body.own.directives = len(definition.directives or ()) + sum(
        len(variable.directives or ()) for variable in definition.variable_definitions or ()
    )
    # An explicit stack: a document may nest deeper than Python's own.
    waiting: list[tuple[SelectionSetNode, int]] = [(definition.selection_set, 1)]
    while waiting:
        selections, depth = waiting.pop()
        for selection in selections.selections:
            body.own.directives += len(selection.directives or ())
            if isinstance(selection, FragmentSpreadNode):
                body.spreads.append((selection.name.value, depth - 1))
                continue
            inner = depth
            if isinstance(selection, FieldNode):
                body.own.depth = max(body.own.depth, depth)
                body.own.aliases += selection.alias is not None
                body.own.fields += 1
                inner += 1
            nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if nested is not None:
                waiting.append((nested, inner))
    return body


def _total(body: _Body, totals: Mapping[str, Measure]) -> Measure:
    total = Measure()
    total.add(body.own, below=0)
    for name, below in body.spreads:
        if name in totals:  # unknown and circular ones are for validation to tell
            total.add(totals[name], below=below)
    return total


def _totals(bodies: Mapping[str, _Body]) -> dict[str, Measure]:
    """Every fragment with what it spreads, the innermost first."""
    totals: dict[str, Measure] = {}
    spreads = {name: [inner for inner, _ in body.spreads] for name, body in bodies.items()}
    for name in innermost_first(spreads):
        totals[name] = _total(bodies[name], totals)
    return totals
