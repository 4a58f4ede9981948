"""What a deployment goes through once in its life; whoever asks after a crash is told the same."""

from __future__ import annotations

from datetime import datetime

from infra.database import Sql


async def reached(sql: Sql, name: str) -> datetime | None:
    """When the deployment came to this milestone; None when it has not yet."""
    at: datetime | None = await sql.fetchval(
        "SELECT reached_at FROM milestone WHERE name = $1", name
    )
    return at


async def reach(sql: Sql, name: str, now: datetime) -> datetime:
    """Puts the milestone on record and tells when it was first reached."""
    at: datetime = await sql.fetchval(
        "INSERT INTO milestone AS m (name, reached_at) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET reached_at = m.reached_at RETURNING reached_at",
        name,
        now,
    )
    return at
