"""A programme file, read: the document, the drafts that it becomes, and where each field stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.programme_document import LONE, Document
from server.programme.faults import NotAProgramme, Path, Place
from server.programme.fields import Reading
from server.programme.sections import SECTIONS, SectionShape
from server.programme.tree import Map, Node, Text, parse

FORMAT: Final = "laurels"
"""The key under which a file says of which form it is."""

VERSION: Final = "1"
_SHOWN: Final = 60

Drafts = Mapping[str, Mapping[str, Any]]
"""Drafts by the names of their sections and their keys."""


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """Has the sections that the file has; an absent one leaves its part of the shop alone."""

    drafts: Drafts
    places: Mapping[Path, Place]

    @property
    def document(self) -> Document:
        return document_of(self.drafts)

    def place(self, path: Path) -> Place | None:
        """Where a field stands, or what it would stand in; None where nothing of it is there."""
        for end in range(len(path), 0, -1):
            if found := self.places.get(path[:end]):
                return found
        return None


def document_of(drafts: Drafts) -> Document:
    """What these drafts say; those of a section by key, but for tiers, which go by level."""
    return {
        one.name: {key: one.shape.value(draft) for key, draft in drafts[one.name].items()}
        for one in SECTIONS
        if one.name in drafts
    }


def read(raw: bytes) -> ProgrammeFile:
    """What a file says.

    Raises: NotAProgramme, with all faults of the first kind that it has: of YAML, or of fields.
    """
    tree, reading = parse(raw), Reading()
    _check_format(tree, reading)
    _refuse_unknown(tree, reading)
    drafts = {
        one.name: dict(_drafts(one, tree.items[one.name], reading))
        for one in SECTIONS
        if one.name in tree.items
    }
    if reading.faults:
        raise NotAProgramme(reading.faults)
    return ProgrammeFile(drafts, reading.places)


def _check_format(tree: Map, reading: Reading) -> None:
    match tree.items.get(FORMAT):
        case Text(text=text) if text == VERSION:
            pass
        case found:
            place = found.place if found else tree.place
            reading.refuse((FORMAT,), place, "programme_file.format", version=VERSION)


def _refuse_unknown(tree: Map, reading: Reading) -> None:
    names = [one.name for one in SECTIONS]
    for name, place in tree.keys.items():
        if name not in {FORMAT, *names}:
            reading.refuse(
                (name,), place, "programme_file.unknown_section", name=name[:_SHOWN],
                known=", ".join(names),
            )  # fmt: skip


def _drafts(section: SectionShape, node: Node, reading: Reading) -> Iterator[tuple[str, Any]]:
    """Drafts by key; what cannot be one has left a fault."""
    path: Path = (section.name,)
    reading.places[path] = node.place
    if isinstance(node, Text) and node.missing:
        return
    if section.lone:
        given = section.shape.given(node, path, reading)
        if given is not None:
            yield LONE, section.normal(section.shape.build(**given))
    elif not isinstance(node, Map):
        reading.refuse(path, node.place, "programme_file.mapping")
    else:
        for key, entry in node.items.items():
            reading.places[*path, key] = node.keys[key]
            given = section.shape.given(entry, (*path, key), reading)
            if given is not None:
                yield key, section.normal(section.shape.build(key=key, **given))
