"""What the index knows of a text: its words, and of Chinese its characters and pairs of them.

A word of two characters is a pair, one of three is two pairs. So a text holds a word if it holds
all of its pairs; whether they stand beside each other is for the ranking to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final
from zlib import crc32

from domain.search.words import Word

_FORGIVING_FROM: Final = 3  # pairs: less of a run says too little without one of them
_MOST_READINGS: Final = 8
_SHORTEST: Final = 2


def key_of(gram: str) -> int:
    """A gram as a number of 32 bits."""
    return crc32(gram.encode())


def kept_grams(words: Iterable[Word]) -> set[str]:
    """Everything by which a text with these words may be found."""
    grams: set[str] = set()
    for word in words:
        if word.close:
            grams.update(word.text)
            grams.update(_pairs(word.text))
        else:
            grams.add(word.text)
    return grams


def beginnings(words: Iterable[Word]) -> set[str]:
    """The beginnings, of two letters and more, of words that stand apart."""
    return {
        word.text[:length]
        for word in words
        if not word.close
        for length in range(_SHORTEST, len(word.text))
    }


def asked_grams(words: Iterable[Word]) -> list[str]:
    """What a text must have to hold all of these words; in their order, each once."""
    found = (gram for word in words for gram in _asked(word))
    return list(dict.fromkeys(found))


def forgiving(words: Sequence[Word]) -> list[list[str]]:
    """Ways to read a question more kindly: each leaves out one pair of the longest run.

    That finds 咖啡机 and 拿铁 for 咖啡机拿铁, which nobody writes in one: 机拿 is no word.
    """
    runs = [word for word in words if word.close and len(word.text) > _FORGIVING_FROM]
    if not runs:
        return []
    longest = max(runs, key=lambda word: len(word.text))
    rest = asked_grams(word for word in words if word is not longest)
    pairs = _pairs(longest.text)[:_MOST_READINGS]
    return [
        list(dict.fromkeys((*rest, *(one for one in _pairs(longest.text) if one != left_out))))
        for left_out in pairs
    ]


def _asked(word: Word) -> list[str]:
    return _pairs(word.text) if word.close and len(word.text) > 1 else [word.text]


def _pairs(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)]
