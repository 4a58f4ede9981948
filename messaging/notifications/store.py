"""Notifications in the database, beside the activities they are about. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.activity import Activity
from domain.values import value
from infra.activity_log import COLUMNS, activity_of
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A notification with its activity, the newest of as many as are `told`.

    `read_at` is None until it is read.
    """

    id: UUID
    member_id: UUID
    activity: Activity
    created_at: datetime
    read_at: datetime | None
    told: int = 1


@value
class Made:
    """A notification to make of an activity, the newest of as many as are `told`."""

    id: UUID
    member_id: UUID
    activity_id: UUID
    group: str | None = None
    told: int = 1


_READ: Final = (
    f"SELECT n.id AS notification_id, n.created_at, n.read_at, n.told, {COLUMNS}"  # noqa: S608
    " FROM notification n JOIN activity a ON a.id = n.activity_id"
)


_JOIN: Final = """
UPDATE notification n SET activity_id = m.activity_id, told = n.told + m.told
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[])
  m (member_id, group_key, activity_id, told)
WHERE n.member_id = m.member_id AND n.group_key = m.group_key AND n.read_at IS NULL
  AND n.created_at > $5
RETURNING n.member_id, n.group_key, n.id
"""
_ADD: Final = """
INSERT INTO notification (id, member_id, activity_id, group_key, told, created_at)
SELECT m.*, $6 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[]) m
ON CONFLICT (member_id, activity_id) DO NOTHING RETURNING member_id, id
"""


async def add(
    tx: Sql, made: Sequence[Made], now: datetime, *, joined_since: datetime
) -> list[tuple[UUID, UUID]]:
    """Adds notifications, or lets them join those of their group that were made since then and
    are not read; those that are new or changed, as (member, id).

    Whoever adds holds the partition of the members. Of a group there is one at most.
    """
    groups = [one for one in made if one.group is not None]
    joined: dict[tuple[UUID, str], UUID] = {}
    if groups:
        wanted = [(one.member_id, one.group, one.activity_id, one.told) for one in groups]
        rows = await tx.fetch(_JOIN, *columns(wanted, 4), joined_since)
        joined = {(row["member_id"], row["group_key"]): row["id"] for row in rows}
    new = [one for one in made if (one.member_id, one.group or "") not in joined]
    values = [(one.id, one.member_id, one.activity_id, one.group, one.told) for one in new]
    rows = await tx.fetch(_ADD, *columns(values, 5), now)
    added = [(row["member_id"], row["id"]) for row in rows]
    return [*((member_id, id_) for (member_id, _), id_ in joined.items()), *added]


async def pages(
    sql: Sql, member_ids: Sequence[UUID], *, unread_only: bool, before: UUID | None, limit: int
) -> list[list[NotificationRow]]:
    """For each member, the newest notifications made before `before`, newest first."""
    rows = await sql.fetch(
        "SELECT p.* FROM unnest($1::uuid[]) WITH ORDINALITY m (id, place)"  # noqa: S608 - own text
        " CROSS JOIN LATERAL ("
        f"  {_READ} WHERE n.member_id = m.id AND ($2 IS FALSE OR n.read_at IS NULL)"
        "   AND ($3::uuid IS NULL OR n.id < $3) ORDER BY n.id DESC LIMIT $4) p"
        " ORDER BY m.place, p.notification_id DESC",
        member_ids,
        unread_only,
        before,
        limit,
    )
    found: dict[UUID, list[NotificationRow]] = {one: [] for one in member_ids}
    for row in rows:
        found[row["member_id"]].append(_row_of(row))
    return [found[one] for one in member_ids]


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, NotificationRow]:
    """The notifications with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_READ} WHERE n.id = ANY($1)", ids)
    return {row["notification_id"]: _row_of(row) for row in rows}


async def unread(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many notifications each member has not read."""
    rows = await sql.fetch(
        "SELECT member_id, count(*) AS n FROM notification"
        " WHERE member_id = ANY($1) AND read_at IS NULL GROUP BY member_id",
        member_ids,
    )
    found = {row["member_id"]: int(row["n"]) for row in rows}
    return {one: found.get(one, 0) for one in member_ids}


async def owned(sql: Sql, member_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are notifications of this member."""
    rows = await sql.fetch(
        "SELECT id FROM notification WHERE id = ANY($1) AND member_id = $2", ids, member_id
    )
    return {row["id"] for row in rows}


async def mark_read(tx: Sql, member_id: UUID, now: datetime, *, ids: Sequence[UUID] | None) -> None:
    """Marks these as read, or all that were made until now; what was read stays as it was."""
    await tx.execute(
        "UPDATE notification SET read_at = greatest(created_at, $2)"
        " WHERE member_id = $1 AND read_at IS NULL"
        "   AND ($3::uuid[] IS NULL AND created_at <= $2 OR id = ANY($3))",
        member_id,
        now,
        ids,
    )


async def forget(sql: Sql, before: datetime) -> None:
    """Puts away what was made before."""
    await sql.execute("DELETE FROM notification WHERE created_at < $1", before)


def _row_of(row: asyncpg.Record) -> NotificationRow:
    return NotificationRow(
        id=row["notification_id"],
        member_id=row["member_id"],
        activity=activity_of(row),
        created_at=row["created_at"],
        read_at=row["read_at"],
        told=row["told"],
    )
