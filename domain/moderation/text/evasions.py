"""Disguises of a word, as people make them, to measure how many are seen through.

Which of them is drawn is decided by the caller, so that the same draws give the same set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

Draw: TypeAlias = Callable[[int], int]
"""A number from 0 to below this one."""

Homophones: TypeAlias = Mapping[str, Sequence[str]]
"""The common characters that sound like this one, itself not among them."""

SPACES: Final = (" ", "  ", "\u3000", "\u200b", "\u00a0")
SYMBOLS: Final = ("*", ".", "-", "_", "·", "/", "|", "+", "~", "^", "#", "，", "。", "❤", "…")
_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Evasion(StrEnum):
    """How a word is disguised."""

    FULLWIDTH = "FULLWIDTH"
    TRADITIONAL = "TRADITIONAL"
    SPACING = "SPACING"
    SYMBOLS = "SYMBOLS"
    HOMOPHONES = "HOMOPHONES"


class Disguises:
    """Disguises words. `traditional` writes text in the other script."""

    def __init__(
        self, *, traditional: Callable[[str], str], homophones: Homophones, draw: Draw
    ) -> None:
        self._traditional = traditional
        self._homophones = homophones
        self._draw = draw

    def of(self, word: str, evasion: Evasion) -> str | None:
        """The word so disguised; None where that leaves it as it is."""
        made = {
            Evasion.FULLWIDTH: lambda: word.translate(_WIDE),
            Evasion.TRADITIONAL: lambda: self._traditional(word),
            Evasion.SPACING: lambda: self._split(word, SPACES),
            Evasion.SYMBOLS: lambda: self._split(word, SYMBOLS),
            Evasion.HOMOPHONES: lambda: self._misspelt(word),
        }[evasion]()
        return None if made == word else made

    def _split(self, word: str, by: Sequence[str]) -> str:
        """One mark in one place, or between all characters."""
        if len(word) < 2:  # noqa: PLR2004 - nothing to split
            return word
        mark = by[self._draw(len(by))]
        if self._draw(2):
            return mark.join(word)
        place = 1 + self._draw(len(word) - 1)
        return f"{word[:place]}{mark}{word[place:]}"

    def _misspelt(self, word: str) -> str:
        """One character replaced by one that sounds the same, or all that can be."""
        able = [place for place, one in enumerate(word) if self._homophones.get(one)]
        if len(word) < 2 or not able:  # noqa: PLR2004 - of a single one nothing is left
            return word
        chosen = set(able) if self._draw(2) else {able[self._draw(len(able))]}
        return "".join(
            self._another(one) if place in chosen else one for place, one in enumerate(word)
        )

    def _another(self, character: str) -> str:
        others = self._homophones[character]
        return others[self._draw(len(others))]
