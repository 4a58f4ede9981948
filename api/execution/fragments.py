"""The fragments of a document, and an order in which none is met before what it spreads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from graphql import DocumentNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments by their names."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def spread_in(fragment: FragmentDefinitionNode) -> list[str]:
    """The names of what a fragment spreads, wherever in it."""
    names: list[str] = []
    waiting = [fragment.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                names.append(selection.name.value)
                continue
            nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if nested is not None:
                waiting.append(nested)
    return names


def innermost_first(spreads: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The names of fragments, each after those that it spreads; of a circle, in some order.

    `spreads` has the names that each fragment spreads, unknown ones among them.
    """
    seen: set[str] = set()
    for start in spreads:
        path: list[tuple[str, bool]] = [(start, False)]
        while path:
            name, left = path.pop()
            if left:
                yield name
            elif name in spreads and name not in seen:
                seen.add(name)
                path.append((name, True))
                path.extend((inner, False) for inner in spreads[name])
