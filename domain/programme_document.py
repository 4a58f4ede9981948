"""The programme as one document, and how two of them differ.

A document has sections, a section has entries by key, and an entry has the fields that say
something: one that has its default is left out, so that entries that mean the same are equal. How
a document is written down is the business of whoever reads and writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

Value: TypeAlias = "str | int | Decimal | datetime | tuple[Value, ...] | Mapping[str, Value] | None"
"""What a field says. A tuple is of texts or of mappings."""

Entry: TypeAlias = Mapping[str, Value]
Section: TypeAlias = Mapping[str, Entry]
Document: TypeAlias = Mapping[str, Section]

LONE: Final = ""
"""The key of the only entry of a section that has just one, such as the settings."""


class Kind(StrEnum):
    """How an entry of the document differs from the shop's."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    EXTRA = "EXTRA"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, `metric.condition` for one inside another, before and after."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs. An EXTRA one is the shop's alone, and shows no fields."""

    section: str
    key: str
    kind: Kind
    differences: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: `rules.birthday`, or `settings`."""
        return f"{self.section}.{self.key}" if self.key else self.section


def compare(shop: Document, wanted: Document) -> tuple[Change, ...]:
    """What `wanted` asks of the shop, in its order; sections that it does not have stay out of it.

    The entries that only the shop has come last in each section.
    """
    return tuple(
        change
        for name, entries in wanted.items()
        for change in _of_section(name, shop.get(name, {}), entries)
    )


def _of_section(name: str, shop: Section, wanted: Section) -> Iterator[Change]:
    for key, entry in wanted.items():
        known = shop.get(key)
        differences = tuple(_differences(known or {}, entry))
        if known is None:
            yield Change(name, key, Kind.ADDED, differences)
        elif differences:
            yield Change(name, key, Kind.CHANGED, differences)
    for key in shop:
        if key not in wanted:
            yield Change(name, key, Kind.EXTRA)


def _differences(old: Entry, new: Entry) -> Iterator[Difference]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for field in {**after, **before}:
        if before.get(field) != after.get(field):
            yield Difference(field, before.get(field), after.get(field))


def _flat(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Value]]:
    """Every field that says something, those inside others by their paths.

    A list of mappings is told by the places in it, one of texts as a whole.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, (*path, name))
    elif isinstance(value, tuple) and not all(isinstance(one, str) for one in value):
        for place, inner in enumerate(value):
            yield from _flat(inner, (*path, str(place)))
    elif value is not None:
        yield ".".join(path), value
