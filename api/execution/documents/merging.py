"""How much there is to compare before the fields of a document are known to merge.

GraphQL lets one response name stand many times at one place as long as all mean the same field,
and graphql-core finds out by comparing each with each: 700 times `name` keep it busy for seconds.
So the pairs are counted first, which takes one walk over the places of the response, and no
longer than `most` allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.execution.fragments import fragments_of

_DEEPEST = 15  # only a circular document goes on below; validation will tell


@dataclass(slots=True)
class _Place:
    """One place of the response: the selections that meet there, fragments among them."""

    fields: defaultdict[str, list[FieldNode]] = field(
        default_factory=lambda: defaultdict[str, list[FieldNode]](list)
    )
    fragments: set[str] = field(default_factory=set[str])
    selections: int = 0

    @property
    def pairs(self) -> int:
        """What is compared here: fields of one name, and fragments, each with each."""
        counts = [len(fields) for fields in self.fields.values()] + [len(self.fragments)]
        return sum(count * (count - 1) // 2 for count in counts)

    def below(self) -> Iterable[list[SelectionSetNode]]:
        for fields in self.fields.values():
            nested = [one.selection_set for one in fields if one.selection_set is not None]
            if nested:
                yield nested


def too_many_pairs(document: DocumentNode, most: int) -> bool:
    """Whether the places of the response add up to more pairs; counting ends when they do.

    A selection counts as a quarter of a pair, so that the walk itself has an end.
    """
    fragments = {name: one.selection_set for name, one in fragments_of(document).items()}
    waiting = [
        ([definition.selection_set], 1)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    pairs = visited = 0
    while waiting and pairs + visited / 4 <= most:
        selections, depth = waiting.pop()
        place = _meet(selections, fragments)
        pairs += place.pairs
        visited += place.selections
        if depth <= _DEEPEST:
            waiting.extend((nested, depth + 1) for nested in place.below())
    return pairs + visited / 4 > most


def _meet(selections: list[SelectionSetNode], fragments: dict[str, SelectionSetNode]) -> _Place:
    place = _Place()
    waiting = list(selections)
    while waiting:
        for selection in waiting.pop().selections:
            place.selections += 1
            if isinstance(selection, FieldNode):
                name = selection.alias or selection.name
                place.fields[name.value].append(selection)
            elif isinstance(selection, FragmentSpreadNode):
                spread = selection.name.value
                if spread not in place.fragments and spread in fragments:
                    place.fragments.add(spread)
                    waiting.append(fragments[spread])
            else:
                nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
                if nested is not None:
                    waiting.append(nested)
    return place
