"""How many posts a second one core reads through, with ten thousand words on the shop's lists.

Words are made up of common characters, two to four each, as policies have them. Posts are what
buyers write; in one of twenty stands a word, as it is or split. All phases that need nothing but
the text are read: words, links and contacts, the print by which a text is found again, and what
follows from them as signals of an item.

What is looked up is measured apart, over as many earlier posts, each with a picture, as `EARLIER`
says: statements and time of a post whose words nobody has to look at, and that shows two pictures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from statistics import median
from typing import Any, Final
from uuid import UUID

import asyncpg

from bench.buyers_words import texts
from bench.figures import Figure, Figures
from bench.till import Till, open_till
from community.moderation.intake import settings
from community.moderation.intake.lexicon import Lexicon, Listed
from community.moderation.intake.reading import read_folded
from community.moderation.intake.receiving import Intake
from community.moderation.word_lists import service as word_lists
from community.moderation.word_lists.service import WordListDraft
from domain.moderation.intake.findings import Finding
from domain.moderation.intake.signals import Place, signals
from domain.moderation.subjects import SubjectKind
from domain.moderation.text.phases import Status, strongest
from domain.moderation.text.repeats import print_of
from domain.moderation.text.words import WordAction
from infra import spoken
from infra.database import Transaction, columns
from infra.ids import new_id
from infra.platform import Written

WORDS: Final = 10_000
POSTS: Final = 5_000
ROUNDS: Final = 5
ONE_IN: Final = 20
FASTEST: Final = 5_000.0  # posts/s a core
EARLIER: Final = 40_000
SENT: Final = 300
_AUTHORS: Final = 1_000
_STEP: Final = 5_000
_SIGN: Final = 2**63


async def measure() -> list[Figure]:
    figures = Figures()
    chance = random.Random(7)  # noqa: S311 - made-up words
    words = _words(chance)
    began = time.perf_counter()
    lexicon = Lexicon([Listed(words, WordAction.HOLD)])
    figures.add("word lists of 10,000 words, made ready", time.perf_counter() - began, "s")
    posts = _posts(chance, words)
    times = [_read_through(lexicon, posts) for _ in range(ROUNDS)]
    found = sum(strongest(_read(lexicon, post)) is not Status.PASS for post in posts)
    figures.add("posts, characters on average", sum(map(len, posts)) / len(posts), "")
    figures.add("posts in which something was found", 100 * found / len(posts), "%")
    figures.hold("a post", 1e6 * median(times) / len(posts), "µs CPU", at_most=1e6 / FASTEST)
    figures.add("posts a second and core", len(posts) / median(times), "/s")
    async with open_till() as till:
        await _look_up(till, figures, chance, words)
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
        _read(lexicon, post)
    return time.process_time() - began


def _read(lexicon: Lexicon, post: str) -> Sequence[Finding]:
    place = Place(post, (), 1)
    folded = lexicon.fold(place.whole)
    print_of(folded.text)
    found = read_folded(lexicon, folded)
    list(signals(found, place))
    return found


async def _look_up(till: Till, figures: Figures, chance: random.Random, words: list[str]) -> None:
    """A shop with earlier posts, to which others come."""
    author, *others = await till.enrol(_AUTHORS)
    await _fill(till, others, chance)
    await word_lists.save(till.platform, None, WordListDraft("all", WordAction.HOLD, tuple(words)))
    await settings.save(till.platform, None, sample_share=0)
    intake, sent = Intake(b"bench"), [one for one, _, _ in texts(SENT, seed=3)]
    await intake.get_ready(till.database)
    spent: list[float] = []
    statements = list[str]()
    with _counting() as counted:
        for text in sent:
            images = await _pictures(till, author, 2, chance, till.now)
            counted.clear()
            async with till.database.transaction() as tx:
                written = Written(
                    SubjectKind.POST, new_id(), author, text, till.now, image_ids=tuple(images)
                )
                spent.append(await _timed(intake, till, tx, written))
            statements = [one for one in counted if not one.startswith(("BEGIN", "COMMIT"))]
    figures.add("statements of a post that passes", len(statements), "")
    figures.add(
        f"looked up, among {EARLIER:,} posts with a picture each", 1e3 * median(spent), "ms"
    )


async def _timed(intake: Intake, till: Till, tx: Transaction, written: Written) -> float:
    began = time.perf_counter()
    await intake.receive(till.platform, tx, written)
    return time.perf_counter() - began


async def _fill(till: Till, authors: Sequence[UUID], chance: random.Random) -> None:
    """Posts that were sent before, with their prints and a picture each."""
    lexicon = Lexicon([])
    for start in range(0, EARLIER, _STEP):
        posts = [(new_id(), text) for text, _, _ in texts(_STEP, seed=1_000 + start)]
        prints = [(id_, print_of(lexicon.fold(text).text)) for id_, text in posts]
        async with till.database.transaction() as tx:
            written = [(*one, chance.choice(authors)) for one in posts]
            await tx.execute(_POSTS, *columns(written, 3), till.now)
            rows = [(id_, "POST", one.whole, list(one.pairs)) for id_, one in prints if one]
            await tx.copy("text_print", ["subject_id", "subject_kind", "whole", "pairs"], rows)
            images = await _pictures(till, authors[0], len(posts), chance, till.now)
            shown = [(id_, 0, image) for (id_, _), image in zip(posts, images, strict=True)]
            await tx.copy("post_image", ["post_id", "position", "image_id"], shown)
    await till.database.execute("VACUUM ANALYZE post, post_image, member_image, text_print")


_POSTS: Final = """
INSERT INTO post (id, author_id, state, text, created_at, submitted_at, published_at)
SELECT p.id, p.author, 'PUBLISHED', p.text, $4, $4, $4
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) p (id, text, author)
"""


async def _pictures(
    till: Till, author: UUID, number: int, chance: random.Random, now: datetime
) -> list[UUID]:
    """Pictures of the author that look like none before, mostly."""
    rows = [(new_id(), author, now, _hash(chance), _hash(chance)) for _ in range(number)]
    names = ["image_id", "member_id", "uploaded_at", "hash", "mirror_hash"]
    await till.database.copy("member_image", names, rows)
    return [row[0] for row in rows]


def _hash(chance: random.Random) -> int:
    return chance.getrandbits(64) - _SIGN


@contextmanager
def _counting() -> Iterator[list[str]]:
    """What connections send while it lasts."""
    sent: list[str] = []
    connection: Any = asyncpg.Connection
    original = connection._execute  # noqa: SLF001 - every statement passes it

    async def send(self: Any, query: str, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        sent.append(query)
        return await original(self, query, *args, **more)

    connection._execute = send  # noqa: SLF001
    try:
        yield sent
    finally:
        connection._execute = original  # noqa: SLF001
