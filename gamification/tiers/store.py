"""Tiers, what they are measured by, and members' tenures in the database. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from domain.benefits import Benefit
from domain.metrics import MetricDefinition
from domain.tiers import Ladder, Tenure, TierStanding, due_at
from infra.database import Sql, columns

NOBODY: Final = UUID(int=0)
"""Comes before every member."""


@dataclass(frozen=True, slots=True)
class TierRow:
    id: UUID
    key: str
    name: str
    level: int
    threshold: int
    points_multiplier: Decimal
    benefits: tuple[Benefit, ...] = ()

    @property
    def standing(self) -> TierStanding:
        """The tier as the engine sees it."""
        return TierStanding(self.key, self.level, self.points_multiplier, self.threshold)


@dataclass(frozen=True, slots=True)
class RulesRow:
    """What the tiers are measured by: the metric by day, and the one of the designer over it.

    `judged_to` is how far members have been judged by this version; None when all are.
    """

    metric_id: UUID
    definition: MetricDefinition
    grace_days: int
    notice_days: int
    version: int
    changed_on: date
    judged_to: UUID | None


_TIER: Final = "id, key, name, level, threshold, points_multiplier, benefits"


async def tiers(sql: Sql) -> list[TierRow]:
    """All tiers, lowest level first."""
    return [_tier_of(row) for row in await sql.fetch(f"SELECT {_TIER} FROM tier ORDER BY level")]  # noqa: S608


async def put_tier(tx: Sql, tier: TierRow) -> TierRow:
    """Adds a tier or changes the one with its key."""
    row = await tx.fetchrow(
        f"INSERT INTO tier ({_TIER})"  # noqa: S608 - own columns
        " VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb) ON CONFLICT (key) DO UPDATE SET"
        " name = excluded.name, level = excluded.level, threshold = excluded.threshold,"
        " points_multiplier = excluded.points_multiplier, benefits = excluded.benefits"
        f" RETURNING {_TIER}",
        tier.id, tier.key, tier.name, tier.level, tier.threshold, tier.points_multiplier,
        orjson.dumps([[one.key, one.name, one.description] for one in tier.benefits]).decode(),
    )  # fmt: skip
    assert row is not None  # noqa: S101 - an upsert returns its row
    return _tier_of(row)


def _tier_of(row: asyncpg.Record) -> TierRow:
    values: dict[str, Any] = dict(row)
    values["points_multiplier"] = values["points_multiplier"].normalize()  # 1.5, not 1.5000
    values["benefits"] = tuple(Benefit(*one) for one in orjson.loads(values["benefits"]))
    return TierRow(**values)


_RULES: Final = (
    "SELECT metric_id, definition, grace_days, notice_days, version, changed_on, judged_to"
    " FROM tier_rules"
)


async def rules(sql: Sql, *, lock: bool = False) -> RulesRow | None:
    """What the tiers are measured by; None while nothing says so."""
    row = await sql.fetchrow(f"{_RULES} FOR UPDATE" if lock else _RULES)
    if row is None:
        return None
    values: dict[str, Any] = dict(row)
    values["definition"] = MetricDefinition.from_json(orjson.loads(values["definition"]))
    return RulesRow(**values)


async def put_rules(tx: Sql, rules: RulesRow) -> None:
    await tx.execute(
        "INSERT INTO tier_rules (metric_id, definition, grace_days, notice_days, version,"
        "   changed_on, judged_to) VALUES ($1, $2::jsonb, $3, $4, $5, $6, $7)"
        " ON CONFLICT (id) DO UPDATE SET metric_id = excluded.metric_id,"
        "   definition = excluded.definition, grace_days = excluded.grace_days,"
        "   notice_days = excluded.notice_days, version = excluded.version,"
        "   changed_on = excluded.changed_on, judged_to = excluded.judged_to",
        rules.metric_id,
        orjson.dumps(rules.definition.as_json()).decode(),
        rules.grace_days,
        rules.notice_days,
        rules.version,
        rules.changed_on,
        rules.judged_to,
    )


async def change_ladder(tx: Sql, on: date) -> None:
    """Says that tiers ask for something else from that day on: everybody is judged again."""
    await tx.execute(
        "UPDATE tier_rules SET version = version + 1, changed_on = $1, judged_to = $2", on, NOBODY
    )


# Each arm ends by itself after so many: none is ever read to its end for one batch.
_NEXT: Final = """
(SELECT DISTINCT member_id FROM metric_day WHERE metric_id = $1 AND member_id > $2
 ORDER BY member_id LIMIT $3)
UNION
(SELECT DISTINCT member_id FROM metric_item WHERE metric_id = $1 AND member_id > $2
 ORDER BY member_id LIMIT $3)
UNION
(SELECT member_id FROM member_tier WHERE member_id > $2 ORDER BY member_id LIMIT $3)
ORDER BY member_id LIMIT $3
"""


async def judge_next(tx: Sql, ladder: Ladder, *, limit: int) -> list[UUID] | None:
    """The next members who may stand differently by this ladder; None when there are none left.

    The caller's transaction holds the place where this goes on.
    """
    row = await tx.fetchrow(
        "SELECT judged_to FROM tier_rules WHERE judged_to IS NOT NULL AND version = $1"
        " FOR UPDATE SKIP LOCKED",
        ladder.version,
    )
    if row is None:
        return None
    rows = await tx.fetch(_NEXT, ladder.metric_id, row["judged_to"], limit)
    found: list[UUID] = [one["member_id"] for one in rows]
    await tx.execute("UPDATE tier_rules SET judged_to = $1", found[-1] if found else None)
    return found


async def judging(sql: Sql) -> bool:
    """Whether there are members left whom changed rules have not judged yet."""
    return bool(
        await sql.fetchval("SELECT EXISTS (SELECT FROM tier_rules WHERE judged_to IS NOT NULL)")
    )


async def due(sql: Sql, now: datetime, *, limit: int) -> list[UUID]:
    """Members whose tenure asks for something by now, longest due first."""
    rows = await sql.fetch(
        "SELECT member_id FROM member_tier WHERE due_at <= $1 ORDER BY due_at LIMIT $2", now, limit
    )
    return [row["member_id"] for row in rows]


async def tenures(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Tenure]:
    """What is written of each member's tier; those who never left the base are left out."""
    rows = await sql.fetch(
        "SELECT member_id, tier, kept_through, promised, announced, version FROM member_tier"
        " WHERE member_id = ANY($1)",
        member_ids,
    )
    return {row["member_id"]: _tenure_of(row) for row in rows}


def _tenure_of(row: asyncpg.Record) -> Tenure:
    promised: dict[str, str] = orjson.loads(row["promised"])
    return Tenure(
        tier=row["tier"],
        through=row["kept_through"],
        promised={key: date.fromisoformat(day) for key, day in promised.items()},
        announced=row["announced"],
        version=row["version"],
    )


_PUT_TENURES: Final = """
INSERT INTO member_tier (member_id, tier, kept_through, promised, announced, version, due_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::jsonb[], $5::date[], $6::bigint[],
                     $7::timestamptz[])
ON CONFLICT (member_id) DO UPDATE SET tier = excluded.tier, kept_through = excluded.kept_through,
  promised = excluded.promised, announced = excluded.announced, version = excluded.version,
  due_at = excluded.due_at
"""


async def put_tenures(
    tx: Sql, ladder: Ladder, tenures: Sequence[tuple[UUID, Tenure]], *, zone: ZoneInfo
) -> None:
    """Writes the tenures of members whose locks the caller holds."""
    rows = [
        (
            member_id,
            tenure.tier,
            tenure.through,
            orjson.dumps(tenure.promised).decode(),
            tenure.announced,
            tenure.version,
            due_at(ladder, tenure, zone),
        )
        for member_id, tenure in tenures
    ]
    if rows:
        await tx.execute(_PUT_TENURES, *columns(rows, 7))
