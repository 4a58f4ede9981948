"""Leagues of boards: who competes with whom in a season, and who rises and falls at its end.

Whoever scores is put in a queue, in the same transaction; a job places the queue into cohorts of
their divisions, once the seasons before are decided. So nobody who scores waits for a counter,
and divisions are those that the last season gave. Each division of a season keeps the rules with
which its first cohort was made: changing them is for the next season.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.boards import Board, order
from domain.boards.leagues import LOWEST, League, divisions_after
from gamification.leaderboards.store import SeasonKey, StandingState
from infra.database import Sql, Transaction, columns
from infra.platform import Platform

PLACED_AT_ONCE: Final = 500
DECIDED_AT_ONCE: Final = 20
"""Cohorts whose season ends in one transaction."""


async def enqueue(tx: Sql, boards: Sequence[Board], states: Sequence[StandingState]) -> None:
    """Lets whoever has a rank on a board with a league wait for a cohort, unless they do or did."""
    playing = {board.id for board in boards if board.league is not None}
    rows = [
        (one.member_id, one.board_id, one.season_starts_at)
        for one in states
        if one.board_id in playing and one.score >= 0
    ]
    if rows:
        await tx.execute(_ENQUEUE, *columns(rows, 3))


# Seasons from before the board are nobody's league.
_ENQUEUE: Final = """
INSERT INTO league_place (member_id, board_id, season_starts_at)
SELECT n.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
  n (member_id, board_id, season_starts_at)
JOIN leaderboard b ON b.id = n.board_id
JOIN leaderboard_season s
  ON s.leaderboard_id = n.board_id AND s.starts_at = n.season_starts_at
WHERE s.ends_at > b.created_at
ON CONFLICT DO NOTHING
"""


async def place_next(platform: Platform) -> int:
    """Gives those who wait longest their cohorts; how many they were."""
    return await platform.database.in_transaction(_place_next)


_WAITING: Final = """
SELECT p.board_id, p.season_starts_at, b.league FROM league_place p
JOIN leaderboard b ON b.id = p.board_id
WHERE p.cohort IS NULL AND b.league IS NOT NULL AND NOT EXISTS (
  SELECT FROM leaderboard_season s
  LEFT JOIN season_closing c
    ON c.leaderboard_id = s.leaderboard_id AND c.season_starts_at = s.starts_at
  WHERE s.leaderboard_id = p.board_id AND s.starts_at < p.season_starts_at
    AND s.ends_at > b.created_at AND c.finished IS NOT TRUE)
ORDER BY p.queue LIMIT 1
"""
_NEXT: Final = """
SELECT p.member_id, coalesce(m.division, $4) AS division FROM league_place p
LEFT JOIN league_member m ON m.member_id = p.member_id AND m.board_id = p.board_id
WHERE p.board_id = $1 AND p.season_starts_at = $2 AND p.cohort IS NULL
ORDER BY p.queue LIMIT $3 FOR UPDATE OF p SKIP LOCKED
"""
_COUNT: Final = """
INSERT INTO league_division AS d (board_id, season_starts_at, division, placed, league)
VALUES ($1, $2, $3, $4, $5::jsonb)
ON CONFLICT (board_id, season_starts_at, division) DO UPDATE SET placed = d.placed + $4
RETURNING placed - $4::int AS before, league
"""
_PLACE: Final = """
UPDATE league_place p SET division = n.division, cohort = n.cohort
FROM unnest($3::uuid[], $4::smallint[], $5::int[]) n (member_id, division, cohort)
WHERE p.member_id = n.member_id AND p.board_id = $1 AND p.season_starts_at = $2
"""


async def _place_next(tx: Transaction) -> int:
    found = await tx.fetchrow(_WAITING)
    if found is None:
        return 0
    key: SeasonKey = (found["board_id"], found["season_starts_at"])
    waiting: defaultdict[int, list[UUID]] = defaultdict(list)
    for row in await tx.fetch(_NEXT, *key, PLACED_AT_ONCE, LOWEST):
        waiting[row["division"]].append(row["member_id"])
    rows: list[tuple[UUID, int, int]] = []
    for division, members in sorted(waiting.items()):
        counted = await tx.fetchrow(_COUNT, *key, division, len(members), found["league"])
        assert counted is not None  # noqa: S101 - it was added or counted up
        size = _league(counted["league"]).cohort_size
        rows += [(one, division, n // size + 1) for n, one in enumerate(members, counted["before"])]
    await tx.execute(_PLACE, *key, *columns(rows, 3))
    return len(rows)


async def settle(tx: Sql, key: SeasonKey) -> bool:
    """Decides the next cohorts of a closed season; False when all are decided."""
    found = await tx.fetch(
        "SELECT DISTINCT division, cohort FROM league_place"
        " JOIN league_division d USING (board_id, season_starts_at, division)"
        " WHERE board_id = $1 AND season_starts_at = $2 AND cohort IS NOT NULL"
        "   AND became IS NULL AND d.league IS NOT NULL ORDER BY division, cohort LIMIT $3",
        *key,
        DECIDED_AT_ONCE,
    )
    if not found:
        return False
    cohorts = [(row["division"], row["cohort"]) for row in found]
    rows = await tx.fetch(_COHORTS, *key, *columns(cohorts, 2))
    became = _divisions_after(rows)
    await tx.execute(_DECIDE, *key, *columns(sorted(became.items()), 2))
    return True


# Whoever is not shown on boards neither rises nor falls.
_COHORTS: Final = """
SELECT p.member_id, p.division, p.cohort, s.score, s.reached_at, s.hidden, d.league
FROM league_place p
JOIN unnest($3::smallint[], $4::int[]) k (division, cohort) USING (division, cohort)
JOIN league_division d USING (board_id, season_starts_at, division)
JOIN standing s USING (member_id, board_id, season_starts_at)
WHERE p.board_id = $1 AND p.season_starts_at = $2
"""
_DECIDE: Final = """
WITH decided AS (
  UPDATE league_place p SET became = n.became
  FROM unnest($3::uuid[], $4::smallint[]) n (member_id, became)
  WHERE p.member_id = n.member_id AND p.board_id = $1 AND p.season_starts_at = $2
  RETURNING p.member_id, p.board_id, p.became
)
INSERT INTO league_member (member_id, board_id, division)
SELECT member_id, board_id, became FROM decided ORDER BY member_id
ON CONFLICT (member_id, board_id) DO UPDATE SET division = excluded.division
"""


def _divisions_after(rows: Sequence[asyncpg.Record]) -> dict[UUID, int]:
    cohorts: defaultdict[tuple[int, int], list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        cohorts[row["division"], row["cohort"]].append(row)
    became: dict[UUID, int] = {}
    for (division, _), members in cohorts.items():
        became |= {row["member_id"]: division for row in members if row["hidden"]}
        places = sorted(
            (row["score"] < 0, *order(row["score"], row["reached_at"], row["member_id"]))
            for row in members
            if not row["hidden"]
        )
        ranked = [place[-1] for place in places if not place[0]]
        unranked = [place[-1] for place in places if place[0]]
        league = _league(members[0]["league"])
        became |= divisions_after(league, division, ranked, unranked)
    return became


def _league(written: str) -> League:
    return League.from_json(orjson.loads(written))
