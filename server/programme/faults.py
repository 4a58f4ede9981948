"""What is wrong with a programme file, where, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from domain.errors import LaurelsError, Refused

Path: TypeAlias = tuple[str, ...]
"""From the section inwards: `("rules", "birthday", "condition")`."""

MOST: Final = 100
"""So many faults are told; with more, the file is another kind of file."""


@dataclass(frozen=True, slots=True)
class Place:
    """In the file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """`reason` is the key of a sentence in the catalogues, which `params` fill in."""

    path: Path
    place: Place | None
    reason: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    @classmethod
    def of(cls, refused: Refused, path: Path, place: Place | None) -> Fault:
        return cls(path, place, refused.reason, refused.params)


class NotAProgramme(LaurelsError):
    """A file that cannot be the programme, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = sorted(faults, key=_by_place)[:MOST]


def _by_place(fault: Fault) -> tuple[bool, int, int, Path]:
    place = fault.place or Place(0, 0)
    return (fault.place is None, place.line, place.column, fault.path)
