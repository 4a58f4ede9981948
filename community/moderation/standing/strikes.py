"""Strikes in force, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.database import Sql


@dataclass(frozen=True, slots=True)
class StrikeRow:
    """A strike and the decision that gave it. It ends by itself."""

    decision_id: UUID
    given_at: datetime
    ends_at: datetime


async def in_force(
    sql: Sql, member_ids: Iterable[UUID], now: datetime
) -> dict[UUID, list[StrikeRow]]:
    """The strikes of each member that neither ended nor were lifted, newest first."""
    wanted = list(member_ids)
    rows = await sql.fetch(
        "SELECT member_id, decision_id, given_at, ends_at FROM strike"
        " WHERE member_id = ANY($1) AND lifted_at IS NULL AND ends_at > $2 ORDER BY id DESC",
        wanted,
        now,
    )
    found: dict[UUID, list[StrikeRow]] = {one: [] for one in wanted}
    for row in rows:
        strike = StrikeRow(row["decision_id"], row["given_at"], row["ends_at"])
        found[row["member_id"]].append(strike)
    return found
