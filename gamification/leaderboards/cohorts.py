"""The cohorts of leagues for readers: who competes with whom, and where everybody stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from domain.boards import Entry
from domain.values import value
from gamification.leaderboards.store import StandingKey
from infra.database import Sql, columns


@value
class Cohort:
    """A member's cohort in a season, its entries ranked among themselves."""

    division: int
    entries: list[Entry]


_COHORTS: Final = """
SELECT k.n, own.division, s.member_id, s.score, s.reached_at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
  WITH ORDINALITY k (member_id, board_id, season_starts_at, n)
JOIN league_place own USING (member_id, board_id, season_starts_at)
JOIN league_place p
  ON (p.board_id, p.season_starts_at, p.division, p.cohort)
   = (own.board_id, own.season_starts_at, own.division, own.cohort)
JOIN standing s
  ON s.member_id = p.member_id AND s.board_id = p.board_id
  AND s.season_starts_at = p.season_starts_at
WHERE s.score >= 0
ORDER BY k.n, -s.score, s.reached_at, s.member_id
"""


async def cohorts(sql: Sql, wanted: Sequence[StandingKey]) -> list[Cohort | None]:
    """The cohort of each member; None for who has none, or has no rank."""
    found: defaultdict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in await sql.fetch(_COHORTS, *columns(wanted, 3)):
        found[row["n"]].append(row)
    return [_cohort(found[n], key[0]) for n, key in enumerate(wanted, 1)]


def _cohort(rows: Sequence[asyncpg.Record], member_id: UUID) -> Cohort | None:
    if all(row["member_id"] != member_id for row in rows):
        return None
    entries = [
        Entry(rank, row["member_id"], row["score"], row["reached_at"])
        for rank, row in enumerate(rows, 1)
    ]
    return Cohort(rows[0]["division"], entries)
