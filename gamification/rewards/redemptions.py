"""What members redeemed, in the database. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.rewards import RedemptionState
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """A redemption. `cost` is what was paid then, by the entry of that number; None: it was free.

    `member_limit` is how many a member could have then; `ended_at` is when it was fulfilled or
    cancelled.
    """

    id: UUID
    member_id: UUID
    reward_id: UUID
    cost: int
    entry_number: int | None
    coupon_id: UUID | None
    member_limit: int | None
    created_at: datetime
    state: RedemptionState
    ended_at: datetime | None
    ended_by: UUID | None


_NAMES: Final = tuple(field.name for field in fields(RedemptionRow))
_SELECT: Final = f"SELECT {', '.join(_NAMES)} FROM redemption"  # noqa: S608 - own columns


async def add(tx: Sql, rows: Sequence[RedemptionRow]) -> None:
    """Writes new redemptions."""
    if rows:
        values = [tuple(getattr(row, name) for name in _NAMES) for row in rows]
        await tx.copy("redemption", _NAMES, values)


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, RedemptionRow]:
    """The redemptions with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE id = ANY($1)", ids)
    return {row["id"]: _row_of(row) for row in rows}


async def locked(tx: Sql, redemption_id: UUID) -> RedemptionRow | None:
    """The redemption, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow(f"{_SELECT} WHERE id = $1 FOR UPDATE", redemption_id)
    return None if row is None else _row_of(row)


async def end(
    tx: Sql, redemption_id: UUID, state: RedemptionState, *, now: datetime, actor_id: UUID
) -> bool:
    """Ends a confirmed redemption; False when it has ended before."""
    return bool(
        await tx.fetchval(
            "UPDATE redemption SET state = $2, ended_at = $3, ended_by = $4"
            " WHERE id = $1 AND state = 'CONFIRMED' RETURNING true",
            redemption_id,
            state.value,
            now,
            actor_id,
        )
    )


# Each member's page is a walk down the index of their redemptions.
_OF_MEMBERS: Final = f"""
SELECT r.*, m.place FROM unnest($1::uuid[]) WITH ORDINALITY m (member_id, place)
CROSS JOIN LATERAL (
  SELECT {", ".join(_NAMES)} FROM redemption
  WHERE member_id = m.member_id AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3) r
ORDER BY m.place, r.id DESC
"""  # noqa: S608 - own columns


async def of_members(
    sql: Sql, member_ids: Sequence[UUID], *, before: UUID | None, limit: int
) -> list[list[RedemptionRow]]:
    """A page of each member's redemptions, newest first."""
    found: list[list[RedemptionRow]] = [[] for _ in member_ids]
    for row in await sql.fetch(_OF_MEMBERS, member_ids, before, limit):
        place: int = row["place"]
        found[place - 1].append(_row_of(row))
    return found


async def counts_of(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many redemptions members have, in any state."""
    rows = await sql.fetch(
        "SELECT member_id, count(*) FROM redemption WHERE member_id = ANY($1) GROUP BY member_id",
        member_ids,
    )
    return {row["member_id"]: row["count"] for row in rows}


async def in_state(
    sql: Sql, state: RedemptionState, *, after: UUID | None, limit: int
) -> list[RedemptionRow]:
    """Everybody's redemptions in this state, oldest first."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE state = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
        state.value,
        after,
        limit,
    )
    return [_row_of(row) for row in rows]


async def count_in_state(sql: Sql, state: RedemptionState) -> int:
    return int(await sql.fetchval("SELECT count(*) FROM redemption WHERE state = $1", state.value))


def _row_of(row: asyncpg.Record) -> RedemptionRow:
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["state"] = RedemptionState(values["state"])
    return RedemptionRow(**values)
