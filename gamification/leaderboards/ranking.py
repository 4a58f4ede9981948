"""What PostgreSQL says about ranks: the truth, and the answer while Redis cannot give one.

The index `standing_ranking` holds each season in the order of `domain.boards.order`, all ascending
(minus the score first), so that one row comparison finds whoever is above or below. Ranked are
those whose value is above zero; the others sort behind them with a score of -1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.boards import Entry, order
from gamification.leaderboards.packing import place_of
from gamification.leaderboards.store import (
    SeasonKey,
    StandingKey,
    StandingState,
    state_of,
    states,
)
from infra.database import Sql, columns

_TOPS: Final = """
SELECT k.n, s.* FROM unnest($1::uuid[], $2::timestamptz[])
  WITH ORDINALITY k (board_id, season_starts_at, n)
CROSS JOIN LATERAL (
  SELECT member_id, score, reached_at FROM standing
  WHERE board_id = k.board_id AND season_starts_at = k.season_starts_at AND -score <= 0
  ORDER BY -score, reached_at, member_id
  OFFSET $4 LIMIT $3
) s
ORDER BY k.n, -s.score, s.reached_at, s.member_id
"""


async def tops(
    sql: Sql, wanted: Sequence[SeasonKey], *, first: int, offset: int
) -> list[list[Entry]]:
    """Entries from rank `offset` + 1 on, of each season."""
    rows = await sql.fetch(_TOPS, *columns(wanted, 2), first, offset)
    found = _by_number(rows)
    return [_entries(found[n], offset + 1) for n in range(1, len(wanted) + 1)]


async def top(
    sql: Sql, board_id: UUID, season_starts_at: datetime, *, first: int, offset: int
) -> list[Entry]:
    """Entries from rank `offset` + 1 on."""
    return (await tops(sql, [(board_id, season_starts_at)], first=first, offset=offset))[0]


_SIZES: Final = """
SELECT (
  SELECT count(*) FROM standing
  WHERE board_id = k.board_id AND season_starts_at = k.season_starts_at AND -score <= 0
) AS size
FROM unnest($1::uuid[], $2::timestamptz[]) WITH ORDINALITY k (board_id, season_starts_at, n)
ORDER BY k.n
"""


async def sizes(sql: Sql, wanted: Sequence[SeasonKey]) -> list[int]:
    """How many members are ranked in each season."""
    return [row["size"] for row in await sql.fetch(_SIZES, *columns(wanted, 2))]


async def size(sql: Sql, board_id: UUID, season_starts_at: datetime) -> int:
    """How many members are ranked."""
    return (await sizes(sql, [(board_id, season_starts_at)]))[0]


# `own` are the members' own places in the order. One statement sees one state of the boards.
_AROUNDS: Final = """
SELECT own.n, found.* FROM
  unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::timestamptz[], $5::uuid[])
  WITH ORDINALITY own (board_id, season_starts_at, minus, reached_at, member_id, n)
CROSS JOIN LATERAL (
  WITH above AS (
    SELECT member_id, score, reached_at FROM standing s
    WHERE s.board_id = own.board_id AND s.season_starts_at = own.season_starts_at
      AND (-s.score, s.reached_at, s.member_id) < (own.minus, own.reached_at, own.member_id)
    ORDER BY -s.score DESC, s.reached_at DESC, s.member_id DESC LIMIT $6
  ), rest AS (
    SELECT member_id, score, reached_at FROM standing s
    WHERE s.board_id = own.board_id AND s.season_starts_at = own.season_starts_at
      AND -s.score <= 0
      AND (-s.score, s.reached_at, s.member_id) >= (own.minus, own.reached_at, own.member_id)
    ORDER BY -s.score, s.reached_at, s.member_id LIMIT $6 + 1
  ), before AS (
    SELECT count(*) AS n FROM standing s
    WHERE s.board_id = own.board_id AND s.season_starts_at = own.season_starts_at
      AND (-s.score, s.reached_at, s.member_id) < (own.minus, own.reached_at, own.member_id)
  )
  SELECT member_id, score, reached_at,
    (SELECT n FROM before) - (SELECT count(*) FROM above) AS skipped
  FROM (SELECT * FROM above UNION ALL SELECT * FROM rest) near
) found
ORDER BY own.n, -found.score, found.reached_at, found.member_id
"""


async def arounds(sql: Sql, wanted: Sequence[StandingKey], radius: int) -> list[list[Entry]]:
    """Each member's entry between its neighbours; empty for whoever is not ranked."""
    ranked = [own for own in await states(sql, wanted) if own.score >= 0]
    places = [
        (own.board_id, own.season_starts_at, -own.score, own.reached_at, own.member_id)
        for own in ranked
    ]
    found = _by_number(await sql.fetch(_AROUNDS, *columns(places, 5), radius) if places else [])
    near = {
        (own.member_id, own.board_id, own.season_starts_at): found[n]
        for n, own in enumerate(ranked, 1)
    }
    return [
        _entries(rows, rows[0]["skipped"] + 1) if (rows := near.get(key)) else [] for key in wanted
    ]


async def around(
    sql: Sql, board_id: UUID, season_starts_at: datetime, member_id: UUID, radius: int
) -> list[Entry]:
    """The member's entry between its neighbours; empty for whoever is not ranked."""
    return (await arounds(sql, [(member_id, board_id, season_starts_at)], radius))[0]


# Counts from each to the next, so that no part of the ranking is counted twice.
_CHOSEN: Final = """
WITH own AS (
  SELECT member_id, score, reached_at FROM standing
  WHERE board_id = $1 AND season_starts_at = $2 AND member_id = ANY($3) AND score >= 0
  ORDER BY -score, reached_at, member_id LIMIT $4
), stepped AS (
  SELECT own.*, lag(-score, 1, -(2::bigint ^ 62)::bigint) OVER turns AS minus_before,
    lag(reached_at, 1, '-infinity') OVER turns AS reached_before,
    lag(member_id, 1, '00000000-0000-0000-0000-000000000000') OVER turns AS member_before
  FROM own WINDOW turns AS (ORDER BY -score, reached_at, member_id)
)
SELECT member_id, score, reached_at,
  sum(step.n) OVER (ORDER BY -score, reached_at, member_id)::bigint AS rank
FROM stepped CROSS JOIN LATERAL (
  SELECT count(*) AS n FROM standing s
  WHERE s.board_id = $1 AND s.season_starts_at = $2
    AND (-s.score, s.reached_at, s.member_id)
      > (stepped.minus_before, stepped.reached_before, stepped.member_before)
    AND (-s.score, s.reached_at, s.member_id)
      <= (-stepped.score, stepped.reached_at, stepped.member_id)
) step
ORDER BY -score, reached_at, member_id
"""


async def chosen(
    sql: Sql, season: SeasonKey, member_ids: Sequence[UUID], *, first: int
) -> list[Entry]:
    """The first of these members who are ranked, with the ranks that they have among all."""
    rows = await sql.fetch(_CHOSEN, *season, list(member_ids), first)
    return [Entry(row["rank"], row["member_id"], row["score"], row["reached_at"]) for row in rows]


def _by_number(rows: Iterable[asyncpg.Record]) -> defaultdict[int, list[asyncpg.Record]]:
    grouped: defaultdict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        grouped[row["n"]].append(row)
    return grouped


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
    last: StandingState | None = None
    while found := await page(sql, board_id, season_starts_at, after=last, size=size):
        yield found
        last = found[-1]


async def page(
    sql: Sql,
    board_id: UUID,
    season_starts_at: datetime,
    *,
    after: Entry | StandingState | None,
    size: int,
) -> list[StandingState]:
    """The next standings in order behind this one, ranked or not; from the front behind None."""
    place = _FRONT if after is None else order(after.score, after.reached_at, after.member_id)
    rows = await sql.fetch(_PAGE, board_id, season_starts_at, *place, size)
    return [state_of(row) for row in rows]


# As `packing.record` writes a state: PostgreSQL makes them, which is three times as fast.
_RECORDS: Final = """
SELECT float8send(score) || float8send(version)
  || int8send(~(extract(epoch FROM reached_at) * 1000000)::bigint)
  || decode(translate(member_id::text, '0123456789abcdef-', 'fedcba9876543210'), 'hex')
FROM standing
WHERE board_id = $1 AND season_starts_at = $2
  AND (-score, reached_at, member_id) > ($3::bigint, $4::timestamptz, $5::uuid)
ORDER BY -score, reached_at, member_id LIMIT $6
"""


async def records(
    sql: Sql, board_id: UUID, season_starts_at: datetime, *, size: int
) -> AsyncIterator[list[bytes]]:
    """Every standing of a season as the scripts of Redis take it, in pages as `pages` has them."""
    place = _FRONT
    while rows := await sql.fetch(_RECORDS, board_id, season_starts_at, *place, size):
        found: list[bytes] = [row[0] for row in rows]
        yield found
        place = place_of(found[-1])
