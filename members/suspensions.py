"""Suspensions: who may not post, comment or like at present, until when, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import Suspended
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension in force. `ends_at` is None for one that lasts."""

    member_id: UUID
    ends_at: datetime | None
    reason: str


async def in_force(sql: Sql, ids: Iterable[UUID], now: datetime) -> dict[UUID, Suspension]:
    """Those of the members who are suspended now."""
    rows = await sql.fetch(
        "SELECT member_id, ends_at, reason FROM member_suspension"
        " WHERE member_id = ANY($1) AND (ends_at IS NULL OR ends_at > $2)",
        list(ids),
        now,
    )
    return {row["member_id"]: Suspension(**row) for row in rows}


async def check_may_speak(sql: Sql, member_id: UUID, now: datetime) -> None:
    """Refuses whoever is suspended.

    Raises: Suspended.
    """
    found = await in_force(sql, [member_id], now)
    if member_id in found:
        raise Suspended("member.suspended", why=found[member_id].reason)
