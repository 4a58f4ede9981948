"""What word lists would have done with the shop's own past posts. Nothing is changed.

Posts that stand published are taken as ordinary: what would be found in them estimates the false
alarms. Posts that moderators have rejected or removed show what the lists would have found.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from community.moderation.intake.lexicon import Lexicon
from community.moderation.intake.measuring import Alarm, alarm
from domain.posts.visibility import PostState
from infra.database import Sql

_BATCH: Final = 1_000


@dataclass(slots=True)
class Found:
    """What would have been found in so many posts, with the first examples of it."""

    texts: int = 0
    held: int = 0
    queued: int = 0
    examples: list[Alarm] = field(default_factory=list[Alarm])


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Posts that stand published, and posts that moderators have refused."""

    standing: Found
    refused: Found


async def rehearse(sql: Sql, lexicon: Lexicon, *, since: datetime, examples: int) -> Rehearsal:
    """What the lists would have done with everything submitted since then."""
    done = Rehearsal(Found(), Found())
    async for state, text in _posts(sql, since):
        found = done.standing if state is PostState.PUBLISHED else done.refused
        found.texts += 1
        raised = alarm(lexicon, text)
        if raised is None:
            continue
        found.held += raised.held
        found.queued += not raised.held
        if len(found.examples) < examples:
            found.examples.append(raised)
    return done


async def _posts(sql: Sql, since: datetime) -> AsyncIterator[tuple[PostState, str]]:
    """States and texts of what was decided about, newest first, a batch at a time."""
    last: UUID | None = None
    while True:
        rows = await sql.fetch(
            "SELECT p.id, p.state, p.text FROM post p"
            " WHERE p.state IN ('PUBLISHED', 'REJECTED', 'REMOVED') AND p.submitted_at >= $1"
            "   AND ($2::uuid IS NULL OR p.id < $2) ORDER BY p.id DESC LIMIT $3",
            since,
            last,
            _BATCH,
        )
        for row in rows:
            yield PostState(row["state"]), row["text"]
        if len(rows) < _BATCH:
            return
        last = rows[-1]["id"]
