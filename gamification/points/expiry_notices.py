"""Tells the log who is about to lose points, in time to use them.

Each of the programme's days, once: whoever has points that end within a fortnight is told of all
of them together, and then not again for a week. So everything is told a week before at the latest,
and a member whose points end a few every day is not told every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from domain import calendar
from domain.activity import LAURELS, Activity
from infra import activity_log
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

ANNOUNCED: Final = "points.expiry_announced"
AHEAD: Final = 14  # days
AGAIN: Final = 7  # days
_BATCH: Final = 500


async def announce_next(platform: Platform, zone: ZoneInfo) -> int:
    """Looks at the next members of the day; 0 when the day is done, or another worker has it.

    A night that was missed is not caught up with: today's look sees all that it would have seen.
    """

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        today = calendar.day_of(now, zone)
        at = await _round(tx, today)
        if at is None or at["day"] > today:
            return 0
        after = at["last_member"] if at["day"] == today else None
        until = calendar.end_of(today + timedelta(days=AHEAD), zone)
        members = await _members(tx, until, after=after)
        losing = await _losing(tx, members, now, until, before=today - timedelta(days=AGAIN))
        told = [_announced(row, today, now) for row in losing]
        await activity_log.record(tx, told, applied=False)
        await _keep(tx, [one.member_id for one in told], today)
        await _move(tx, today, members)
        return 1

    return await platform.database.in_transaction(work)


async def _round(tx: Transaction, today: date) -> asyncpg.Record | None:
    """The row, which is this transaction's; None when another worker has it."""
    await tx.execute(
        "INSERT INTO points_expiry_round (day) VALUES ($1) ON CONFLICT DO NOTHING", today
    )
    return await tx.fetchrow(
        "SELECT day, last_member FROM points_expiry_round FOR UPDATE SKIP LOCKED"
    )


async def _members(sql: Sql, until: datetime, *, after: UUID | None) -> list[UUID]:
    """The next members with anything that comes due until then, by id."""
    rows = await sql.fetch(
        "SELECT member_id FROM member_state"
        " WHERE next_due <= $1 AND ($2::uuid IS NULL OR member_id > $2)"
        " ORDER BY member_id LIMIT $3",
        until,
        after,
        _BATCH,
    )
    return [row["member_id"] for row in rows]


async def _losing(
    sql: Sql, members: Sequence[UUID], now: datetime, until: datetime, *, before: date
) -> list[asyncpg.Record]:
    """How much each of them loses until then, and when the last of it ends."""
    return await sql.fetch(
        "SELECT l.member_id, sum(l.remaining)::bigint AS amount, max(l.expires_at) AS expires_at"
        " FROM points_lot l LEFT JOIN points_expiry_notice n USING (member_id)"
        " WHERE l.member_id = ANY($1) AND l.remaining > 0"
        "   AND l.expires_at > $2 AND l.expires_at <= $3"
        "   AND (n.announced_on IS NULL OR n.announced_on <= $4)"
        " GROUP BY l.member_id ORDER BY l.member_id",
        members,
        now,
        until,
        before,
    )


async def _keep(tx: Transaction, members: Sequence[UUID], today: date) -> None:
    await tx.execute(
        "INSERT INTO points_expiry_notice (member_id, announced_on)"
        " SELECT m.id, $2 FROM unnest($1::uuid[]) m (id)"
        " ON CONFLICT (member_id) DO UPDATE SET announced_on = excluded.announced_on",
        members,
        today,
    )


async def _move(tx: Transaction, today: date, members: Sequence[UUID]) -> None:
    """Behind these members, or to the next day when they were the last."""
    more = len(members) == _BATCH
    await tx.execute(
        "UPDATE points_expiry_round SET day = $1, last_member = $2",
        today if more else today + timedelta(days=1),
        members[-1] if more else None,
    )


def _announced(row: asyncpg.Record, today: date, now: datetime) -> Activity:
    return Activity(
        id=new_id(),
        member_id=row["member_id"],
        type=ANNOUNCED,
        source=LAURELS,
        external_id=f"{ANNOUNCED}:{row['member_id']}:{today}",
        occurred_at=now,
        received_at=now,
        attributes={"amount": row["amount"], "expiresAt": row["expires_at"].isoformat()},
    )
