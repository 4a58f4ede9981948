"""What PostgreSQL says about ranks: the truth, and the answer while Redis cannot give one.

The index `standing_ranking` holds each season in the order of `domain.boards.order`, all ascending
(minus the score first), so that one row comparison finds whoever is above or below. Ranked are
those whose value is above zero; the others sort behind them with a score of -1.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.boards import Entry
from gamification.leaderboards.store import StandingState, state_of, states
from infra.database import Sql

_TOP: Final = """
SELECT member_id, score, reached_at FROM standing
WHERE board_id = $1 AND season_starts_at = $2 AND -score <= 0
ORDER BY -score, reached_at, member_id
OFFSET $4 LIMIT $3
"""


async def top(
    sql: Sql, board_id: UUID, season_starts_at: datetime, *, first: int, offset: int
) -> list[Entry]:
    """Entries from rank `offset` + 1 on."""
    rows = await sql.fetch(_TOP, board_id, season_starts_at, first, offset)
    return _entries(rows, offset + 1)


_SIZE: Final = """
SELECT count(*) FROM standing WHERE board_id = $1 AND season_starts_at = $2 AND -score <= 0
"""


async def size(sql: Sql, board_id: UUID, season_starts_at: datetime) -> int:
    """How many members are ranked."""
    count: int = await sql.fetchval(_SIZE, board_id, season_starts_at)
    return count


# $3, $4, $5 are the member's own place in the order. One statement sees one state of the board.
_AROUND: Final = """
WITH above AS (
  SELECT member_id, score, reached_at FROM standing
  WHERE board_id = $1 AND season_starts_at = $2
    AND (-score, reached_at, member_id) < ($3::bigint, $4::timestamptz, $5::uuid)
  ORDER BY -score DESC, reached_at DESC, member_id DESC LIMIT $6
), rest AS (
  SELECT member_id, score, reached_at FROM standing
  WHERE board_id = $1 AND season_starts_at = $2 AND -score <= 0
    AND (-score, reached_at, member_id) >= ($3::bigint, $4::timestamptz, $5::uuid)
  ORDER BY -score, reached_at, member_id LIMIT $6 + 1
), before AS (
  SELECT count(*) AS n FROM standing
  WHERE board_id = $1 AND season_starts_at = $2
    AND (-score, reached_at, member_id) < ($3::bigint, $4::timestamptz, $5::uuid)
)
SELECT member_id, score, reached_at,
  (SELECT n FROM before) - (SELECT count(*) FROM above) AS skipped
FROM (SELECT * FROM above UNION ALL SELECT * FROM rest) found
ORDER BY -score, reached_at, member_id
"""


async def around(
    sql: Sql, board_id: UUID, season_starts_at: datetime, member_id: UUID, radius: int
) -> list[Entry]:
    """The member's entry between its neighbours; empty for whoever is not ranked."""
    for own in await states(sql, [(member_id, board_id, season_starts_at)]):
        if own.score >= 0:
            place = (-own.score, own.reached_at, member_id)
            rows = await sql.fetch(_AROUND, board_id, season_starts_at, *place, radius)
            return _entries(rows, rows[0]["skipped"] + 1) if rows else []
    return []


def _entries(rows: Sequence[asyncpg.Record], first_rank: int) -> list[Entry]:
    return [
        Entry(rank, row["member_id"], row["score"], row["reached_at"])
        for rank, row in enumerate(rows, first_rank)
    ]


_PAGE: Final = """
SELECT board_id, season_starts_at, member_id, score, reached_at, version FROM standing
WHERE board_id = $1 AND season_starts_at = $2
  AND (-score, reached_at, member_id) > ($3::bigint, $4::timestamptz, $5::uuid)
ORDER BY -score, reached_at, member_id LIMIT $6
"""
_FRONT: Final = (-(2**62), datetime.min.replace(tzinfo=UTC), UUID(int=0))


async def pages(
    sql: Sql, board_id: UUID, season_starts_at: datetime, *, size: int
) -> AsyncIterator[list[StandingState]]:
    """Every standing of a season in order, ranked or not, in pages read one after another.

    Each page is as of its own reading: whoever moves meanwhile may be met twice or not at all.
    """
    place: tuple[int, datetime, UUID] = _FRONT
    while True:
        rows = await sql.fetch(_PAGE, board_id, season_starts_at, *place, size)
        if not rows:
            return
        yield [state_of(row) for row in rows]
        last = rows[-1]
        place = (-last["score"], last["reached_at"], last["member_id"])
