"""What is talked about at present. The same in SQL: `community.feeds.ranking`.

    heat = (1 + likes + 3 × comments + 5 × shares)^0.8 ÷ (hours since publication + 2)^1.8

Of one author's posts the hottest counts in full, the second half, the third a third: nobody fills
the feed alone. Heat fades by the hour, so the order is worked out anew all the time, and each
reader pages through the order as it was when they began. Stars do not count.

Source: the ranking of Hacker News as its authors published it, with comments and shares beside
the votes, and 1 more so that a post without any fades too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.values import value

CANDIDATES: Final = 20_000
"""The newest posts, among which the hottest are looked for."""

KEPT: Final = 1_000
"""So many the feed has."""

COMMENT: Final = 3
SHARE: Final = 5
RISE: Final = 0.8
FALL: Final = 1.8
HEAD_START: Final = 2  # hours
_HOUR: Final = 3600  # seconds


@value
class Talked:
    """A published post, and how much there was about it."""

    id: UUID
    author_id: UUID
    published_at: datetime
    likes: int
    comments: int
    shares: int


def heat(post: Talked, now: datetime) -> float:
    """How much it is talked about, before its author's other posts are looked at."""
    said = 1 + post.likes + COMMENT * post.comments + SHARE * post.shares
    hours = max((now - post.published_at).total_seconds(), 0) / _HOUR
    return float(said**RISE / (hours + HEAD_START) ** FALL)


def trending(posts: Iterable[Talked], now: datetime) -> list[UUID]:
    """The hottest posts, hottest first; of equal ones the newer."""
    by_author: dict[UUID, list[tuple[float, datetime, UUID]]] = defaultdict(list)
    for post in posts:
        by_author[post.author_id].append((heat(post, now), post.published_at, post.id))
    ranked = [
        (warmth / place, at, id_)
        for theirs in by_author.values()
        for place, (warmth, at, id_) in enumerate(sorted(theirs, reverse=True), start=1)
    ]
    return [id_ for _, _, id_ in sorted(ranked, reverse=True)[:KEPT]]
