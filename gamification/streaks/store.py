"""Check-ins, streaks and spared days in the database. Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.streaks import CheckIn, Streak
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class StreakRow:
    """A streak, and how many spared days before its last one it was followed with."""

    streak: Streak
    spared: int


async def streaks(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, StreakRow]:
    """The streaks of those members who ever checked in."""
    rows = await sql.fetch(
        "SELECT member_id, last_day, current, longest, freezes, spared FROM streak"
        " WHERE member_id = ANY($1)",
        member_ids,
    )
    return {
        row["member_id"]: StreakRow(
            Streak(row["last_day"], row["current"], row["longest"], row["freezes"]), row["spared"]
        )
        for row in rows
    }


async def spared_days(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID | None, set[date]]:
    """Days that cost nothing: under None those of everybody, else a member's own."""
    rows = await sql.fetch(
        "SELECT NULL::uuid AS member_id, day FROM outage_day UNION ALL"
        " SELECT member_id, day FROM streak_repair WHERE member_id = ANY($1)",
        member_ids,
    )
    found: defaultdict[UUID | None, set[date]] = defaultdict(set)
    for row in rows:
        found[row["member_id"]].add(row["day"])
    return found


async def days(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, set[date]]:
    """All days on which these members checked in."""
    rows = await sql.fetch(
        "SELECT member_id, day FROM check_in WHERE member_id = ANY($1)", member_ids
    )
    found: dict[UUID, set[date]] = {member_id: set() for member_id in member_ids}
    for row in rows:
        found[row["member_id"]].add(row["day"])
    return found


async def points(sql: Sql, member_id: UUID, first: date, last: date) -> dict[date, int]:
    """What the check-ins of these days earned, both ends included."""
    rows = await sql.fetch(
        "SELECT day, points FROM check_in WHERE member_id = $1 AND day BETWEEN $2 AND $3",
        member_id,
        first,
        last,
    )
    return {row["day"]: row["points"] for row in rows}


async def add_check_ins(sql: Sql, added: Iterable[tuple[UUID, CheckIn]]) -> None:
    """Adds days that nobody has counted yet."""
    rows = [(member_id, one.day, one.activity_id, one.points) for member_id, one in added]
    await sql.copy("check_in", ("member_id", "day", "activity_id", "points"), rows)


async def put_streaks(sql: Sql, put: Mapping[UUID, StreakRow]) -> None:
    """Writes where these members' streaks stand."""
    rows = [
        (
            member_id,
            row.streak.last_day,
            row.streak.current,
            row.streak.longest,
            row.streak.freezes,
            row.spared,
        )
        for member_id, row in put.items()
    ]
    await sql.execute(
        "INSERT INTO streak (member_id, last_day, current, longest, freezes, spared)"
        " SELECT * FROM unnest($1::uuid[], $2::date[], $3::integer[], $4::integer[],"
        "   $5::integer[], $6::integer[])"
        " ON CONFLICT (member_id) DO UPDATE SET last_day = excluded.last_day,"
        " current = excluded.current, longest = excluded.longest, freezes = excluded.freezes,"
        " spared = excluded.spared",
        *columns(rows, 6),
    )


@dataclass(frozen=True, slots=True)
class Repair:
    """A day that staff put right for a member, and why."""

    member_id: UUID
    day: date
    actor_id: UUID
    reason: str


async def add_repair(sql: Sql, repair: Repair, now: datetime) -> bool:
    """Keeps a repair; whether it is new."""
    written = await sql.fetchval(
        "INSERT INTO streak_repair (member_id, day, actor_id, reason, repaired_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true",
        repair.member_id,
        repair.day,
        repair.actor_id,
        repair.reason,
        now,
    )
    return bool(written)


async def members_after(sql: Sql, after: UUID, limit: int) -> list[UUID]:
    """The next members who ever checked in, by id."""
    rows = await sql.fetch(
        "SELECT member_id FROM streak WHERE member_id > $1 ORDER BY member_id LIMIT $2",
        after,
        limit,
    )
    return [row["member_id"] for row in rows]
