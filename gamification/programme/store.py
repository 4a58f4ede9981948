"""The programme in the database: settings and the versions of rules. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.earning import RuleState
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """The settings as written; `version` rises with every change of any reading."""

    version: int
    name: str
    time_zone: str
    currency: str
    point_worth: Decimal
    debt_policy: str
    new_author_reviews: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One version of a rule as its designer wrote it. Points, days and times as in `EarnRule`."""

    id: UUID
    key: str
    version: int
    name: str
    state: RuleState
    trigger: str
    condition: str | None
    points: str
    tier_multiplied: bool
    pending_days: int
    expires_after_days: int | None
    cap_per_member_per_day: int | None
    budget: int | None
    coupon_key: str | None
    starts_at: datetime | None
    ends_at: datetime | None


_SETTINGS: Final = (
    "SELECT version, name, time_zone, currency, point_worth, debt_policy, new_author_reviews"
    " FROM programme"
)
_RULE_COLUMNS: Final = tuple(RuleRow.__dataclass_fields__)
_RULES: Final = f"SELECT {', '.join(_RULE_COLUMNS)} FROM earn_rule"  # noqa: S608 - own columns


async def version(sql: Sql) -> int:
    """The version of the programme that is live now."""
    return int(await sql.fetchval("SELECT version FROM programme"))


async def locked_version(tx: Sql) -> int:
    """The version of the programme, which nobody else changes until this transaction ends."""
    return int(await tx.fetchval("SELECT version FROM programme FOR UPDATE"))


async def bump(tx: Sql) -> int:
    """Says that a reading changed: every process loads the programme anew before its next use."""
    return int(await tx.fetchval("UPDATE programme SET version = version + 1 RETURNING version"))


async def settings(sql: Sql) -> SettingsRow:
    row = await sql.fetchrow(_SETTINGS)
    assert row is not None  # noqa: S101 - the migration puts it there
    return SettingsRow(**dict(row))


async def change_settings(tx: Sql, changes: Mapping[str, object]) -> None:
    """Sets these columns of the settings; the caller names only columns of `SettingsRow`."""
    assignments = ", ".join(f"{name} = ${n}" for n, name in enumerate(changes, 1))
    await tx.execute(f"UPDATE programme SET {assignments}", *changes.values())  # noqa: S608


async def current_rules(sql: Sql, state: RuleState | None = None) -> list[RuleRow]:
    """The newest version of every rule, in this state where one is given, by key."""
    rows = await sql.fetch(
        f"SELECT * FROM (SELECT DISTINCT ON (key) {', '.join(_RULE_COLUMNS)} FROM earn_rule"  # noqa: S608
        " ORDER BY key, version DESC) newest WHERE $1::text IS NULL OR state = $1 ORDER BY key",
        state,
    )
    return [_rule_of(row) for row in rows]


async def rules(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, RuleRow]:
    """The versions of rules with these ids."""
    rows = await sql.fetch(f"{_RULES} WHERE id = ANY($1)", ids)
    return {row["id"]: _rule_of(row) for row in rows}


async def newest_rule(tx: Sql, key: str) -> RuleRow | None:
    """The newest version of a rule; concurrent savers of the same key wait for each other."""
    await tx.execute(
        "INSERT INTO earn_rule_spent (key, spent) VALUES ($1, 0) ON CONFLICT DO NOTHING", key
    )
    await tx.execute("SELECT FROM earn_rule_spent WHERE key = $1 FOR UPDATE", key)
    row = await tx.fetchrow(f"{_RULES} WHERE key = $1 ORDER BY version DESC LIMIT 1", key)
    return None if row is None else _rule_of(row)


async def add_rule(tx: Sql, rule: RuleRow, now: datetime) -> None:
    """Adds a version of a rule."""
    values = [getattr(rule, name) for name in _RULE_COLUMNS]
    places = ", ".join(f"${n}" for n in range(1, len(values) + 2))
    await tx.execute(
        f"INSERT INTO earn_rule ({', '.join(_RULE_COLUMNS)}, created_at) VALUES ({places})",  # noqa: S608
        *values,
        now,
    )


async def spent(sql: Sql, keys: Sequence[str]) -> dict[str, int]:
    """Points that rules have given so far, by key."""
    rows = await sql.fetch("SELECT key, spent FROM earn_rule_spent WHERE key = ANY($1)", keys)
    return {row["key"]: row["spent"] for row in rows}


async def failures(sql: Sql, reading_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How often expressions of these readings failed on an activity."""
    rows = await sql.fetch(
        "SELECT reading_id, sum(failures)::bigint AS failures FROM reading_failure"
        " WHERE reading_id = ANY($1) GROUP BY reading_id",
        reading_ids,
    )
    return {row["reading_id"]: row["failures"] for row in rows}


def _rule_of(row: asyncpg.Record) -> RuleRow:
    values: dict[str, Any] = dict(row)
    values["state"] = RuleState(values["state"])
    return RuleRow(**values)
