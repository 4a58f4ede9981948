"""Boards, their seasons, and the standings: everything that is written, and by key.

Stores never commit; the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from domain.boards import Board, Season, counting_season, is_key
from domain.metrics import Count
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


# Rows are written in key order by everyone, so that no two batches wait for each other in a ring.
# `nextval` stands in the update itself: it is drawn under the row's lock, while a value brought
# along would have been drawn before waiting for it and could be older than the row's.
_ADD: Final = """
WITH registered AS (
  INSERT INTO leaderboard_season (leaderboard_id, starts_at, ends_at)
  SELECT * FROM unnest($6::uuid[], $7::timestamptz[], $8::timestamptz[])
  ON CONFLICT DO NOTHING
)
INSERT INTO standing AS s (member_id, board_id, season_starts_at, value, reached_at, version)
SELECT n.*, nextval('standing_version')
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::numeric[], $5::timestamptz[]) n
ON CONFLICT (member_id, board_id, season_starts_at) DO UPDATE SET
  value = s.value + excluded.value,
  reached_at = greatest(s.reached_at, excluded.reached_at),
  version = nextval('standing_version')
RETURNING s.board_id, s.season_starts_at, s.member_id, s.score, s.reached_at, s.version
"""


async def add(
    tx: Sql, boards: Sequence[Board], counts: Sequence[Count], *, zone: ZoneInfo
) -> list[StandingState]:
    """Adds counts to every board of their metric and tells how the standings are now.

    A count outside a board's dates adds nothing to it, and a count of zero nothing to any. A
    season is put on record when first scored in.
    """
    sums, windows = _gather(boards, counts, zone)
    if not sums:
        return []
    rows = [(*key, value, reached_at) for key, (value, reached_at) in sorted(sums.items())]
    scored = sorted((board, start, end) for (board, start), end in windows.items())
    written = await tx.fetch(_ADD, *columns(rows, 5), *columns(scored, 3))
    return [state_of(row) for row in written]


def _gather(
    boards: Sequence[Board], counts: Sequence[Count], zone: ZoneInfo
) -> tuple[dict[StandingKey, tuple[Decimal, datetime]], dict[SeasonKey, datetime | None]]:
    counting: dict[UUID, list[Board]] = {}
    for board in boards:
        counting.setdefault(board.metric_id, []).append(board)
    sums: dict[StandingKey, tuple[Decimal, datetime]] = {}
    windows: dict[SeasonKey, datetime | None] = {}
    latest: dict[UUID, Season | None] = {}  # most counts fall into the season of the one before
    for count in counts:
        if not count.amount:
            continue
        for board in counting.get(count.metric_id, ()):
            season = latest.get(board.id)
            if season is None or not season.covers(count.counted_at):
                season = latest[board.id] = counting_season(board, count.counted_at, zone)
            if season is None:
                continue
            key = (count.member_id, board.id, season.starts_at)
            value, reached_at = sums.get(key, (Decimal(0), count.occurred_at))
            sums[key] = (value + count.amount, max(reached_at, count.occurred_at))
            windows[board.id, season.starts_at] = season.ends_at
    return sums, windows


_STATES: Final = """
SELECT s.board_id, s.season_starts_at, s.member_id, s.score, s.reached_at, s.version
FROM standing s
JOIN unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) k (member_id, board_id, season_starts_at)
  USING (member_id, board_id, season_starts_at)
"""


async def states(sql: Sql, keys: Iterable[StandingKey]) -> list[StandingState]:
    """The standings with these keys as they are now."""
    return [state_of(row) for row in await sql.fetch(_STATES, *columns(keys, 3))]


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


async def boards_by_ids(ids: Iterable[UUID]) -> dict[UUID, Board]:
    """Those of the boards that exist."""
    rows = await Leaderboard.filter(id__in=list(ids))
    return {row.id: _board_of(row) for row in rows}


async def lock_board(key: str) -> Board | None:
    """The board, which nobody else changes until this transaction ends."""
    row = await Leaderboard.select_for_update().get_or_none(key=key)
    return _board_of(row) if row else None


async def put_board(tx: Sql, board: Board) -> None:
    """Creates the board or replaces what it was.

    Raises: asyncpg.UniqueViolationError when another transaction took the key first.
    """
    await tx.execute(
        "INSERT INTO leaderboard (id, key, name, unit, period, metric_id, starts_at, ends_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, unit = excluded.unit, period = excluded.period,"
        " metric_id = excluded.metric_id, starts_at = excluded.starts_at,"
        " ends_at = excluded.ends_at",
        board.id, board.key, board.name, board.unit, board.period.value, board.metric_id,
        board.starts_at, board.ends_at,
    )  # fmt: skip


def _board_of(row: Leaderboard) -> Board:
    return Board(
        id=row.id,
        key=row.key,
        name=row.name,
        unit=row.unit,
        period=row.period,
        metric_id=row.metric_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
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
