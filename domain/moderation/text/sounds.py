"""Text as it sounds: one sign for each syllable of Mandarin, without tones.

Letters that are syllables written out are read as such: 色情, 涩情, `seqing` and `se情` are all the
same two signs. Everything else stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from domain.values import value

Syllable: TypeAlias = Callable[[str], str | None]
"""How one character is read, in small letters without tone; None where it is not read so."""

_FIRST_SIGN: Final = 0xF0000  # private use: no text means these
_LETTERS: Final = re.compile(r"[a-z]{2,}")


@value
class Sounding:
    """What a text sounds like. `places[n]` is where sign n begins in it, and a last one its end."""

    signs: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start], self.places[end]


class Sounds:
    """Reads folded text aloud. `syllables` are all that there are."""

    def __init__(self, syllables: Iterable[str], syllable: Syllable) -> None:
        known = sorted(set(syllables), key=lambda one: (-len(one), one))
        self._signs = {one: chr(_FIRST_SIGN + n) for n, one in enumerate(known)}
        self._written = re.compile("|".join(known))
        self._only_written = re.compile(f"(?:{'|'.join(known)})+")
        self._read = _Readings(self._signs, syllable)

    def of(self, text: str) -> Sounding:
        """What a folded text sounds like."""
        signs: list[str] = []
        places: list[int] = []
        done = 0
        for found in _LETTERS.finditer(text):
            if self._only_written.fullmatch(found[0]) is None:
                continue
            self._aloud(text, done, found.start(), signs, places)
            for one in self._written.finditer(text, found.start(), found.end()):
                signs.append(self._signs[one[0]])
                places.append(one.start())
            done = found.end()
        if not done:
            return Sounding(text.translate(self._read), tuple(range(len(text) + 1)))
        self._aloud(text, done, len(text), signs, places)
        return Sounding("".join(signs), (*places, len(text)))

    def _aloud(self, text: str, start: int, end: int, signs: list[str], places: list[int]) -> None:
        signs.append(text[start:end].translate(self._read))
        places.extend(range(start, end))


class _Readings(dict[int, str]):
    """By code point, as `str.translate` asks: one sign for each character."""

    def __init__(self, signs: dict[str, str], syllable: Syllable) -> None:
        super().__init__()
        self._known = signs
        self._syllable = syllable

    def __missing__(self, code: int) -> str:
        character = chr(code)
        syllable = self._syllable(character)
        self[code] = sign = character if syllable is None else self._known[syllable]
        return sign
