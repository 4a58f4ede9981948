"""Teams in the database, with how far they are. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg

from infra.database import Sql


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team. `progress` is the sum over everybody who ever was in it, a number a goal."""

    id: UUID
    challenge_id: UUID
    name: str
    captain_id: UUID
    invite_code: str
    size: int
    milestones: int
    reached_at: datetime | None
    decided: bool
    progress: tuple[Decimal, ...] = ()
    members: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team that only its captain is in."""

    id: UUID
    challenge_id: UUID
    name: str
    captain_id: UUID
    invite_code: str


_TEAM: Final = """
SELECT t.*, (SELECT array_agg(u.amount ORDER BY u.place) FROM (
    SELECT u.place, sum(u.amount) AS amount FROM challenge_participation p
    CROSS JOIN unnest(p.progress) WITH ORDINALITY u (amount, place)
    WHERE p.team_id = t.id GROUP BY u.place) u) AS progress,
  (SELECT array_agg(p.member_id ORDER BY p.joined_at, p.id) FROM challenge_participation p
    WHERE p.team_id = t.id AND p.state <> 'LEFT') AS members
FROM challenge_team t
"""


async def teams(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, TeamRow]:
    """The teams with these ids, and how far they are; members in the order of joining."""
    rows = await sql.fetch(f"{_TEAM} WHERE t.id = ANY($1)", ids)
    return {row["id"]: _team_of(row) for row in rows}


async def lock_teams(tx: Sql, ids: Sequence[UUID]) -> None:
    """Locks teams, given in order; the locks of their acting members are held already.

    Whoever joins has a participation that names the team, and so a lock on its key: they may have
    that together, and wait for each other here.
    """
    await tx.execute(
        "SELECT FROM challenge_team WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids
    )


async def team_by_code(sql: Sql, code: str) -> TeamRow | None:
    """The team that this code invites to; one that everybody left is not found."""
    row = await sql.fetchrow(f"{_TEAM} WHERE t.invite_code = $1 AND t.size > 0", code)
    return None if row is None else _team_of(row)


async def add_team(tx: Sql, team: NewTeam, now: datetime) -> None:
    """Adds a team with its captain in it."""
    await tx.execute(
        "INSERT INTO challenge_team (id, challenge_id, name, captain_id, invite_code, size,"
        "   created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)",
        team.id,
        team.challenge_id,
        team.name,
        team.captain_id,
        team.invite_code,
        now,
    )


async def take_seat(tx: Sql, team_id: UUID, team_size: int) -> bool:
    """Takes a seat in a team; False when there is none, or nothing left to do there."""
    taken = await tx.fetchval(
        "UPDATE challenge_team SET size = size + 1 WHERE id = $1 AND size BETWEEN 1 AND $2 - 1"
        " AND reached_at IS NULL AND NOT decided RETURNING true",
        team_id,
        team_size,
    )
    return bool(taken)


async def leave_seat(tx: Sql, team_id: UUID, member_id: UUID) -> None:
    """Frees a seat; where it was the captain's, whoever is in for longest takes over.

    The member's participation says already that they left.
    """
    await tx.execute(
        "UPDATE challenge_team t SET size = t.size - 1, captain_id = CASE t.captain_id"
        "   WHEN $2 THEN coalesce((SELECT p.member_id FROM challenge_participation p"
        "     WHERE p.team_id = t.id AND p.state <> 'LEFT' ORDER BY p.joined_at, p.id LIMIT 1), $2)"
        "   ELSE t.captain_id END WHERE t.id = $1",
        team_id,
        member_id,
    )


async def latch_team(
    tx: Sql, team_id: UUID, *, milestones: int, reached_at: datetime | None
) -> None:
    """Writes down, of a locked team, what it has reached: it stays reached."""
    await tx.execute(
        "UPDATE challenge_team SET milestones = greatest(milestones, $2),"
        " reached_at = coalesce(reached_at, $3) WHERE id = $1",
        team_id,
        milestones,
        reached_at,
    )


async def decide_teams(tx: Sql, ids: Sequence[UUID]) -> None:
    """Lets nothing that comes later change the result of these locked teams."""
    await tx.execute("UPDATE challenge_team SET decided = true WHERE id = ANY($1)", ids)


def _team_of(row: asyncpg.Record) -> TeamRow:
    return TeamRow(
        id=row["id"],
        challenge_id=row["challenge_id"],
        name=row["name"],
        captain_id=row["captain_id"],
        invite_code=row["invite_code"],
        size=row["size"],
        milestones=row["milestones"],
        reached_at=row["reached_at"],
        decided=row["decided"],
        progress=tuple(row["progress"] or ()),
        members=tuple(row["members"] or ()),
    )
