"""What word lists would have done with the shop's own past posts. Nothing is changed.

Posts that stand published are taken as ordinary: what would be found in them estimates the false
alarms. Posts that moderators have rejected or removed show what the lists would have found.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from community.moderation.intake.alarms import Alarm, Read, alarm
from community.moderation.intake.reading import read
from domain.posts.visibility import PostState
from domain.values import value
from infra.database import Sql

if TYPE_CHECKING:
    from community.moderation.intake.lexicon import Lexicon

_BATCH: Final = 1_000


@value
class Past:
    """A post that was decided about, as it reads now."""

    id: UUID
    author_id: UUID
    state: PostState
    text: str
    submitted_at: datetime

    @property
    def stands(self) -> bool:
        return self.state is PostState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Window:
    """Posts that were submitted since then: the last ones, where there are more than `most`."""

    since: datetime
    most: int | None = None


@dataclass(slots=True)
class Found:
    """What would have been found in so many posts, with the first examples of it."""

    texts: int = 0
    held: int = 0
    queued: int = 0
    examples: list[tuple[UUID, Alarm]] = field(default_factory=list[tuple[UUID, Alarm]])

    @property
    def hits(self) -> int:
        return self.held + self.queued


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Posts that stand published, and posts that moderators have refused."""

    standing: Found
    refused: Found


async def rehearse(
    sql: Sql, lexicon: Lexicon, window: Window, *, examples: int, reading: Read = read
) -> Rehearsal:
    """What the lists would have done with everything in the window; others go on meanwhile."""
    done = Rehearsal(Found(), Found())

    def judge(posts: Sequence[Past]) -> None:
        for post in posts:
            found = done.standing if post.stands else done.refused
            _count(found, post, alarm(lexicon, post.text, reading), examples)

    async for posts in batches(sql, window):
        await asyncio.to_thread(judge, posts)
    return done


def _count(found: Found, post: Past, raised: Alarm | None, examples: int) -> None:
    found.texts += 1
    if raised is None:
        return
    found.held += raised.held
    found.queued += not raised.held
    if len(found.examples) < examples:
        found.examples.append((post.id, raised))


async def batches(sql: Sql, window: Window) -> AsyncIterator[list[Past]]:
    """What was decided about, newest first, a batch at a time."""
    last: UUID | None = None
    left = window.most
    while left is None or left > 0:
        size = _BATCH if left is None else min(left, _BATCH)
        rows = await sql.fetch(
            "SELECT p.id, p.author_id, p.state, p.text, p.submitted_at FROM post p"
            " WHERE p.state IN ('PUBLISHED', 'REJECTED', 'REMOVED') AND p.submitted_at >= $1"
            "   AND ($2::uuid IS NULL OR p.id < $2) ORDER BY p.id DESC LIMIT $3",
            window.since,
            last,
            size,
        )
        yield [
            Past(one["id"], one["author_id"], PostState(one["state"]), *list(one.values())[3:])
            for one in rows
        ]
        if len(rows) < size:
            return
        last, left = rows[-1]["id"], None if left is None else left - size
