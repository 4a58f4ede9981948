"""Where members stand, in the database: locked, loaded and written for whole batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.happening import Failure, MemberState
from domain.tiers import Tenure
from gamification.ledger.books import BOOK_COLUMNS, books_of
from infra.database import Sql, columns

_STANDING: Final = f"""
SELECT {BOOK_COLUMNS}, s.order_count, m.joined_at, m.customer_ref, m.handle
FROM member_state s JOIN member m ON m.id = s.member_id
WHERE s.member_id = ANY($1) ORDER BY s.member_id
"""  # noqa: S608 - own columns
_LOCK: Final = f"{_STANDING} FOR UPDATE OF s"


async def lock(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, MemberState]:
    """Locks the members, given in the order of their ids, and loads where they stand.

    Their tenures are read after that, in a statement of its own: this one may have waited.
    """
    rows = await sql.fetch(_LOCK, member_ids)
    if len(rows) < len(member_ids):
        await sql.execute(
            "INSERT INTO member_state (member_id) SELECT m.id FROM member m"
            " WHERE m.id = ANY($1) ORDER BY m.id ON CONFLICT DO NOTHING",
            member_ids,
        )
        rows = await sql.fetch(_LOCK, member_ids)
    return {row["member_id"]: _state_of(row) for row in rows}


async def peek(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, MemberState]:
    """As `lock`, for whoever only looks: nobody waits, and nothing may be written."""
    return {row["member_id"]: _state_of(row) for row in await sql.fetch(_STANDING, member_ids)}


def _state_of(row: asyncpg.Record) -> MemberState:
    return MemberState(
        books=books_of(row),
        tenure=Tenure(),
        joined_at=row["joined_at"],
        customer_ref=row["customer_ref"] or row["handle"],
        order_count=row["order_count"],
    )


async def lock_budgets(sql: Sql, keys: Sequence[str]) -> dict[str, int]:
    """Locks the budgets of these rules, given in order, and tells what they have spent."""
    rows = await sql.fetch(
        "SELECT key, spent FROM earn_rule_spent WHERE key = ANY($1) ORDER BY key FOR UPDATE", keys
    )
    return {row["key"]: row["spent"] for row in rows}


async def capped(
    sql: Sql, days: Sequence[tuple[UUID, str, date]]
) -> dict[tuple[UUID, str, date], int]:
    """What rules with a daily cap gave members on these days."""
    # OFFSET 0 keeps the planner from reading all days of a young shop.
    rows = await sql.fetch(
        "SELECT d.* FROM unnest($1::uuid[], $2::text[], $3::date[]) n (member_id, key, day)"
        " CROSS JOIN LATERAL (SELECT * FROM earn_rule_day"
        "   WHERE member_id = n.member_id AND key = n.key AND day = n.day OFFSET 0) d",
        *columns(days, 3),
    )
    return {(row["member_id"], row["key"], row["day"]): row["points"] for row in rows}


_WRITE: Final = """
UPDATE member_state s SET order_count = n.order_count, available = n.available,
  pending = n.pending, held = n.held, lifetime_earned = n.lifetime_earned,
  last_entry = n.last_entry, next_due = n.next_due
FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::timestamptz[])
  n (member_id, order_count, available, pending, held, lifetime_earned, last_entry, next_due)
WHERE s.member_id = n.member_id
"""

_WRITE_DAYS: Final = """
INSERT INTO earn_rule_day (member_id, key, day, points)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[])
ON CONFLICT (member_id, key, day) DO UPDATE SET points = excluded.points
"""


async def write(sql: Sql, states: Sequence[MemberState]) -> None:
    """Writes where locked members stand now."""
    if not states:
        return
    rows = [
        (
            state.member_id,
            state.order_count,
            state.books.available,
            state.books.pending,
            state.books.held,
            state.books.lifetime_earned,
            state.books.last_entry,
            state.books.next_due,
        )
        for state in states
    ]
    await sql.execute(_WRITE, *columns(rows, 8))
    days = [
        (state.member_id, key, day, points)
        for state in states
        for (key, day), points in state.capped.items()
    ]
    if days:
        await sql.execute(_WRITE_DAYS, *columns(days, 4))


async def write_failures(sql: Sql, failures: Sequence[Failure], now: datetime) -> None:
    """Counts expressions that failed, and keeps the last activity they failed on."""
    if not failures:
        return
    count: dict[tuple[UUID, str], int] = {}
    last: dict[tuple[UUID, str], UUID] = {}
    for failure in failures:
        key = (failure.reading_id, failure.reason.value)
        count[key] = count.get(key, 0) + 1
        last[key] = failure.activity_id
    rows = [(*key, count[key], last[key], now) for key in sorted(count)]
    await sql.execute(
        "INSERT INTO reading_failure AS f (reading_id, reason, failures, last_activity_id, last_at)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::timestamptz[])"
        " ON CONFLICT (reading_id, reason) DO UPDATE SET failures = f.failures + excluded.failures,"
        " last_activity_id = excluded.last_activity_id, last_at = excluded.last_at",
        *columns(rows, 5),
    )


async def add_spent(sql: Sql, spent: Mapping[str, int]) -> None:
    """Adds what rules gave. Last in a transaction: these rows are the ones that all share."""
    if spent:
        await sql.execute(
            "WITH held AS (SELECT key FROM earn_rule_spent WHERE key = ANY($1::text[])"
            " ORDER BY key FOR UPDATE)"
            " UPDATE earn_rule_spent s SET spent = s.spent + n.points"
            " FROM held JOIN unnest($1::text[], $2::bigint[]) n (key, points) USING (key)"
            " WHERE s.key = held.key",
            *columns(sorted(spent.items()), 2),
        )
