"""How many posts a second one core reads through, with ten thousand words on the shop's lists.

Words are made up of common characters, two to four each, as policies have them. Posts are what
buyers write; in one of twenty stands a word, as it is or split.
"""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Final

from bench.buyers_words import texts
from bench.figures import Figure, Figures
from community.moderation.intake.lexicon import Lexicon, Listed
from community.moderation.intake.reading import read
from domain.moderation.text.phases import Status, strongest
from domain.moderation.text.words import WordAction
from infra import spoken

WORDS: Final = 10_000
POSTS: Final = 5_000
ROUNDS: Final = 5
ONE_IN: Final = 20
FASTEST: Final = 5_000.0  # posts/s a core


async def measure() -> list[Figure]:
    figures = Figures()
    chance = random.Random(7)  # noqa: S311 - made-up words
    words = _words(chance)
    began = time.perf_counter()
    lexicon = Lexicon([Listed(words, WordAction.HOLD)])
    figures.add("word lists of 10,000 words, made ready", time.perf_counter() - began, "s")
    posts = _posts(chance, words)
    times = [_read_through(lexicon, posts) for _ in range(ROUNDS)]
    found = sum(strongest(read(lexicon, post)) is not Status.PASS for post in posts)
    figures.add("posts, characters on average", sum(map(len, posts)) / len(posts), "")
    figures.add("posts in which something was found", 100 * found / len(posts), "%")
    figures.hold("a post", 1e6 * median(times) / len(posts), "µs CPU", at_most=1e6 / FASTEST)
    figures.add("posts a second and core", len(posts) / median(times), "/s")
    return figures.all


def _words(chance: random.Random) -> list[str]:
    common = spoken.common()
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made["".join(chance.choice(common) for _ in range(chance.randint(2, 4)))] = None
    return list(made)


def _posts(chance: random.Random, words: list[str]) -> list[str]:
    made: list[str] = []
    for number, (text, _, _) in enumerate(texts(POSTS)):
        word = chance.choice(words)
        hidden = chance.choice(("", "*", " ")).join(word)
        made.append(f"{hidden}，{text}" if number % ONE_IN == 0 else text)
    return made


def _read_through(lexicon: Lexicon, posts: list[str]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    for post in posts:
        read(lexicon, post)
    return time.process_time() - began
