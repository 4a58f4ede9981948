"""Members' memberships and their paid periods in the database. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.memberships import Membership
from infra.database import Sql, columns

_COLUMNS: Final = (
    "id", "member_id", "plan_key", "started_at", "period", "trial", "paid_until", "perks_until",
    "reminder_at", "failed_at", "cancelled_at", "missed", "ended",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM membership"  # noqa: S608 - own columns


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Membership]:
    """The memberships with these ids."""
    rows = await sql.fetch(f"{_SELECT} WHERE id = ANY($1)", ids)
    return {row["id"]: _membership_of(row) for row in rows}


async def latest(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Membership]:
    """Each member's newest membership, running or not; who never had one is left out."""
    rows = await sql.fetch(
        f"SELECT DISTINCT ON (member_id) {', '.join(_COLUMNS)} FROM membership"  # noqa: S608
        " WHERE member_id = ANY($1) ORDER BY member_id, started_at DESC, id DESC",
        member_ids,
    )
    return {row["member_id"]: _membership_of(row) for row in rows}


async def had_trial(sql: Sql, member_id: UUID, plan_key: str) -> bool:
    """Whether the member has tried this plan before."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM membership m"
            " JOIN membership_period p ON p.member_id = m.member_id AND p.membership_id = m.id"
            " WHERE m.member_id = $1 AND m.plan_key = $2 AND p.trial)",
            member_id,
            plan_key,
        )
    )


async def put(tx: Sql, memberships: Sequence[Membership]) -> None:
    """Writes memberships of members whose locks the caller holds."""
    rows = [
        (*(getattr(one, name) for name in _COLUMNS), one.due_at)
        for one in sorted(memberships, key=lambda one: (not one.ended, one.id))
    ]
    if rows:
        await tx.execute(_PUT, *columns(rows, len(_COLUMNS) + 1))


_PUT: Final = f"""
INSERT INTO membership ({", ".join(_COLUMNS)}, due_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::integer[],
  $6::boolean[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],
  $11::timestamptz[], $12::boolean[], $13::boolean[], $14::timestamptz[])
ON CONFLICT (id) DO UPDATE SET period = excluded.period, trial = excluded.trial,
  paid_until = excluded.paid_until, perks_until = excluded.perks_until,
  reminder_at = excluded.reminder_at, failed_at = excluded.failed_at,
  cancelled_at = excluded.cancelled_at, missed = excluded.missed, ended = excluded.ended,
  due_at = excluded.due_at
"""  # noqa: S608 - own columns


@dataclass(frozen=True, slots=True)
class Payment:
    """What pays for the last period of a membership, or begins its trial."""

    plan_id: UUID
    starts_at: datetime
    paid_at: datetime
    ref: str


async def add_period(tx: Sql, membership: Membership, payment: Payment) -> bool:
    """Adds the last period of a membership; False where the reference has paid before.

    A concurrent payment by the same reference is waited for.
    """
    added = await tx.fetchval(
        "INSERT INTO membership_period (member_id, membership_id, number, plan_id, trial,"
        "   starts_at, ends_at, paid_at, payment_ref)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (payment_ref) DO NOTHING RETURNING true",
        membership.member_id, membership.id, membership.period, payment.plan_id,
        membership.trial, payment.starts_at, membership.paid_until, payment.paid_at, payment.ref,
    )  # fmt: skip
    return bool(added)


async def paid_at(sql: Sql, membership: Membership) -> datetime:
    """When its last period was paid, or its trial began."""
    moment: datetime = await sql.fetchval(
        "SELECT paid_at FROM membership_period"
        " WHERE member_id = $1 AND membership_id = $2 AND number = $3",
        membership.member_id,
        membership.id,
        membership.period,
    )
    return moment


async def due(sql: Sql, now: datetime, *, limit: int) -> list[Membership]:
    """Memberships of which something is to be written down, longest due first."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE NOT ended AND due_at <= $1 ORDER BY due_at LIMIT $2", now, limit
    )
    return [_membership_of(row) for row in rows]


async def plans_in_force(sql: Sql, ids: Sequence[UUID], now: datetime) -> dict[UUID, UUID]:
    """For each membership the version of the plan by which its present period was paid."""
    rows = await sql.fetch(
        "SELECT m.id, p.plan_id FROM membership m CROSS JOIN LATERAL ("
        "   SELECT plan_id FROM membership_period WHERE member_id = m.member_id"
        "   AND membership_id = m.id AND (starts_at <= $2 OR number = 1)"
        "   ORDER BY number DESC LIMIT 1) p"
        " WHERE m.id = ANY($1)",
        ids,
        now,
    )
    return {row["id"]: row["plan_id"] for row in rows}


def _membership_of(row: asyncpg.Record) -> Membership:
    values: dict[str, Any] = dict(row)
    return Membership(**values)
