"""One way to write what can be written in many ways, with the places that it stands at.

Words of the shop and texts of its members go through the same folding: full-width letters become
plain, traditional characters simplified, capitals small; whatever is neither letter nor digit is
left out, with the marks that nobody sees.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from domain.values import value

Simplify: TypeAlias = Callable[[str], str]


@value
class Folded:
    """A folded text. `places[n]` is where its character n stood in `source`.

    Where one character became several, they share a place.
    """

    source: str
    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From where to where the source says what stands here from `start` to before `end`."""
        return self.places[start], self.places[end - 1] + 1

    def follows_on(self, index: int) -> bool:
        """Whether nothing was left out before this character."""
        return index > 0 and self.places[index] - self.places[index - 1] <= 1


class Folding:
    """Folds texts; `simplify` makes one character simplified. Remembers each character."""

    def __init__(self, simplify: Simplify) -> None:
        self._folds = _Folds(simplify)

    def fold(self, text: str) -> Folded:
        folds = self._folds
        whole = text.translate(folds)
        if not folds.several.isdisjoint(text):
            places = [place for place, one in enumerate(text) for _ in folds[ord(one)]]
        elif len(whole) == len(text):
            return Folded(text, whole, tuple(range(len(text))))
        else:
            nothing = folds.nothing
            places = [place for place, one in enumerate(text) if one not in nothing]
        return Folded(text, whole, tuple(places))


class _Folds(dict[int, str]):
    """By code point, as `str.translate` asks; which characters become nothing, which several."""

    def __init__(self, simplify: Simplify) -> None:
        super().__init__()
        self._simplify = simplify
        self.nothing: set[str] = set()
        self.several: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character).casefold()
        kept = "".join(one for one in plain if unicodedata.category(one)[0] in "LN")
        self[code] = folded = self._simplify(kept) if kept else ""
        if not folded:
            self.nothing.add(character)
        elif len(folded) > 1:
            self.several.add(character)
        return folded


def plain(text: str) -> str:
    """The text without differences of width and case, everything else as it was."""
    return unicodedata.normalize("NFKC", text).casefold()
