"""How texts and questions are read: in both scripts, and in the words of both sides of the strait.

What is ranked is compared in the mainland's words; what is looked for may be in either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.search import (
    Word,
    asked_grams,
    asked_words,
    beginnings,
    fold,
    forgiving,
    kept_grams,
    key_of,
    spelled,
    words_of,
)
from infra.chinese import mainland, simplified

_MOST_ASKED: Final = 100
"""Grams of a question that are looked up. Whatever people type has fewer."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the index keeps it: its words, and the keys by which it is found."""

    words: str
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, and the sets of keys of which an answer must have one in full."""

    words: Sequence[Word]
    ways: Sequence[Sequence[int]]


def read(*texts: str) -> Read:
    """A text, or several that belong together."""
    spellings = {spelling for text in texts for spelling in _spellings(text)}
    grams = kept_grams(word for one in spellings for word in words_of(one))
    return Read(_words(texts), _keys(grams))


def read_name(*texts: str) -> Read:
    """A name, which is found by the beginnings of its words too: people type them."""
    found = read(*texts)
    begun = (start for text in texts for start in beginnings(words_of(fold(text))))
    return Read(found.words, found.keys | _keys(begun))


def ask(text: str) -> Question:
    """A question as it stands, in the words of either side."""
    ways = [asked_grams(asked_words(one)) for one in _spellings(text)]
    return Question(_asked(text), _ways(ways))


def ask_kindly(text: str) -> Question:
    """A question of which an answer need not have everything: for when nothing has."""
    words = _asked(text)
    return Question(words, _ways(forgiving(words)))


def _asked(text: str) -> list[Word]:
    return asked_words(fold(mainland(text)))


def _words(texts: Iterable[str]) -> str:
    return spelled([word for text in texts for word in words_of(fold(mainland(text)))])


def _spellings(text: str) -> list[str]:
    """Folded, in simplified characters: one, or two where Taiwan's words are others."""
    return list(dict.fromkeys((fold(simplified(text)), fold(mainland(text)))))


def _ways(ways: Iterable[Sequence[str]]) -> list[list[int]]:
    return [sorted(_keys(way[:_MOST_ASKED])) for way in ways if way]


def _keys(grams: Iterable[str]) -> frozenset[int]:
    return frozenset(key_of(gram) for gram in grams)
