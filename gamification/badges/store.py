"""Badges, what members hold of them, and how many hold them, in the database. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.badges import Award, Badge, Gift
from domain.metrics import MetricDefinition
from infra.activity_log import partition_of
from infra.database import Sql, columns
from infra.ids import new_id

NOBODY: Final = UUID(int=0)
"""Comes before every member."""

AwardKey = tuple[UUID, UUID]
"""Member and badge."""


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A badge with its newest version. `judged_to` is how far members were judged by it."""

    id: UUID
    key: str
    name: str
    description: str
    image_id: UUID | None
    version: int
    changed_on: date
    judged_to: UUID | None
    created_at: datetime
    metric_id: UUID
    definition: MetricDefinition
    thresholds: tuple[int, ...]
    revocable: bool

    @property
    def badge(self) -> Badge:
        """The badge as the engine sees it."""
        return Badge(
            id=self.id,
            key=self.key,
            version=self.version,
            metric_id=self.metric_id,
            window=self.definition,
            thresholds=self.thresholds,
            revocable=self.revocable,
            changed_on=self.changed_on,
        )


_BADGES: Final = (
    "SELECT b.id, b.key, b.name, b.description, b.image_id, b.version, b.changed_on, b.judged_to,"
    " b.created_at, v.metric_id, v.definition, v.thresholds, v.revocable"
    " FROM badge b JOIN badge_version v ON v.badge_id = b.id AND v.version = b.version"
)


async def badges(sql: Sql) -> list[BadgeRow]:
    """All badges, in the order of their creation."""
    return [_badge_of(row) for row in await sql.fetch(f"{_BADGES} ORDER BY b.created_at, b.id")]


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, BadgeRow]:
    """Those of the badges that exist."""
    rows = await sql.fetch(f"{_BADGES} WHERE b.id = ANY($1)", ids)
    return {row["id"]: _badge_of(row) for row in rows}


async def by_key(sql: Sql, key: str) -> BadgeRow | None:
    row = await sql.fetchrow(f"{_BADGES} WHERE b.key = $1", key)
    return None if row is None else _badge_of(row)


async def put_badge(tx: Sql, badge: BadgeRow, *, new_version: bool, now: datetime) -> None:
    """Adds a badge or changes the one with its id; a new version has everybody judged by it."""
    await tx.execute(
        "INSERT INTO badge (id, key, name, description, image_id, version, changed_on, judged_to,"
        "   created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,"
        "   image_id = excluded.image_id, version = excluded.version,"
        "   changed_on = excluded.changed_on, judged_to = excluded.judged_to",
        badge.id, badge.key, badge.name, badge.description, badge.image_id, badge.version,
        badge.changed_on, badge.judged_to, badge.created_at,
    )  # fmt: skip
    if new_version:
        await tx.execute(
            "INSERT INTO badge_version (id, badge_id, version, metric_id, definition, thresholds,"
            "   revocable, created_at) VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)",
            new_id(), badge.id, badge.version, badge.metric_id,
            orjson.dumps(badge.definition.as_json()).decode(), list(badge.thresholds),
            badge.revocable, now,
        )  # fmt: skip


def _badge_of(row: asyncpg.Record) -> BadgeRow:
    values: dict[str, Any] = dict(row)
    values["definition"] = MetricDefinition.from_json(orjson.loads(values["definition"]))
    values["thresholds"] = tuple(values["thresholds"])
    return BadgeRow(**values)


_AWARDS: Final = """
SELECT member_id, badge_id, level, floor, version, kept_through, awarded_at, activity_id
FROM badge_award WHERE member_id = ANY($1) AND badge_id = ANY($2)
"""


async def awards(
    sql: Sql, member_ids: Sequence[UUID], badge_ids: Sequence[UUID]
) -> dict[AwardKey, Award]:
    """What the members hold, or held once, of these badges."""
    rows = await sql.fetch(_AWARDS, member_ids, badge_ids)
    return {(member_id, badge_id): Award(*held) for member_id, badge_id, *held in rows}


# Whoever has an award keeps its id for ever, whatever becomes of the level.
_PUT: Final = """
INSERT INTO badge_award AS a (member_id, badge_id, id, level, floor, version, kept_through,
  awarded_at, activity_id, revoked_at)
SELECT n.*, CASE WHEN n.level = 0 THEN $10::timestamptz END
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::integer[], $6::integer[],
            $7::date[], $8::timestamptz[], $9::uuid[])
  n (member_id, badge_id, id, level, floor, version, kept_through, awarded_at, activity_id)
ON CONFLICT (member_id, badge_id) DO UPDATE SET level = excluded.level, floor = excluded.floor,
  version = excluded.version, kept_through = excluded.kept_through,
  awarded_at = excluded.awarded_at, activity_id = excluded.activity_id,
  revoked_at = CASE WHEN excluded.level = 0 THEN coalesce(a.revoked_at, $10) END
"""


async def put_awards(tx: Sql, awards: Mapping[AwardKey, Award], now: datetime) -> None:
    """Writes what members hold whose locks the caller holds."""
    rows = [
        (
            *key,
            new_id(),
            award.level,
            award.floor,
            award.version,
            award.through,
            award.awarded_at or now,
            award.activity_id,
        )
        for key, award in sorted(awards.items())
    ]
    if rows:
        await tx.execute(_PUT, *columns(rows, 9), now)


_ADD_HOLDERS: Final = """
INSERT INTO badge_holders AS h (badge_id, partition, holders)
SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bigint[])
ON CONFLICT (badge_id, partition) DO UPDATE SET holders = h.holders + excluded.holders
"""


async def add_holders(tx: Sql, changes: Iterable[tuple[AwardKey, int]]) -> None:
    """Counts who came to hold a badge (1) or lost it (-1), in the order of badges."""
    counter: Counter[tuple[UUID, int]] = Counter()
    for (member_id, badge_id), change in changes:
        counter[badge_id, partition_of(member_id)] += change
    rows = [(*key, change) for key, change in sorted(counter.items()) if change]
    if rows:
        await tx.execute(_ADD_HOLDERS, *columns(rows, 3))


async def holders(sql: Sql, badge_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many members hold each badge."""
    rows = await sql.fetch(
        "SELECT badge_id, sum(holders)::bigint AS n FROM badge_holders"
        " WHERE badge_id = ANY($1) GROUP BY badge_id",
        badge_ids,
    )
    return {row["badge_id"]: row["n"] for row in rows}


async def put_gifts(tx: Sql, gifts: Sequence[Gift], now: datetime) -> None:
    """Writes what gave badges, once for each thing that did."""
    if gifts:
        rows = [(one.member_id, one.badge_id, one.origin, one.origin_id, one.level)
                for one in gifts]  # fmt: skip
        await tx.execute(
            "INSERT INTO badge_grant (member_id, badge_id, origin, origin_id, level, granted_at)"
            " SELECT n.*, $6 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[],"
            "   $5::integer[]) n ON CONFLICT DO NOTHING",
            *columns(rows, 5),
            now,
        )


async def known_gifts(sql: Sql, gifts: Sequence[Gift]) -> set[Gift]:
    """Those of the gifts that were given already."""
    rows = [(one.member_id, one.badge_id, one.origin, one.origin_id) for one in gifts]
    found = await sql.fetch(
        "SELECT member_id, badge_id, origin, origin_id FROM badge_grant"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])"
        "   n (member_id, badge_id, origin, origin_id)"
        " USING (member_id, badge_id, origin, origin_id)",
        *columns(rows, 4),
    )
    known = {tuple(row) for row in found}
    return {gift for gift, row in zip(gifts, rows, strict=True) if row in known}


async def take_gift(tx: Sql, gift: Gift) -> int | None:
    """Takes back what one thing gave; the level that others still give, None for no such gift."""
    removed = await tx.fetchval(
        "DELETE FROM badge_grant WHERE member_id = $1 AND badge_id = $2 AND origin = $3"
        " AND origin_id = $4 RETURNING level",
        gift.member_id, gift.badge_id, gift.origin, gift.origin_id,
    )  # fmt: skip
    if removed is None:
        return None
    return int(
        await tx.fetchval(
            "SELECT coalesce(max(level), 0) FROM badge_grant"
            " WHERE member_id = $1 AND badge_id = $2",
            gift.member_id,
            gift.badge_id,
        )
    )


async def ended(sql: Sql, today: date, *, limit: int) -> list[UUID]:
    """Members of whom a level has ended before today, longest first."""
    rows = await sql.fetch(
        "SELECT DISTINCT member_id FROM (SELECT member_id FROM badge_award WHERE level > 0"
        " AND kept_through < $1 AND kept_through < 'infinity'"
        " ORDER BY kept_through LIMIT $2) due",
        today,
        limit,
    )
    return [row["member_id"] for row in rows]


# Each arm ends by itself after so many: none is ever read to its end for one batch.
_NEXT: Final = """
(SELECT DISTINCT member_id FROM metric_day WHERE metric_id = $1 AND member_id > $2
 ORDER BY member_id LIMIT $4)
UNION
(SELECT DISTINCT member_id FROM metric_item WHERE metric_id = $1 AND member_id > $2
 ORDER BY member_id LIMIT $4)
UNION
(SELECT member_id FROM badge_award WHERE badge_id = $3 AND member_id > $2
 ORDER BY member_id LIMIT $4)
ORDER BY member_id LIMIT $4
"""


async def to_judge(tx: Sql, ready: Sequence[UUID]) -> tuple[UUID, UUID] | None:
    """One of the ready badges that not everybody was judged by, and after whom it goes on.

    The caller's transaction holds the badge; others who judge take another one.
    """
    row = await tx.fetchrow(
        "SELECT id, judged_to FROM badge WHERE judged_to IS NOT NULL AND id = ANY($1)"
        " ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
        ready,
    )
    return None if row is None else (row["id"], row["judged_to"])


async def next_members(tx: Sql, badge: Badge, after: UUID, *, limit: int) -> list[UUID]:
    """The next members, by id, who may hold the badge."""
    rows = await tx.fetch(_NEXT, badge.metric_id, after, badge.id, limit)
    return [row["member_id"] for row in rows]


async def judge_anew(tx: Sql, badge_id: UUID | None = None) -> None:
    """Lets everybody be judged once more, by one badge or by all of them."""
    await tx.execute(
        "UPDATE badge SET judged_to = $1 WHERE $2::uuid IS NULL OR id = $2", NOBODY, badge_id
    )


async def judged(tx: Sql, badge_id: UUID, to: UUID | None) -> None:
    """Writes down how far members are judged; None when all are."""
    await tx.execute("UPDATE badge SET judged_to = $2 WHERE id = $1", badge_id, to)


async def judging(sql: Sql) -> set[UUID]:
    """The badges that not everybody has been judged by."""
    rows = await sql.fetch("SELECT id FROM badge WHERE judged_to IS NOT NULL")
    return {row["id"] for row in rows}
