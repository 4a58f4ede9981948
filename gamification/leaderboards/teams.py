"""Boards of teams: whoever stands there is a team of a challenge.

A team's value is the sum over everybody who is or was in it of what counts for one goal, and was
reached with the latest activity of that. Both stand in the participations, so a standing is
written anew, under the team's lock, whenever one of them changes, and a new board begins with all
that there is. Otherwise such a board is like any other: seasons, copies in Redis, archive, seal.
Stores never commit; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.boards import Board, BoardDraft, TeamGoal, check_team_goal
from domain.challenges.design import goal_from_json
from domain.errors import Invalid, NotFound
from domain.metrics import Window
from domain.metrics.tallies import kept_as
from domain.values import value
from gamification.leaderboards import scoring
from gamification.leaderboards.store import StandingState, boards_by_ids
from gamification.metrics import store as metrics_store
from infra.database import Sql, columns

_NEWEST: Final = """
SELECT v.challenge_id, v.mode, v.starts_at, v.ends_at, v.late_hours, v.goals
FROM challenge_version v JOIN challenge c ON c.id = v.challenge_id
WHERE {} ORDER BY v.version DESC LIMIT 1
"""


async def goal_of(tx: Sql, draft: BoardDraft) -> TeamGoal:
    """What a board of teams goes by, as its challenge is now.

    Raises: NotFound for a challenge of teams that is not there; Invalid.
    """
    key = draft.teams_of or ""
    row = await tx.fetchrow(_NEWEST.format("c.key = $1 AND v.mode = 'TEAM'"), key)
    if row is None:
        raise NotFound("board.teams_of_whom", field=("teamsOf",), key=key[:60])
    metric = kept_as(replace(draft.metric, window=Window.PARTICIPATION))
    metric_id = await metrics_store.metric_id(tx, metric)
    goal = TeamGoal(
        row["challenge_id"], metric_id, row["starts_at"], row["ends_at"], row["late_hours"]
    )
    if _place(row["goals"], metric_id, draft.metric.measure.value) is None:
        raise Invalid("board.teams_metric", field=("metric",))
    check_team_goal(draft, goal)
    return goal


def _place(goals: str, metric_id: UUID, measure: str) -> int | None:
    """Which of the goals has the metric, from 1; days in a row and counts share what is kept."""
    for place, goal in enumerate(orjson.loads(goals), start=1):
        of = goal_from_json(goal).metric.measure.value
        if (goal["metricId"], of) == (str(metric_id), measure):
            return place
    return None


_OF_CHALLENGES: Final = """
SELECT b.id, v.goals FROM leaderboard b CROSS JOIN LATERAL (
  SELECT goals FROM challenge_version WHERE challenge_id = b.teams_of
  ORDER BY version DESC LIMIT 1) v
WHERE b.teams_of = ANY($1) ORDER BY b.id
"""
_VALUES: Final = """
SELECT p.team_id, sum(p.progress[$2]) AS value, max(p.counted_at[$2]) AS reached_at
FROM challenge_participation p WHERE p.team_id = ANY($1) AND p.challenge_id = $3
GROUP BY p.team_id
HAVING max(p.counted_at[$2]) IS NOT NULL
"""


async def rank(
    tx: Sql, challenge_ids: Iterable[UUID], team_ids: Sequence[UUID], now: datetime
) -> list[StandingState]:
    """Writes how locked teams of these challenges stand on the boards of those."""
    rows = await tx.fetch(_OF_CHALLENGES, list(challenge_ids))
    boards = await boards_by_ids([row["id"] for row in rows]) if rows else {}
    states: list[StandingState] = []
    for row in rows:
        states += await _rank(tx, boards[row["id"]], row["goals"], team_ids, now)
    return states


async def _rank(
    tx: Sql, board: Board, goals: str, team_ids: Sequence[UUID], now: datetime
) -> list[StandingState]:
    place = _place(goals, board.metric_id, board.measure.value)
    if place is None or board.starts_at is None:
        return []  # the challenge was given other goals before it began
    found = await tx.fetch(_VALUES, team_ids, place, board.teams_of)
    sums = {
        (row["team_id"], board.id, board.starts_at): (row["value"], row["reached_at"])
        for row in found
    }
    season = {(board.id, board.starts_at): board.ends_at}
    return await scoring.put(tx, sums, season, now)


async def fill(tx: Sql, board: Board, now: datetime) -> list[StandingState]:
    """Writes how all teams of the board's challenge stand, which are locked meanwhile."""
    assert board.teams_of is not None  # noqa: S101 - asked of boards of teams alone
    rows = await tx.fetch(
        "SELECT id FROM challenge_team WHERE challenge_id = $1 ORDER BY id FOR NO KEY UPDATE",
        board.teams_of,
    )
    return await rank(tx, [board.teams_of], [row["id"] for row in rows], now)


async def follow(tx: Sql, challenge_id: UUID) -> None:
    """Gives the boards of a challenge's teams the dates that it has now."""
    row = await tx.fetchrow(_NEWEST.format("c.id = $1"), challenge_id)
    assert row is not None  # noqa: S101 - it was just saved
    start, end = row["starts_at"], row["ends_at"]
    await tx.execute(
        "UPDATE leaderboard_season s SET ends_at = $3 FROM leaderboard b"
        " WHERE b.teams_of = $1 AND s.leaderboard_id = b.id AND s.starts_at = $2"
        " AND s.frozen_at IS NULL AND s.ends_at <> $3",
        challenge_id,
        start,
        end,
    )
    await tx.execute(
        "UPDATE leaderboard SET starts_at = $2, ends_at = $3 WHERE teams_of = $1",
        challenge_id,
        start,
        end,
    )


@value
class RankedTeam:
    """A team as a board shows it."""

    id: UUID
    name: str
    captain_id: UUID
    members: tuple[UUID, ...]


async def shown(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, RankedTeam]:
    """The teams with these ids, with who is in them in the order of joining."""
    rows: list[asyncpg.Record] = await sql.fetch(
        "SELECT t.id, t.name, t.captain_id, coalesce((SELECT array_agg(p.member_id"
        "   ORDER BY p.joined_at, p.id) FROM challenge_participation p"
        "   WHERE p.team_id = t.id AND p.state <> 'LEFT'), '{}') AS members"
        " FROM challenge_team t WHERE t.id = ANY($1)",
        ids,
    )
    return {
        row["id"]: RankedTeam(row["id"], row["name"], row["captain_id"], tuple(row["members"]))
        for row in rows
    }


async def of_members(sql: Sql, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """By member and challenge: the team that the member is in."""
    rows = await sql.fetch(
        "SELECT member_id, challenge_id, team_id FROM challenge_participation"
        " JOIN unnest($1::uuid[], $2::uuid[]) n (member_id, challenge_id)"
        "   USING (member_id, challenge_id)"
        " WHERE team_id IS NOT NULL AND state <> 'LEFT'",
        *columns(keys, 2),
    )
    return {(row["member_id"], row["challenge_id"]): row["team_id"] for row in rows}
