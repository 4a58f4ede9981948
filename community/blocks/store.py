"""Blocks in the database. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community.follows.store import Bond
from infra.database import Sql


async def add(tx: Sql, blocker_id: UUID, blocked_id: UUID, now: datetime) -> None:
    """Adds a block, unless it is there."""
    await tx.execute(
        "INSERT INTO member_block (blocker_id, blocked_id, since) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        blocker_id,
        blocked_id,
        now,
    )


async def remove(tx: Sql, blocker_id: UUID, blocked_id: UUID) -> None:
    """Removes a block, if it is there."""
    await tx.execute(
        "DELETE FROM member_block WHERE blocker_id = $1 AND blocked_id = $2", blocker_id, blocked_id
    )


async def blocked_among(sql: Sql, blocker_id: UUID, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the members whom somebody blocks."""
    rows = await sql.fetch(
        "SELECT blocked_id FROM member_block WHERE blocker_id = $1 AND blocked_id = ANY($2)",
        blocker_id,
        member_ids,
    )
    return {row["blocked_id"] for row in rows}


_PAGES: Final = """
SELECT m.place, p.blocked_id, p.since FROM unnest($1::uuid[]) WITH ORDINALITY m (id, place)
CROSS JOIN LATERAL (
  SELECT blocked_id, since FROM member_block WHERE blocker_id = m.id
    AND ($2::timestamptz IS NULL OR (since, blocked_id) < ($2, $3::uuid))
  ORDER BY since DESC, blocked_id DESC LIMIT $4
) p
ORDER BY m.place, p.since DESC, p.blocked_id DESC
"""


async def pages(
    sql: Sql, blocker_ids: Sequence[UUID], *, before: tuple[datetime, UUID] | None, limit: int
) -> list[list[Bond]]:
    """For each member whom they block, newest first. Nobody blocks more than a thousand."""
    since, last = before or (None, None)
    found: list[list[Bond]] = [[] for _ in blocker_ids]
    for row in await sql.fetch(_PAGES, blocker_ids, since, last, limit):
        place: int = row["place"]
        found[place - 1].append(Bond(row["blocked_id"], row["since"]))
    return found


async def count(sql: Sql, blocker_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many each member blocks."""
    rows = await sql.fetch(
        "SELECT blocker_id, count(*) AS n FROM member_block WHERE blocker_id = ANY($1)"
        " GROUP BY blocker_id",
        blocker_ids,
    )
    found = {row["blocker_id"]: int(row["n"]) for row in rows}
    return {one: found.get(one, 0) for one in blocker_ids}
