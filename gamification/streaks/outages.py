"""Outages: the days on which the platform was down, which cost nobody a streak.

A worker says once in a while that it runs. When the next word comes late, the time between was an
outage. Nothing else is to be done: whoever reads a streak sees that another day is spared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain import calendar
from domain.errors import Invalid
from domain.streaks.outages import days_down
from domain.text import check_text
from infra.database import Sql, Transaction
from infra.platform import Platform

LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Outage:
    """A day of outage; `by_hand` says that somebody of the shop told of it."""

    day: date
    reason: str
    by_hand: bool


async def beat(platform: Platform, zone: ZoneInfo) -> int:
    """Says that a worker runs now; how many days of outage lie between this word and the last.

    The words are in real time: moving a sandbox's clock is no outage.
    """

    async def work(tx: Transaction) -> int:
        row = await tx.fetchrow(
            "INSERT INTO heartbeat (beat_at) VALUES (clock_timestamp())"
            " ON CONFLICT (only_one) DO UPDATE SET beat_at = greatest("
            "   heartbeat.beat_at, clock_timestamp())"
            " RETURNING old.beat_at AS before, new.beat_at AS now"
        )
        if row is None or row["before"] is None:
            return 0
        now = await platform.clock.now(tx)
        days = list(days_down(now - (row["now"] - row["before"]), now, zone))
        return await _record(tx, [Outage(day, "", by_hand=False) for day in days], now)

    return await platform.database.in_transaction(work)


async def add(platform: Platform, zone: ZoneInfo, day: date, reason: str) -> bool:
    """Tells of a day of outage by hand; whether it is news.

    Raises: Invalid for a day to come, or a reason that is too long.
    """
    check_text(reason, limit=LONGEST_REASON, field=("reason",))

    async def work(tx: Transaction) -> bool:
        now = await platform.clock.now(tx)
        if day > calendar.day_of(now, zone):
            raise Invalid("streak.outage_to_come", field=("day",))
        return await _record(tx, [Outage(day, reason, by_hand=True)], now) > 0

    return await platform.database.in_transaction(work)


async def outages(sql: Sql) -> list[Outage]:
    """All days of outage, the newest first."""
    rows = await sql.fetch("SELECT day, reason, by_hand FROM outage_day ORDER BY day DESC")
    return [Outage(row["day"], row["reason"], row["by_hand"]) for row in rows]


async def _record(tx: Transaction, found: Sequence[Outage], now: datetime) -> int:
    rows = await tx.fetch(
        "INSERT INTO outage_day (day, reason, by_hand, recorded_at)"
        " SELECT d.day, $2, $3, $4 FROM unnest($1::date[]) d (day)"
        " ON CONFLICT DO NOTHING RETURNING day",
        [one.day for one in found],
        found[0].reason if found else "",
        bool(found and found[0].by_hand),
        now,
    )
    return len(rows)
