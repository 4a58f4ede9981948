"""What word lists would do, in figures: false alarms on ordinary texts, evasions caught.

Evasions are put between two words of an ordinary text. One is caught where something is found that
overlaps it; finding a word elsewhere in the text does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from community.moderation.intake.alarms import Alarm, alarm
from community.moderation.intake.lexicon import Lexicon
from domain.moderation.text.evasions import Disguises, Evasion
from infra import spoken
from infra.chinese import traditional

EACH: Final = 20
"""How many disguises are drawn of each word and kind."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What was found in so many texts; `raw` texts have a word as it is, wherever words begin."""

    texts: int
    raised: Sequence[Alarm]
    raw: int

    @property
    def held(self) -> int:
        return sum(one.held for one in self.raised)

    @property
    def queued(self) -> int:
        return len(self.raised) - self.held


@dataclass(frozen=True, slots=True)
class Caught:
    """Of so many evasions of a kind so many were caught, and so many had the word as it is."""

    made: int
    caught: int
    raw: int
    missed: Sequence[str]


def alarms(lexicon: Lexicon, words: Sequence[str], texts: Iterable[str]) -> Alarms:
    """What is found in texts of which all are ordinary: every one of it is false."""
    count = raw = 0
    raised: list[Alarm] = []
    for text in texts:
        count += 1
        raw += any(word in text for word in words)
        if (found := alarm(lexicon, text)) is not None:
            raised.append(found)
    return Alarms(count, raised, raw)


def evasions(
    lexicon: Lexicon, words: Sequence[str], texts: Sequence[str], *, seed: int
) -> dict[Evasion, Caught]:
    """How many disguises of the words are seen through in these texts."""
    random = Random(seed)  # noqa: S311 - a repeatable draw is wanted
    disguises = Disguises(
        traditional=traditional, homophones=_homophones(words), draw=random.randrange
    )
    return {one: _caught(lexicon, words, texts, _made(disguises, one), random) for one in Evasion}


def _made(disguises: Disguises, evasion: Evasion) -> Callable[[str], set[str]]:
    def made(word: str) -> set[str]:
        drawn = (disguises.of(word, evasion) for _ in range(EACH))
        return {one for one in drawn if one is not None}

    return made


def _caught(
    lexicon: Lexicon,
    words: Sequence[str],
    texts: Sequence[str],
    disguised: Callable[[str], set[str]],
    random: Random,
) -> Caught:
    made = caught = raw = 0
    missed: list[str] = []
    for word in words:
        for evasion in sorted(disguised(word)):
            made += 1
            raw += any(one in evasion for one in words)
            if _is_caught(lexicon, evasion, random.choice(texts), random):
                caught += 1
            else:
                missed.append(evasion)
    return Caught(made, caught, raw, missed)


def _is_caught(lexicon: Lexicon, evasion: str, text: str, random: Random) -> bool:
    parts = spoken.words(text)
    before = "".join(parts[: random.randint(0, len(parts))])
    end = len(before) + len(evasion)
    hits = lexicon.hits(lexicon.fold(before + evasion + text[len(before) :]))
    return any(hit.start < end and hit.end > len(before) for hit in hits)


def _homophones(words: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """For each character of the words the common ones that sound like it."""
    by_sound: dict[str, list[str]] = defaultdict(list)
    for one in spoken.common():
        by_sound[spoken.syllable(one) or ""].append(one)
    return {
        one: [other for other in by_sound[sound] if other != one]
        for one in sorted({one for word in words for one in word})
        if (sound := spoken.syllable(one)) is not None
    }
