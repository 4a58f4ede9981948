"""What is known of members' check-ins: for the engine under their locks, and for readers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from domain import streaks
from domain.streaks import Attendance, Present
from gamification.streaks import store
from infra.database import Sql


async def attendances(
    sql: Sql, member_ids: Sequence[UUID], whole: Collection[UUID] = ()
) -> dict[UUID, Attendance]:
    """The attendance of each member, with all their days for those of `whole`.

    A streak that was followed before another of its days was spared is followed again.
    """
    found = await store.streaks(sql, member_ids)
    spared = await store.spared_days(sql, member_ids)
    everybody = frozenset(spared[None])
    made: dict[UUID, Attendance] = {}
    outdated: list[UUID] = []
    for member_id in member_ids:
        own = everybody | spared[member_id] if member_id in spared else everybody
        made[member_id] = attendance = Attendance(spared=own)
        if row := found.get(member_id):
            attendance.streak = row.streak
            attendance.days.add(row.streak.last_day)
            if row.spared != spared_before(attendance):
                outdated.append(member_id)
    wanted = [one for one in found if one in whole or one in outdated]
    if wanted:
        for member_id, days in (await store.days(sql, wanted)).items():
            made[member_id].days = days
    for member_id in outdated:
        made[member_id].streak = streaks.follow(made[member_id].days, made[member_id].spared)
    return made


def spared_before(attendance: Attendance) -> int:
    """How many spared days there are before the last day of the streak."""
    streak = attendance.streak
    return 0 if streak is None else sum(day < streak.last_day for day in attendance.spared)


async def presents(sql: Sql, member_ids: Sequence[UUID], today: date) -> dict[UUID, Present]:
    """What is left today of the streaks of those who ever checked in."""
    return {
        member_id: streaks.present(one.streak, today, one.spared)
        for member_id, one in (await attendances(sql, member_ids)).items()
        if one.streak is not None
    }
