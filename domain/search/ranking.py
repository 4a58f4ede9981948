"""In which order what was found is shown: how well it answers, and how fresh it is.

    score = log2(relevance) + time of publication ÷ 180 days

So a text half a year older must answer twice as well. Time moves all scores by the same amount:
the order of two texts stays what it is, and a cursor can name a score.

Relevance is that of BM25 for the words of the question, averaged over them, and one more if the
text holds the whole question in one. There is no weight by rarity: everything that is ranked has
every word. Neither stars nor likes count, so that the order does not move while it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import log2
from typing import Final

from domain.search.words import Word, spelled
from domain.values import value

HALF_LIFE: Final = timedelta(days=180)
_SATURATION: Final = 1.2
_LENGTH: Final = 0.5  # how much long texts are held back
_USUAL_LENGTH: Final = 80  # characters
_APART: Final = 0.3  # a word whose characters are there, but not beside each other
_LABEL: Final = 2  # a word among topics and products says more than one in the text
_SCALE: Final = 1_000_000
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)


@value
class Found:
    """A text with everything that was asked for, as `words.spelled` has it.

    `labels` are the names of its topics and products, in the same way.
    """

    words: str
    labels: str
    at: datetime


def score(asked: Sequence[Word], found: Found) -> int:
    """How high the text stands, in millionths."""
    fresh = (found.at - _EPOCH) / HALF_LIFE
    return round(_SCALE * (log2(relevance(asked, found)) + fresh))


def relevance(asked: Sequence[Word], found: Found) -> float:
    """How well the text answers: more than 0, up to 3.2.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
    """
    length = 1 - _LENGTH + _LENGTH * len(found.words) / _USUAL_LENGTH
    told = sum(_saturated(_occurrences(word, found), length) for word in asked) / len(asked)
    return told + _whole(asked, found)


def _occurrences(word: Word, found: Found) -> float:
    text = word.text if word.close else f" {word.text} "
    return found.words.count(text) + _LABEL * found.labels.count(text) or _APART


def _saturated(times: float, length: float) -> float:
    return times * (_SATURATION + 1) / (times + _SATURATION * length)


def _whole(asked: Sequence[Word], found: Found) -> int:
    phrase = spelled(asked)
    if all(word.close for word in asked):
        phrase = phrase.strip()
    return phrase in found.words or phrase in found.labels
