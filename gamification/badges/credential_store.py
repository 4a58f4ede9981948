"""What credentials of awards are made of, in the database. Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.database import Sql


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award with its holder, as everybody may see them."""

    id: UUID
    badge_id: UUID
    awarded_at: datetime
    member_id: UUID
    handle: str
    display_name: str


async def award(sql: Sql, award_id: UUID) -> AwardRow | None:
    """The award with this id, held or taken back."""
    row = await sql.fetchrow(
        "SELECT a.id, a.badge_id, a.awarded_at, m.id AS member_id, m.handle, m.display_name"
        " FROM badge_award a JOIN member m ON m.id = a.member_id WHERE a.id = $1",
        award_id,
    )
    return None if row is None else AwardRow(**dict(row))


async def place(sql: Sql, award_id: UUID) -> int:
    """The award's place in the status lists, given to it now if it has none."""
    known = "SELECT place FROM badge_credential WHERE award_id = $1"
    found: int | None = await sql.fetchval(known, award_id)
    if found is None:
        await sql.execute(
            "INSERT INTO badge_credential (award_id) VALUES ($1) ON CONFLICT DO NOTHING", award_id
        )
        found = await sql.fetchval(known, award_id)
    assert found is not None  # noqa: S101 - it was just written
    return found


async def revoked(sql: Sql, first: int, after: int) -> list[int]:
    """The places, from `first` to before `after`, whose awards were taken back."""
    rows = await sql.fetch(
        "SELECT c.place FROM badge_credential c JOIN badge_award a ON a.id = c.award_id"
        " WHERE c.place >= $1 AND c.place < $2 AND a.level = 0",
        first,
        after,
    )
    return [row["place"] for row in rows]


async def last_place(sql: Sql) -> int | None:
    """The highest place that was given; None while there is none."""
    found: int | None = await sql.fetchval("SELECT max(place) FROM badge_credential")
    return found
