"""Tickets to send one file each. Every query about them; never commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from domain.values import value
from infra.database import Sql

LIFE: Final = timedelta(minutes=15)
"""How long a ticket lives, in the programme's time. Source: the contract's "Photos"."""

_COLUMNS: Final = "id, member_id, content_type, byte_size, expires_at, tries, image_id"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 64))"


@value
class Ticket:
    """Lets a member send a file of one type and size. `image_id` is what it became, if it did."""

    id: UUID
    member_id: UUID
    content_type: str
    byte_size: int
    expires_at: datetime
    tries: int = 0
    image_id: UUID | None = None

    @property
    def object_name(self) -> str:
        """Where the file lies until it is made into pictures."""
        return f"uploads/{self.id.hex}"


async def lock_member(tx: Sql, member_id: UUID) -> None:
    """Lets a member's tickets be counted and written by one at a time."""
    await tx.execute(_LOCK, member_id)


async def count_open(sql: Sql, member_id: UUID, now: datetime) -> int:
    """How many tickets of a member may still be completed."""
    count: int = await sql.fetchval(
        "SELECT count(*) FROM image_upload"
        " WHERE member_id = $1 AND image_id IS NULL AND expires_at > $2",
        member_id,
        now,
    )
    return count


async def add(sql: Sql, ticket: Ticket, now: datetime) -> None:
    """Writes a new ticket down."""
    await sql.execute(
        "INSERT INTO image_upload (id, member_id, content_type, byte_size, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        ticket.id,
        ticket.member_id,
        ticket.content_type,
        ticket.byte_size,
        now,
        ticket.expires_at,
    )


async def by_id(sql: Sql, ticket_id: UUID, *, lock: bool = False) -> Ticket | None:
    """The ticket; locked, nobody else completes it until the transaction ends."""
    row = await sql.fetchrow(
        f"SELECT {_COLUMNS} FROM image_upload WHERE id = $1{' FOR UPDATE' if lock else ''}",  # noqa: S608 - own columns
        ticket_id,
    )
    return None if row is None else _ticket(row)


async def count_try(sql: Sql, ticket_id: UUID) -> None:
    """Writes down that the file is about to be read."""
    await sql.execute("UPDATE image_upload SET tries = tries + 1 WHERE id = $1", ticket_id)


async def complete(sql: Sql, ticket_id: UUID, image_id: UUID, now: datetime) -> None:
    """Writes down what the file of a locked ticket became."""
    await sql.execute(
        "UPDATE image_upload SET image_id = $2, completed_at = $3 WHERE id = $1",
        ticket_id,
        image_id,
        now,
    )


_OVER: Final = f"""
SELECT {_COLUMNS} FROM image_upload
WHERE swept_at IS NULL AND expires_at < $1 ORDER BY expires_at LIMIT $2
"""  # noqa: S608 - own columns


async def over(sql: Sql, before: datetime, *, limit: int) -> list[Ticket]:
    """Tickets that ended before then and whose files may still lie somewhere."""
    return [_ticket(row) for row in await sql.fetch(_OVER, before, limit)]


async def swept(sql: Sql, ids: list[UUID], now: datetime) -> None:
    """Writes down that nothing is left of the files of these tickets."""
    await sql.execute("UPDATE image_upload SET swept_at = $2 WHERE id = ANY($1)", ids, now)


async def forget(sql: Sql, before: datetime) -> None:
    """Drops tickets that were given out before then, and of which nothing is left."""
    await sql.execute(
        "DELETE FROM image_upload WHERE created_at < $1 AND swept_at IS NOT NULL", before
    )


def _ticket(row: asyncpg.Record) -> Ticket:
    return Ticket(**row)
