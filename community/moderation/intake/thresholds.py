"""What other thresholds would have done with the shop's own past posts. Nothing is changed.

As with word lists, posts that stand published are taken as ordinary, and those that moderators
have rejected or removed as what should have been found.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from community.moderation.intake.rehearsing import Past, Window, batches
from community.moderation.standing import trust_of
from domain.moderation.intake.findings import share_of
from domain.moderation.intake.sampling import is_drawn
from domain.moderation.text.folding import Folding
from domain.moderation.text.repeats import Print, alike, print_of
from infra.chinese import simplified
from infra.database import Sql


@dataclass(slots=True)
class Tried:
    """Of so many posts that stand, or were refused, so many would have been looked at.

    `examples` are ids of posts, with that of the other post where two are alike.
    """

    standing: int = 0
    refused: int = 0
    standing_hits: int = 0
    refused_hits: int = 0
    examples: list[tuple[UUID, UUID | None]] = field(default_factory=list[tuple[UUID, UUID | None]])

    def count(self, post: Past, *, hit: bool, most: int, other: UUID | None = None) -> None:
        """Counts a post; the first `most` that would have been looked at are examples."""
        self.standing += post.stands
        self.refused += not post.stands
        self.standing_hits += hit and post.stands
        self.refused_hits += hit and not post.stands
        if hit and len(self.examples) < most:
            self.examples.append((post.id, other))


async def try_new_author_reviews(sql: Sql, window: Window, reviews: int, *, examples: int) -> Tried:
    """Which posts were among the first so many of their authors, by what stands now."""
    tried = Tried()
    async for posts in batches(sql, window):
        before = await _published_before(sql, posts, reviews)
        for post in posts:
            tried.count(post, hit=before[post.id] < reviews, most=examples)
    return tried


async def _published_before(sql: Sql, posts: Sequence[Past], most: int) -> dict[UUID, int]:
    """How many posts of its author stood when each was submitted: `most` for more."""
    rows = await sql.fetch(
        "SELECT p.id, (SELECT count(*) FROM (SELECT FROM post e WHERE e.author_id = p.author_id"
        "   AND e.state = 'PUBLISHED' AND e.published_at < p.submitted_at LIMIT $2) e) AS stood"
        " FROM post p WHERE p.id = ANY($1)",
        [one.id for one in posts],
        most,
    )
    return defaultdict(int, {row["id"]: row["stood"] for row in rows})


async def try_sample(
    sql: Sql, window: Window, share: float, *, now: datetime, key: bytes, examples: int
) -> Tried:
    """Which posts would have been drawn, with authors trusted as they are now."""
    tried = Tried()
    async for posts in batches(sql, window):
        trust = await trust_of(sql, {one.author_id for one in posts}, now)
        for post in posts:
            drawn = is_drawn(key, post.id, share_of(trust[post.author_id], share))
            tried.count(post, hit=drawn, most=examples)
    return tried


async def try_similar(sql: Sql, window: Window, similar: float, *, examples: int) -> Tried:
    """Which posts were that much like an earlier one of the same window."""
    posts = [post async for batch in batches(sql, window) for post in batch]
    return await asyncio.to_thread(_compare, posts, similar, examples)


def _compare(posts: Sequence[Past], similar: float, examples: int) -> Tried:
    tried, seen, folding = Tried(), _Seen(), Folding(simplified)
    for post in reversed(posts):  # oldest first, as they came
        folded = folding.fold(post.text).text
        other = seen.like(folded, similar)
        seen.keep(post.id, folded)
        tried.count(post, hit=other is not None, most=examples, other=other)
    return tried


class _Seen:
    """Texts that came before, found again by their prints."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, int], list[tuple[UUID, str]]] = defaultdict(list)

    def keep(self, id_: UUID, folded: str) -> None:
        for key in _keys(print_of(folded)):
            self._by_key[key].append((id_, folded))

    def like(self, folded: str, similar: float) -> UUID | None:
        """The newest that is so much alike; None where there is none."""
        found = {
            id_: text for key in _keys(print_of(folded)) for id_, text in self._by_key[key][-_LAST:]
        }
        near = partial(_near, folded, similar)
        return max((id_ for id_, text in found.items() if near(text)), default=None)


_LAST = 20  # as many as the intake itself compares


def _near(folded: str, similar: float, other: str) -> bool:
    return alike(folded, other) >= similar


def _keys(print_: Print | None) -> Iterable[tuple[str, int]]:
    if print_ is None:
        return ()
    return (("whole", print_.whole), *_pairs(print_))


def _pairs(print_: Print) -> Iterator[tuple[str, int]]:
    return (("pair", one) for one in print_.pairs)
