"""Boards, their seasons, and the standings by key. What counts for a season is in `scoring`.

Stores never commit; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.boards import Board, Season, is_key
from domain.boards.leagues import League
from domain.boards.prizes import Prize
from domain.calendar import BEGINNING
from domain.values import value
from gamification.leaderboards.tables import Leaderboard
from infra.database import Sql, columns


@value
class StandingState:
    """A member's place in a season as one transaction left it; a higher `version` is newer.

    `score` is `UNRANKED` for whoever has a value and no rank.
    """

    board_id: UUID
    season_starts_at: datetime
    member_id: UUID
    score: int
    reached_at: datetime
    version: int


StandingKey = tuple[UUID, UUID, datetime]
"""Member, board, start of the season: the order in which rows are locked."""

SeasonKey = tuple[UUID, datetime]
"""Board and start of the season."""


_STATES: Final = """
SELECT s.board_id, s.season_starts_at, s.member_id, s.score, s.reached_at, s.version
FROM standing s
JOIN unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) k (member_id, board_id, season_starts_at)
  USING (member_id, board_id, season_starts_at)
"""


async def states(sql: Sql, keys: Iterable[StandingKey]) -> list[StandingState]:
    """The standings with these keys as they are now."""
    return [state_of(row) for row in await sql.fetch(_STATES, *columns(keys, 3))]


async def last_version(sql: Sql) -> int:
    """The last version drawn, of whatever standing."""
    version: int = await sql.fetchval("SELECT last_value FROM standing_version")
    return version


async def extent(sql: Sql, key: SeasonKey) -> tuple[int, datetime | None]:
    """A season's highest score and first time."""
    row = await sql.fetchrow(
        "SELECT coalesce(max(score), 0) AS highest, min(reached_at) AS first"
        " FROM standing WHERE board_id = $1 AND season_starts_at = $2",
        *key,
    )
    assert row is not None  # noqa: S101 - an aggregate has one row
    return row["highest"], row["first"]


def state_of(row: asyncpg.Record) -> StandingState:
    """A row of standings as a value: its columns in the order of the value's fields."""
    return StandingState(*row)


async def boards() -> list[Board]:
    """Every board, in the order of creation."""
    return [_board_of(row) for row in await Leaderboard.all().order_by("id")]


async def board_by_key(key: str) -> Board | None:
    # The ORM raises on a text that the column could not hold.
    row = await Leaderboard.get_or_none(key=key) if is_key(key) else None
    return _board_of(row) if row else None


async def boards_of_members() -> list[Board]:
    """Every board that ranks members, in the order of creation."""
    return [board for board in await boards() if board.teams_of is None]


async def boards_by_ids(ids: Iterable[UUID]) -> dict[UUID, Board]:
    """Those of the boards that exist."""
    rows = await Leaderboard.filter(id__in=list(ids))
    return {row.id: _board_of(row) for row in rows}


async def lock_board(key: str) -> Board | None:
    """The board, which nobody else changes until this transaction ends."""
    row = await Leaderboard.select_for_update().get_or_none(key=key)
    return _board_of(row) if row else None


async def put_board(tx: Sql, board: Board, now: datetime, *, complete: bool) -> None:
    """Creates the board or replaces what it was; its prizes hold for what ends from `now` on.

    `complete` says that nothing is to be counted back for it.

    Raises: asyncpg.UniqueViolationError when another transaction took the key first.
    """
    prizes = orjson.dumps([one.as_json() for one in board.prizes]).decode()
    league = orjson.dumps(board.league.as_json()).decode() if board.league else None
    await tx.execute(
        "INSERT INTO leaderboard (id, key, name, unit, period, metric_id, starts_at, ends_at,"
        "   created_at, grace_hours, prizes, league, measure, complete, teams_of)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13, $14, $15)"
        " ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, unit = excluded.unit, period = excluded.period,"
        " metric_id = excluded.metric_id, measure = excluded.measure,"
        " complete = CASE WHEN (excluded.metric_id, excluded.period, excluded.starts_at)"
        "   IS DISTINCT FROM (leaderboard.metric_id, leaderboard.period, leaderboard.starts_at)"
        "   THEN excluded.complete ELSE leaderboard.complete END,"
        " filled_to = CASE WHEN (excluded.metric_id, excluded.period, excluded.starts_at)"
        "   IS NOT DISTINCT FROM (leaderboard.metric_id, leaderboard.period,"
        "     leaderboard.starts_at) THEN leaderboard.filled_to END,"
        " starts_at = excluded.starts_at,"
        " ends_at = excluded.ends_at, grace_hours = excluded.grace_hours,"
        " prizes = excluded.prizes, league = excluded.league, teams_of = excluded.teams_of",
        board.id, board.key, board.name, board.unit, board.period.value, board.metric_id,
        board.starts_at, board.ends_at, now, board.grace_hours, prizes, league,
        board.measure.value, complete, board.teams_of,
    )  # fmt: skip
    await tx.execute(
        "INSERT INTO leaderboard_prizes (leaderboard_id, since, prizes) SELECT $1, $2, $3::jsonb"
        " WHERE $3::jsonb <> coalesce((SELECT prizes FROM leaderboard_prizes"
        "   WHERE leaderboard_id = $1 ORDER BY since DESC LIMIT 1), '[]')",
        board.id,
        now,
        prizes,
    )


def _board_of(row: Leaderboard) -> Board:
    return Board(
        id=row.id,
        key=row.key,
        name=row.name,
        unit=row.unit,
        period=row.period,
        metric_id=row.metric_id,
        measure=row.measure,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        grace_hours=row.grace_hours,
        prizes=tuple(Prize.from_json(one) for one in row.prizes or ()),
        league=League.from_json(row.league) if row.league else None,
        created_at=row.created_at or BEGINNING,
        cut_at=row.cut_at,
        teams_of=row.teams_of,
    )


async def change_end(tx: Sql, board_id: UUID, season: Season) -> None:
    """Writes another end into a season that is on record."""
    await tx.execute(
        "UPDATE leaderboard_season SET ends_at = $3 WHERE leaderboard_id = $1 AND starts_at = $2",
        board_id,
        season.starts_at,
        season.ends_at,
    )


async def seasons(sql: Sql, keys: Iterable[SeasonKey]) -> dict[SeasonKey, Season]:
    """Those seasons on record, by board and start."""
    rows = await sql.fetch(
        "SELECT leaderboard_id, starts_at, ends_at FROM leaderboard_season"
        " JOIN unnest($1::uuid[], $2::timestamptz[]) k (leaderboard_id, starts_at)"
        " USING (leaderboard_id, starts_at)",
        *columns(keys, 2),
    )
    return {
        (row["leaderboard_id"], row["starts_at"]): Season(row["starts_at"], row["ends_at"])
        for row in rows
    }


_BEFORE: Final = """
SELECT k.n, s.starts_at, s.ends_at FROM unnest($1::uuid[], $2::timestamptz[])
  WITH ORDINALITY k (leaderboard_id, before, n)
CROSS JOIN LATERAL (
  SELECT starts_at, ends_at FROM leaderboard_season
  WHERE leaderboard_id = k.leaderboard_id AND starts_at < k.before
  ORDER BY starts_at DESC LIMIT $3
) s
ORDER BY k.n, s.starts_at DESC
"""


async def seasons_before(
    sql: Sql, wanted: Sequence[SeasonKey], *, limit: int
) -> list[list[Season]]:
    """For each board and time its seasons on record that began before then, newest first."""
    found = [list[Season]() for _ in wanted]
    for row in await sql.fetch(_BEFORE, *columns(wanted, 2), limit):
        number: int = row["n"]
        found[number - 1].append(Season(row["starts_at"], row["ends_at"]))
    return found
