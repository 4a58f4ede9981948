"""Where a text has a word of the shop's lists, how it is disguised, and what follows from it.

A word written as the list has it may hold a post back. A disguised one only queues it, for
somebody to look: it may be meant, or be an accident of two neighbours. Either counts only where
words begin and end, so that 性 is not found in 性价比. Finding candidates, cutting a text into
words and reading it aloud are given from outside; what is said here is which of them count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from domain.moderation.text.folding import Folded, plain
from domain.values import value

Cut: TypeAlias = Callable[[str], Sequence[str]]
"""Cuts text into words; one of several characters is a word that people know."""

SHORTEST_DISGUISED: Final = 2
"""A single character is found only where it stands by itself, as it is."""

_SENTENCE_MARKS: Final = frozenset("，。！？；：、,.!?;:…~～\n\t")

_SMALL_WORDS: Final = frozenset(
    "的了是不在有就也都和又很没还要会能可这那个我你他她它们人说到去来上下里中大小多少好只把被给让对从"
    "向为因与或但而且如所以其之于再已才更最太吗呢吧啊一二三两几什么怎样本时看想用过得地着年月日点"
)


class WordAction(StrEnum):
    """Source: `WordAction` of the contract."""

    HOLD = "HOLD"
    QUEUE = "QUEUE"


class Manner(StrEnum):
    """How a word is written."""

    EXACT = "EXACT"
    WIDTH = "WIDTH"
    SCRIPT = "SCRIPT"
    SPLIT = "SPLIT"
    SOUND = "SOUND"


@value
class Hit:
    """A word of the lists in a text, from `start` to before `end` of what its author wrote."""

    word: str
    manner: Manner
    action: WordAction
    start: int
    end: int


class Cuts:
    """Where words begin and end in a folded text; it is cut when first asked."""

    def __init__(self, folded: Folded, cut: Cut) -> None:
        self._folded = folded
        self._cut = cut
        self._as_written: frozenset[int] | None = None
        self._joined: frozenset[int] | None = None

    def as_written(self, start: int, end: int) -> bool:
        """Whether words begin and end there in the text as it is written."""
        if self._as_written is None:
            self._as_written = self._between(_with_gaps(self._folded))
        return start in self._as_written and end in self._as_written

    def joined(self, start: int, end: int) -> bool:
        """Whether they do, once everything is left out that is neither letter nor digit."""
        edges = self._joined_edges()
        return start in edges and end in edges

    def words_within(self, start: int, end: int) -> int:
        """Into how many words the joined text falls there."""
        return 1 + sum(edge in self._joined_edges() for edge in range(start + 1, end))

    def _joined_edges(self) -> frozenset[int]:
        if self._joined is None:
            self._joined = self._between(self._folded.text)
        return self._joined

    def _between(self, text: str) -> frozenset[int]:
        edges, at = {0}, 0
        for word in self._cut(text):
            at += len(word) - word.count(_GAP)
            edges.add(at)
        return frozenset(edges)


_GAP: Final = "\n"


def _with_gaps(folded: Folded) -> str:
    return "".join(
        one if folded.follows_on(place) else _GAP + one for place, one in enumerate(folded.text)
    )


def manner_of(folded: Folded, start: int, end: int, words: Iterable[str]) -> Manner:
    """How that stretch of a text writes one of the words, all of which fold to the same."""
    written = folded.source[slice(*folded.span(start, end))]
    small = written.casefold()
    known = list(words)
    if any(small == one.casefold() for one in known):
        return Manner.EXACT
    if any(plain(written) == plain(one) for one in known):
        return Manner.WIDTH
    if all(folded.follows_on(place) for place in range(start + 1, end)):
        return Manner.SCRIPT
    return Manner.SPLIT


def counts(folded: Folded, start: int, end: int, manner: Manner, cuts: Cuts) -> bool:
    """Whether a word that stands there as it is, or in other letters, is meant."""
    if manner is not Manner.EXACT and end - start < SHORTEST_DISGUISED:
        return False
    if manner is Manner.SPLIT:
        return cuts.joined(start, end) and (
            end - start == SHORTEST_DISGUISED or not _crosses_sentences(folded, start, end)
        )
    return cuts.as_written(start, end)


def counts_by_sound(folded: Folded, start: int, end: int, cuts: Cuts, *, syllables: int) -> bool:
    """Whether what sounds like a word of so many syllables is meant.

    It is not where it is made of words that people know, nor of the small words that stand next
    to each other in any sentence.
    """
    stretch = folded.text[start:end]
    if _SMALL_WORDS.issuperset(stretch) or _crosses_sentences(folded, start, end):
        return False
    if not cuts.joined(start, end):
        return False
    return stretch.isascii() or cuts.words_within(start, end) == syllables


def action_for(manner: Manner, wanted: WordAction) -> WordAction:
    """What follows from a word that is written so: disguised words never hold."""
    return wanted if manner is Manner.EXACT else WordAction.QUEUE


def _crosses_sentences(folded: Folded, start: int, end: int) -> bool:
    """Whether all that splits the stretch is one mark such as sentences have."""
    gaps = [
        folded.source[folded.places[place - 1] + 1 : folded.places[place]]
        for place in range(start + 1, end)
        if not folded.follows_on(place)
    ]
    return len(gaps) == 1 and gaps[0] in _SENTENCE_MARKS
