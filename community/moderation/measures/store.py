"""What measures read, each in one statement over rows that an index holds. Never commits.

What was undone is no decision any more, and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.moderation.deciding import AGAINST
from domain.moderation.measures import Share
from domain.moderation.subjects import Origin
from infra.database import Sql

_MOST_MODERATORS: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision: how many, how many past their time, the one that waits longest."""

    open: int
    overdue: int
    oldest_at: datetime | None
    oldest_due_at: datetime | None


_WAITING: Final = """
SELECT (SELECT coalesce(sum(t.undecided), 0) FROM review_tally t)::bigint AS open,
  (SELECT count(*) FROM review_item i WHERE i.decided_at IS NULL AND i.due_at <= $1) AS overdue,
  oldest.created_at AS oldest_at, oldest.due_at AS oldest_due_at
FROM (SELECT) one LEFT JOIN LATERAL (
  SELECT i.created_at, i.due_at FROM review_item i WHERE i.decided_at IS NULL
  ORDER BY i.created_at LIMIT 1) oldest ON true
"""


async def waiting(sql: Sql, now: datetime) -> Waiting:
    """What waits now, held or not."""
    [row] = await sql.fetch(_WAITING, now)
    return Waiting(**row)


async def open_by_origin(sql: Sql) -> dict[Origin, int]:
    """How many items of each origin wait for a decision, held or not."""
    rows = await sql.fetch(
        "SELECT origin, sum(undecided)::bigint AS n FROM review_tally GROUP BY 1"
    )
    return {Origin(row["origin"]): row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions in a stretch of time, answers to appeals among them, each with the seconds from
    when its item came into the queue: half took at most `median`, nine of ten at most `p90`.
    """

    decided: int = 0
    overturned: int = 0
    answers: int = 0
    overturning: int = 0
    median: int = 0
    p90: int = 0


_DECIDED: Final = """
SELECT moderator_id, grouping(moderator_id) = 1 AS everybody, count(*) AS decided,
  count(*) FILTER (WHERE reversal = 'OVERTURNED') AS overturned,
  count(*) FILTER (WHERE overrules_id IS NOT NULL) AS answers,
  count(*) FILTER (WHERE overrules_id IS NOT NULL AND action = 'RESTORE') AS overturning,
  percentile_disc('{0.5,0.9}'::float8[]) WITHIN GROUP (ORDER BY waited) AS waited
FROM decision WHERE decided_at > $1 AND reversal IS DISTINCT FROM 'UNDONE'
GROUP BY GROUPING SETS ((), (moderator_id)) ORDER BY everybody DESC, decided DESC, moderator_id
LIMIT $2
"""


async def decided(sql: Sql, since: datetime) -> tuple[Decided, Mapping[UUID, Decided]]:
    """All decisions since then, and those of each moderator, the busiest first, up to a hundred."""
    [everybody, *each] = await sql.fetch(_DECIDED, since, _MOST_MODERATORS + 1)
    return _decided(everybody), {row["moderator_id"]: _decided(row) for row in each}


def _decided(row: asyncpg.Record) -> Decided:
    median, p90 = row["waited"] or (0, 0)
    return Decided(
        decided=row["decided"],
        overturned=row["overturned"],
        answers=row["answers"],
        overturning=row["overturning"],
        median=median,
        p90=p90,
    )


async def count_since(sql: Sql, start: datetime) -> int:
    """How many decisions were taken since then."""
    found: int = await sql.fetchval(
        "SELECT count(*) FROM decision WHERE decided_at >= $1"
        " AND reversal IS DISTINCT FROM 'UNDONE'",
        start,
    )
    return found


@dataclass(frozen=True, slots=True)
class Rated:
    """First decisions about posts that gave so many stars: how many were against the author, and
    in how many seconds half were taken.
    """

    rejected: Share
    median: int


_RATED: Final = """
SELECT rating, count(*) AS looked_at, count(*) FILTER (WHERE action = ANY($2)) AS rejected,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY waited) AS median
FROM decision WHERE decided_at > $1 AND reversal IS DISTINCT FROM 'UNDONE'
  AND rating IS NOT NULL AND overrules_id IS NULL
GROUP BY rating ORDER BY rating
"""


async def rated(sql: Sql, since: datetime) -> dict[int, Rated]:
    """First decisions since then by the stars that the post gave; without those that gave none."""
    rows = await sql.fetch(_RATED, since, _against())
    return {
        row["rating"]: Rated(Share(row["rejected"], row["looked_at"]), row["median"])
        for row in rows
    }


_LOOKED_AGAIN: Final = """
SELECT count(*) AS pairs, count(*) FILTER (
  WHERE (d.action = ANY($2)) = (f.action = ANY($2))) AS agreed
FROM decision d JOIN decision f ON f.id = d.second_of
WHERE d.second_of IS NOT NULL AND d.decided_at > $1
  AND d.reversal IS DISTINCT FROM 'UNDONE' AND f.reversal IS DISTINCT FROM 'UNDONE'
"""


async def looked_again(sql: Sql, since: datetime) -> Share:
    """Of how many second looks since then the answer was the first one: both against the author,
    or neither.
    """
    [row] = await sql.fetch(_LOOKED_AGAIN, since, _against())
    return Share(row["agreed"], row["pairs"])


def _against() -> Sequence[str]:
    return sorted(AGAINST)
