"""The verbs of rehearsing: a word list, or thresholds, tried on the shop's past posts.

One at a time in a deployment, of the last `MOST_POSTS` posts: it is the processor's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from community.moderation.intake import settings
from community.moderation.intake.reading import read_words
from community.moderation.intake.rehearsing import Rehearsal, Window, rehearse
from community.moderation.intake.thresholds import (
    Tried,
    try_new_author_reviews,
    try_sample,
    try_similar,
)
from community.moderation.word_lists import service as word_lists
from community.moderation.word_lists.service import WordListDraft
from domain.errors import Invalid, LimitReached
from infra.database import Transaction
from infra.platform import Platform

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon

USUAL_DAYS: Final = 90
MOST_DAYS: Final = 3_650
MOST_POSTS: Final = 20_000
MOST_REVIEWS: Final = 1_000
_LOCK: Final = 1_229_869_633  # any number that nobody else locks
_KEY: Final = b"rehearsal"
"""Not that of the deployment: it shows how many are drawn, and not which will be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How far back to go, and how many examples to give."""

    back: timedelta
    examples: int


async def words(platform: Platform, draft: WordListDraft, asked: Asked) -> Rehearsal:
    """What a list alone would have done.

    Raises: Invalid, LimitReached while another rehearsal is running.
    """
    word_lists.check(draft)
    async with _alone(platform) as tx:
        lexicon = await asyncio.to_thread(_lexicon, draft)
        window = await _window(platform, tx, asked)
        examples = asked.examples
        return await rehearse(tx, lexicon, window, examples=examples, reading=read_words)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What each would have done; None for what was not tried."""

    new_author_reviews: Tried | None
    sample_share: Tried | None
    similar_from: Tried | None


async def thresholds(
    platform: Platform,
    asked: Asked,
    *,
    new_author_reviews: int | None = None,
    sample_share: float | None = None,
    similar_from: float | None = None,
) -> Thresholds:
    """What other thresholds would have done, each for itself.

    Raises: Invalid, LimitReached while another rehearsal is running.
    """
    settings.check(sample_share=sample_share, similar_from=similar_from)
    if new_author_reviews is not None and not 0 <= new_author_reviews <= MOST_REVIEWS:
        raise Invalid("intake.reviews", field=("newAuthorReviews",), limit=MOST_REVIEWS)
    most, reviews = asked.examples, new_author_reviews
    async with _alone(platform) as tx:
        window, now = await _window(platform, tx, asked), await platform.clock.now(tx)
        return Thresholds(
            None
            if reviews is None
            else await try_new_author_reviews(tx, window, reviews, examples=most),
            None
            if sample_share is None
            else await try_sample(tx, window, sample_share, now=now, key=_KEY, examples=most),
            None
            if similar_from is None
            else await try_similar(tx, window, similar_from, examples=most),
        )


@asynccontextmanager
async def _alone(platform: Platform) -> AsyncIterator[Transaction]:
    async with platform.database.transaction() as tx:
        if not await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
            raise LimitReached("intake.busy")
        yield tx


async def _window(platform: Platform, tx: Transaction, asked: Asked) -> Window:
    return Window(await platform.clock.now(tx) - asked.back, MOST_POSTS)


def _lexicon(draft: WordListDraft) -> Lexicon:
    # Late: the dictionaries behind it take half a second, and most processes rehearse nothing.
    from community.moderation.intake.lexicon import Lexicon, Listed

    return Lexicon([Listed(draft.words, draft.action)])
