"""When a text was there before: the same, or much like another.

Texts are compared folded, by their shingles: every four characters in a row. How much alike two
texts are is the share of all their shingles that both have (Jaccard). To find a text again among
very many, each is kept as a few numbers: the hash of the whole, and of the pairs of neighbours
among its smallest shingles. Texts that are much alike have such a pair in common, and what has a
pair in common is compared in full.

Source: Broder, On the resemblance and containment of documents (1997), for the smallest shingles.
"""

from __future__ import annotations

from itertools import pairwise
from struct import unpack_from
from typing import Final
from zlib import crc32

from domain.values import value

LENGTH: Final = 4
"""Characters of a shingle."""

SHORTEST: Final = 12
"""Folded characters of a text that is kept: 很好用 is what many say, and no repeat."""

_SMALLEST: Final = 7
_UNIT: Final = 2  # bytes of a character
_PRIME: Final = 1_073_741_789
"""The largest below 2^30: what is left by it is spread evenly, and costs one short division."""

_HALF: Final = 30  # bits of what is left
_SIGN: Final = 2**63
_ALL: Final = 2**64


@value
class Print:
    """What a text is found again by: signed numbers of 64 bits each."""

    whole: int
    pairs: tuple[int, ...]


def print_of(folded: str) -> Print | None:
    """The print of a folded text; None for a short one."""
    if len(folded) < SHORTEST:
        return None
    written = folded.encode("utf-16-le")
    smallest = sorted({one % _PRIME for one in _numbers(written)})[:_SMALLEST]
    pairs = {one << _HALF | other for one, other in pairwise(smallest)}
    whole = crc32(written) << 32 | crc32(written[::-1])
    return Print(whole - _ALL if whole >= _SIGN else whole, tuple(sorted(pairs)))


def _numbers(written: bytes) -> list[int]:
    """Each four characters in a row as a number: they are eight bytes."""
    numbers: list[int] = []
    for first in range(LENGTH):
        start = first * _UNIT
        count = (len(written) - start) // (LENGTH * _UNIT)
        numbers += unpack_from(f"<{count}Q", written, start)
    return numbers


def alike(one: str, other: str) -> float:
    """How much alike two folded texts are: from 0, nothing in common, to 1."""
    ours, theirs = _shingles(one), _shingles(other)
    every = len(ours | theirs)
    return len(ours & theirs) / every if every else float(one == other)


def _shingles(folded: str) -> set[str]:
    return {folded[start : start + LENGTH] for start in range(len(folded) - LENGTH + 1)}
