"""Every query about sessions and refresh tokens. Nothing here commits. Times are real."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.members import Role
from infra.database import Sql, columns
from members.store import roles_of


@dataclass(frozen=True, slots=True)
class Present:
    """Who is behind a token now."""

    member_id: UUID
    roles: frozenset[Role]


_PRESENT: Final = """
SELECT n.place, m.id, m.roles
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY n (session_id, member_id, place)
LEFT JOIN session s ON s.id = n.session_id AND s.revoked_at IS NULL
LEFT JOIN member a ON a.id = n.member_id AND n.session_id IS NULL
JOIN member m ON m.id = coalesce(s.member_id, a.merged_into, a.id)
"""


async def present(sql: Sql, named: Sequence[tuple[UUID | None, UUID]]) -> list[Present | None]:
    """Who is behind tokens that name a session, or none, and a member.

    Of a session it is the member that has it now, else the one named, or the one into whom they
    were merged; None when it is over, or the member unknown.
    """
    found: list[Present | None] = [None] * len(named)
    for row in await sql.fetch(_PRESENT, *columns(named, 2)):
        place: int = row["place"]
        found[place - 1] = _present(row)
    return found


async def open_sessions(
    sql: Sql, sessions: Sequence[tuple[UUID, UUID]], now: datetime, *, expires_at: datetime
) -> None:
    """Opens `(session id, member id)`, to be forgotten after `expires_at`."""
    await sql.execute(
        "INSERT INTO session (id, member_id, started_at, expires_at)"
        " SELECT n.id, n.member_id, $3, $4 FROM unnest($1::uuid[], $2::uuid[]) n (id, member_id)",
        *columns(sessions, 2),
        now,
        expires_at,
    )


_CONTINUE: Final = """
WITH token AS (
  INSERT INTO refresh_token (digest, session_id, expires_at) VALUES ($2, $1, $3)
)
UPDATE session s SET expires_at = $3 FROM member m
WHERE s.id = $1 AND m.id = s.member_id
RETURNING m.id, m.roles
"""


async def add_refresh_token(
    sql: Sql, session_id: UUID, digest: str, *, expires_at: datetime
) -> Present:
    """Gives a session its next refresh token, and the session the same end."""
    row = await sql.fetchrow(_CONTINUE, session_id, digest, expires_at)
    if row is None:
        raise LookupError(session_id)
    return _present(row)


# One statement decides: of two that use a token at once, the second waits for the row and then
# finds it used.
_USE: Final = """
UPDATE refresh_token t SET used_at = $2
FROM session s
WHERE t.digest = $1 AND t.used_at IS NULL AND t.expires_at > $2
  AND s.id = t.session_id AND s.revoked_at IS NULL
RETURNING t.session_id
"""


async def use_refresh_token(sql: Sql, digest: str, now: datetime) -> UUID | None:
    """The session that a good refresh token continues; the token is used up."""
    session_id: UUID | None = await sql.fetchval(_USE, digest, now)
    return session_id


async def revoke_stolen(sql: Sql, digest: str, now: datetime) -> UUID | None:
    """Ends the session whose used refresh token turned up again: one of its two users stole it.

    The session that this ended.
    """
    stolen: UUID | None = await sql.fetchval(
        "UPDATE session s SET revoked_at = $2 FROM refresh_token t"
        " WHERE t.digest = $1 AND t.used_at IS NOT NULL AND s.id = t.session_id"
        "   AND s.revoked_at IS NULL"
        " RETURNING s.id",
        digest,
        now,
    )
    return stolen


async def revoke(sql: Sql, session_id: UUID, now: datetime) -> None:
    """Ends a session; ending it again changes nothing."""
    await sql.execute(
        "UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", session_id, now
    )


async def still_open(sql: Sql, sessions: Collection[tuple[UUID, UUID]]) -> set[UUID]:
    """Of `(session id, member id)`, the sessions that are open and that member's."""
    rows = await sql.fetch(
        "SELECT s.id FROM session s"
        " JOIN unnest($1::uuid[], $2::uuid[]) n (id, member_id) USING (id, member_id)"
        " WHERE s.revoked_at IS NULL",
        *columns(list(sessions), 2),
    )
    return {row["id"] for row in rows}


async def move_sessions(sql: Sql, from_member: UUID, to_member: UUID) -> None:
    """Lets the devices of one member go on as another."""
    await sql.execute(
        "UPDATE session SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )


async def forget_ended(sql: Sql, now: datetime) -> None:
    """Deletes sessions whose last token is over, with all their refresh tokens."""
    await sql.execute("DELETE FROM session WHERE expires_at < $1", now)


def _present(row: asyncpg.Record) -> Present:
    return Present(row["id"], roles_of(row["roles"]))
