"""Word lists, made ready to look for: compiled once, then asked about text after text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ahocorasick_rs import AhoCorasick

from domain.moderation.text.folding import Folded, Folding
from domain.moderation.text.sounds import Sounds
from domain.moderation.text.words import (
    SHORTEST_DISGUISED,
    Cuts,
    Hit,
    Manner,
    WordAction,
    action_for,
    counts,
    counts_by_sound,
    manner_of,
)
from infra import spoken
from infra.chinese import simplified


@dataclass(frozen=True, slots=True)
class Listed:
    """Words, and what follows from one that is written as it is listed."""

    words: Sequence[str]
    action: WordAction


class Lexicon:
    """Compiled word lists. A word of which nothing is letter or digit is never found."""

    def __init__(self, lists: Iterable[Listed]) -> None:
        self._folding = Folding(simplified)
        self._sounds = Sounds(spoken.syllables(), spoken.syllable)
        self._written = _Patterns()
        self._spoken = _Patterns()
        for listed in lists:
            for word in listed.words:
                self._add(word, listed.action)
        self._written.compile()
        self._spoken.compile()

    def fold(self, text: str) -> Folded:
        """The text as it is looked through."""
        return self._folding.fold(text)

    def hits(self, folded: Folded) -> list[Hit]:
        """Every word of the lists that the text has, in the order in which they begin.

        Of two words at the same place the longer one.
        """
        cuts = Cuts(folded, spoken.words)
        found = [*self._as_written(folded, cuts), *self._by_sound(folded, cuts)]
        return _longest(sorted(found, key=lambda one: (one.start, -one.end, _MANNERS[one.manner])))

    def _add(self, word: str, action: WordAction) -> None:
        folded = self._folding.fold(word).text
        self._written.add(folded, word, action)
        signs = self._sounds.of(folded).signs
        if len(signs) >= SHORTEST_DISGUISED and _NUMBERS.isdisjoint(signs):
            self._spoken.add(signs, word, action)

    def _as_written(self, folded: Folded, cuts: Cuts) -> Iterator[Hit]:
        for words, start, end in self._written.find(folded.text):
            manner = manner_of(folded, start, end, words)
            if counts(folded, start, end, manner, cuts):
                yield _hit(folded, start, end, manner, words)

    def _by_sound(self, folded: Folded, cuts: Cuts) -> Iterator[Hit]:
        sounding = self._sounds.of(folded.text)
        for words, first, last in self._spoken.find(sounding.signs):
            start, end = sounding.span(first, last)
            same = {self._folding.fold(word).text for word in words}
            if folded.text[start:end] in same:
                continue
            if counts_by_sound(folded, start, end, cuts, syllables=last - first):
                yield _hit(folded, start, end, Manner.SOUND, words)


_MANNERS: Final = {manner: place for place, manner in enumerate(Manner)}
_NUMBERS: Final = frozenset("0123456789")  # a word such as 13点 would sound like 13店

_Words: TypeAlias = dict[str, WordAction]


class _Patterns:
    def __init__(self) -> None:
        self._words: dict[str, _Words] = defaultdict(dict)
        self._found_by: list[_Words] = []
        self._automaton: AhoCorasick | None = None

    def add(self, pattern: str, word: str, action: WordAction) -> None:
        """The stronger action wins where two lists have a word."""
        if pattern and self._words[pattern].get(word) is not WordAction.HOLD:
            self._words[pattern][word] = action

    def compile(self) -> None:
        self._found_by = list(self._words.values())
        self._automaton = AhoCorasick(list(self._words)) if self._words else None

    def find(self, text: str) -> Iterator[tuple[_Words, int, int]]:
        if self._automaton is None:
            return
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            yield self._found_by[number], start, end


def _hit(folded: Folded, start: int, end: int, manner: Manner, words: _Words) -> Hit:
    begins, ends = folded.span(start, end)
    written = folded.source[begins:ends].casefold()
    word = next((one for one in words if one.casefold() == written), next(iter(words)))
    return Hit(word, manner, action_for(manner, words[word]), begins, ends)


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Without those that lie within one before them."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept
