"""Awards as readers list them: newest first, by id, by member and badge; how rare badges are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.badges import Award, Badge
from gamification.badges import reading
from gamification.badges.store import AwardKey
from infra.database import Sql, columns

COUNTED_ONE_BY_ONE: Final = 100_000
"""So many members are counted exactly; of more the database's own estimate tells rarity enough."""


@dataclass(frozen=True, slots=True)
class AwardRow:
    """What a member holds of a badge, as of the day it was read for."""

    id: UUID
    member_id: UUID
    badge_id: UUID
    level: int
    awarded_at: datetime
    activity_id: UUID | None


_COLUMNS: Final = (
    "a.id, a.member_id, a.badge_id, a.level, a.floor, a.version, a.kept_through, a.awarded_at,"
    " a.activity_id"
)

_PAGES: Final = f"""
SELECT {_COLUMNS} FROM unnest($1::uuid[]) m (member_id)
CROSS JOIN LATERAL (
  SELECT * FROM badge_award a WHERE a.member_id = m.member_id AND a.level > 0
    AND ($2::timestamptz IS NULL OR (a.awarded_at, a.id) < ($2, $3))
  ORDER BY a.awarded_at DESC, a.id DESC LIMIT $4
) a
ORDER BY a.awarded_at DESC, a.id DESC
"""  # noqa: S608 - own columns


async def of_members(
    sql: Sql,
    badges: Mapping[UUID, Badge],
    member_ids: Sequence[UUID],
    *,
    today: date,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> dict[UUID, list[AwardRow]]:
    """What each member holds today, newest first, up to `limit` of them.

    Of those that ended since they were last written down a page may hold that many fewer.
    """
    rows = await sql.fetch(_PAGES, member_ids, *(before or (None, None)), limit)
    found: dict[UUID, list[AwardRow]] = {one: [] for one in member_ids}
    for row in await _settled(sql, badges, rows, today):
        found[row.member_id].append(row)
    return found


async def by_ids(
    sql: Sql, badges: Mapping[UUID, Badge], ids: Sequence[UUID], today: date
) -> dict[UUID, AwardRow]:
    """Those of the awards that are held today."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM badge_award a WHERE a.id = ANY($1)",  # noqa: S608 - own columns
        ids,
    )
    return {row.id: row for row in await _settled(sql, badges, rows, today)}


async def by_keys(
    sql: Sql, badges: Mapping[UUID, Badge], keys: Sequence[AwardKey], today: date
) -> dict[AwardKey, AwardRow]:
    """Those of the awards that are held today, by member and badge."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM badge_award a"  # noqa: S608 - own columns
        " JOIN unnest($1::uuid[], $2::uuid[]) k (member_id, badge_id) USING (member_id, badge_id)",
        *columns(keys, 2),
    )
    settled = await _settled(sql, badges, rows, today)
    return {(row.member_id, row.badge_id): row for row in settled}


async def counts_of(
    sql: Sql, badges: Mapping[UUID, Badge], member_ids: Sequence[UUID], today: date
) -> dict[UUID, int]:
    """How many badges each member holds today."""
    rows = await sql.fetch(
        "SELECT member_id, count(*) FILTER (WHERE kept_through >= $2 OR floor > 0) AS n"
        " FROM badge_award WHERE member_id = ANY($1) AND level > 0 GROUP BY member_id",
        member_ids,
        today,
    )
    found = dict.fromkeys(member_ids, 0) | {row["member_id"]: row["n"] for row in rows}
    ended = await sql.fetch(
        f"SELECT {_COLUMNS} FROM badge_award a WHERE a.member_id = ANY($1) AND a.level > 0"  # noqa: S608
        " AND a.floor = 0 AND a.kept_through < $2",
        member_ids,
        today,
    )
    for row in await _settled(sql, badges, ended, today):
        found[row.member_id] += 1
    return found


async def members(sql: Sql) -> int:
    """How many members there are, estimated where they are too many to count for a share."""
    counted = int(
        await sql.fetchval(
            "SELECT count(*) FROM (SELECT FROM member LIMIT $1) m", COUNTED_ONE_BY_ONE
        )
    )
    if counted < COUNTED_ONE_BY_ONE:
        return counted
    estimate = await sql.fetchval(
        "SELECT reltuples::bigint FROM pg_class WHERE oid = 'member'::regclass"
    )
    return max(counted, int(estimate))


async def _settled(
    sql: Sql, badges: Mapping[UUID, Badge], rows: Sequence[asyncpg.Record], today: date
) -> list[AwardRow]:
    """The rows as of today, in their order, without those that are held no more."""
    judged: dict[AwardKey, Award] = {}
    made: list[AwardRow] = []
    for id_, member_id, badge_id, *held in rows:
        award = judged[member_id, badge_id] = Award(*held)
        at = award.awarded_at
        assert at is not None  # noqa: S101 - the column is never null
        made.append(AwardRow(id_, member_id, badge_id, award.level, at, award.activity_id))
    await reading.settle(sql, badges, judged, today)
    levels = [judged[one.member_id, one.badge_id].level for one in made]
    return [replace(one, level=level) for one, level in zip(made, levels, strict=True) if level]
