"""The archive of closed seasons: written once, read instead of the standings from then on.

Ranks are those of the closing. Whoever asked later not to be shown is left out for others; the
ranks of the others stay as they were sealed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.boards import Entry
from domain.values import value
from gamification.leaderboards.store import SeasonKey, StandingKey
from infra.database import Sql, columns


@value
class Sealed:
    """A closed season: how many were ranked, the seal, and when it was sealed."""

    size: int
    seal: bytes
    sealed_at: datetime


async def sealed(sql: Sql, keys: Iterable[SeasonKey]) -> dict[SeasonKey, Sealed]:
    """Those of the seasons that are archived."""
    rows = await sql.fetch(
        "SELECT leaderboard_id, season_starts_at, size, seal, sealed_at FROM season_archive"
        " JOIN unnest($1::uuid[], $2::timestamptz[]) k (leaderboard_id, season_starts_at)"
        " USING (leaderboard_id, season_starts_at)",
        *columns(keys, 2),
    )
    return {(row[0], row[1]): Sealed(*list(row)[2:]) for row in rows}


_TOPS: Final = """
SELECT k.n, s.* FROM unnest($1::uuid[], $2::timestamptz[])
  WITH ORDINALITY k (leaderboard_id, season_starts_at, n)
CROSS JOIN LATERAL (
  SELECT rank, member_id, score, reached_at FROM season_entry e
  WHERE (e.leaderboard_id, e.season_starts_at) = (k.leaderboard_id, k.season_starts_at)
    AND rank > $4
    AND NOT EXISTS (SELECT FROM leaderboard_opt_out o WHERE o.member_id = e.member_id)
  ORDER BY rank LIMIT $3
) s
ORDER BY k.n, s.rank
"""


async def tops(
    sql: Sql, wanted: Sequence[SeasonKey], *, first: int, offset: int
) -> list[list[Entry]]:
    """Entries from rank `offset` + 1 on, of each season."""
    found = _by_number(await sql.fetch(_TOPS, *columns(wanted, 2), first, offset))
    return [found[n] for n in range(1, len(wanted) + 1)]


_AROUNDS: Final = """
SELECT k.n, e.rank, e.member_id, e.score, e.reached_at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
  WITH ORDINALITY k (member_id, leaderboard_id, season_starts_at, n)
JOIN season_entry own USING (member_id, leaderboard_id, season_starts_at)
JOIN season_entry e
  ON (e.leaderboard_id, e.season_starts_at) = (own.leaderboard_id, own.season_starts_at)
  AND e.rank BETWEEN own.rank - $4 AND own.rank + $4
WHERE e.member_id = k.member_id
  OR NOT EXISTS (SELECT FROM leaderboard_opt_out o WHERE o.member_id = e.member_id)
ORDER BY k.n, e.rank
"""


async def arounds(sql: Sql, wanted: Sequence[StandingKey], radius: int) -> list[list[Entry]]:
    """Each member's entry between its neighbours; empty for whoever was not ranked."""
    found = _by_number(await sql.fetch(_AROUNDS, *columns(wanted, 3), radius))
    return [found[n] for n in range(1, len(wanted) + 1)]


async def chosen(
    sql: Sql, key: SeasonKey, member_ids: Sequence[UUID], *, first: int
) -> list[Entry]:
    """The first of these members who were ranked, with the ranks that they had among all."""
    rows = await sql.fetch(
        "SELECT rank, member_id, score, reached_at FROM season_entry e"
        " WHERE leaderboard_id = $1 AND season_starts_at = $2 AND member_id = ANY($3)"
        " AND NOT EXISTS (SELECT FROM leaderboard_opt_out o WHERE o.member_id = e.member_id)"
        " ORDER BY rank LIMIT $4",
        *key,
        list(member_ids),
        first,
    )
    return [_entry(row) for row in rows]


def _by_number(rows: Iterable[asyncpg.Record]) -> defaultdict[int, list[Entry]]:
    grouped: defaultdict[int, list[Entry]] = defaultdict(list)
    for row in rows:
        grouped[row["n"]].append(_entry(row))
    return grouped


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(row["rank"], row["member_id"], row["score"], row["reached_at"])


async def between(sql: Sql, key: SeasonKey, first: int, last: int) -> list[Entry]:
    """Everybody of these ranks, shown or not."""
    rows = await sql.fetch(
        "SELECT rank, member_id, score, reached_at FROM season_entry"
        " WHERE leaderboard_id = $1 AND season_starts_at = $2 AND rank BETWEEN $3 AND $4"
        " ORDER BY rank",
        *key,
        first,
        last,
    )
    return [_entry(row) for row in rows]


async def at_rank(sql: Sql, key: SeasonKey, rank: int) -> Entry | None:
    """Whoever has this rank; None for nobody."""
    found = await between(sql, key, rank, rank)
    return found[0] if found else None


async def write(tx: Sql, key: SeasonKey, entries: Sequence[Entry]) -> None:
    """Adds entries to the archive of a season."""
    names = ("leaderboard_id", "season_starts_at", "rank", "member_id", "score", "reached_at")
    rows = [(*key, one.rank, one.member_id, one.score, one.reached_at) for one in entries]
    await tx.copy("season_entry", names, rows)


async def newest(sql: Sql, board_id: UUID) -> tuple[int, bytes]:
    """Number and seal of the board's last closing; 0 and nothing when there was none."""
    row = await sql.fetchrow(
        "SELECT number, seal FROM season_archive WHERE leaderboard_id = $1"
        " ORDER BY number DESC LIMIT 1",
        board_id,
    )
    return (0, b"") if row is None else (row["number"], row["seal"])
