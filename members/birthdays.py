"""Members' birthdays as activities: `birthday.reached`, once a member and year.

A worker goes through the programme's days in their order, a bounded batch of members at a time.
How far it came is one row, which moves in the transaction that records the activities: a night
that was missed is caught up with, and going on after a crash repeats nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from domain.calendar import day_of, end_of, start_of
from domain.members import birthday_reached, birthdays_on
from infra import activity_log
from infra.clock import Clock
from infra.database import Database, Sql, Transaction
from infra.ids import new_id

_BATCH: Final = 500


async def reach_birthdays(database: Database, clock: Clock, zone: ZoneInfo) -> int:
    """Records the next batch of birthdays up to today; returns how many days or members it did.

    Any number of workers may call this; one at a time does it. 0 means that there is nothing left.

    Raises: Unavailable while PostgreSQL is away.
    """

    async def work(tx: Transaction) -> int:
        now = await clock.now(tx)
        today = day_of(now, zone)
        at = await _round(tx, today)
        if at is None or at["day"] > today:
            return 0
        day, year = at["day"], at["day"].year
        members = await _members(tx, day, zone, after=at["last_member"])
        reached = [
            birthday_reached(one, key=new_id(), year=year, on=start_of(day, zone), now=now)
            for one in members
        ]
        names = [(one.source, one.external_id) for one in reached]
        known = await activity_log.known(tx, names)  # who changed their birthday has it once
        await activity_log.record(
            tx,
            [one for one, name in zip(reached, names, strict=True) if name not in known],
            applied=False,
        )
        await _move(tx, day, members)
        return 1

    return await database.in_transaction(work)


async def _round(tx: Transaction, today: date) -> asyncpg.Record | None:
    """The row, which is this transaction's; None when another worker has it."""
    await tx.execute("INSERT INTO birthday_round (day) VALUES ($1) ON CONFLICT DO NOTHING", today)
    return await tx.fetchrow("SELECT day, last_member FROM birthday_round FOR UPDATE SKIP LOCKED")


async def _members(sql: Sql, day: date, zone: ZoneInfo, *, after: UUID | None) -> list[UUID]:
    """Members who were there on the day and were born on such a one, by id."""
    born = birthdays_on(day)
    rows = await sql.fetch(
        "SELECT m.id FROM member m JOIN unnest($1::numeric[], $2::numeric[]) b (month, day)"
        " ON extract(month FROM m.birthday) = b.month AND extract(day FROM m.birthday) = b.day"
        " WHERE m.birthday IS NOT NULL AND m.merged_into IS NULL AND m.birthday < $3"
        "   AND m.joined_at < $4 AND ($5::uuid IS NULL OR m.id > $5)"
        " ORDER BY m.id LIMIT $6",
        [month for month, _ in born],
        [number for _, number in born],
        day,
        end_of(day, zone),
        after,
        _BATCH,
    )
    return [row["id"] for row in rows]


async def _move(tx: Transaction, day: date, members: Sequence[UUID]) -> None:
    """Behind these members, or to the next day when they were the last."""
    more = len(members) == _BATCH
    await tx.execute(
        "UPDATE birthday_round SET day = $1, last_member = $2",
        day if more else day + timedelta(days=1),
        members[-1] if more else None,
    )
