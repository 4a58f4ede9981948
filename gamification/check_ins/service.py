"""The verbs of check-ins: check in today, look at a month, put right a day that was missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from domain import calendar, streaks
from domain.activity import LAURELS, Activity
from domain.errors import AlreadyDone, Invalid, NotFound
from domain.ledger import Entry, EntryKind
from domain.streaks import CHECKED_IN, REPAIRED, Attendance, Present
from domain.text import check_text
from gamification.engine.run import EngineRun
from gamification.points.store import EntryRow
from gamification.programme.current import Programmes
from gamification.streaks import store
from gamification.streaks.reading import attendances, spared_before
from gamification.streaks.store import Repair, StreakRow
from infra import activity_log
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The streak after a check-in, and the entry that it earned, the largest if there are several.

    `entry` is None where no rule gives points for it.
    """

    streak: Present
    entry: EntryRow | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a member's calendar. `points` are what its check-in earned at once."""

    day: date
    checked_in: bool
    frozen: bool
    points: int


async def check_in(platform: Platform, programmes: Programmes, member_id: UUID) -> CheckedIn:
    """Checks the member in today, after everything that waits for them; effects are there at once.

    Raises: AlreadyDone on a day on which they did.
    """

    async def work(tx: Transaction) -> CheckedIn:
        run = await EngineRun.following(tx, platform, programmes, [member_id])
        stays = run.stays.get(member_id, member_id)
        waiting = await activity_log.waiting_of(tx, [stays])
        today = calendar.day_of(run.now, run.programme.settings.zone)
        activity = _checked_in(stays, today, run.now)
        await run.prepare([*waiting, activity])
        run.plan_recorded(waiting)
        attendance = run.states[stays].attendance or Attendance()
        if today in attendance.days:
            raise AlreadyDone("streak.checked_in")
        told = {"day": today.isoformat(), "streak": attendance.after(today).current}
        run.plan(replace(activity, attributes=told))
        entries = run.states[stays].books.entries
        entry = _largest([one for one in entries if one.cause.activity_id == activity.id])
        await run.write()
        assert attendance.streak is not None  # noqa: S101 - the day has just been added
        return CheckedIn(
            streaks.present(attendance.streak, today, attendance.spared),
            None if entry is None else EntryRow.of(stays, entry),
        )

    return await platform.database.in_transaction(work)


async def repair(platform: Platform, programmes: Programmes, asked: Repair) -> Present:
    """Spares a member a day that has passed, once, with who did it and why; the streak of now.

    Raises: Invalid for a day that is not over or a reason that is none, NotFound for who has no
    streak.
    """
    if not asked.reason.strip():
        raise Invalid("text.blank", field=("reason",))
    check_text(asked.reason, limit=LONGEST_REASON, field=("reason",))

    async def work(tx: Transaction) -> Present:
        run = await EngineRun.following(tx, platform, programmes, [asked.member_id])
        kept = replace(asked, member_id=run.stays.get(asked.member_id, asked.member_id))
        today = calendar.day_of(run.now, run.programme.settings.zone)
        if kept.day >= today:
            raise Invalid("streak.repair_to_come", field=("day",))
        if await store.add_repair(tx, kept, run.now):
            await activity_log.record(tx, [_repaired(kept, run.now)], applied=False)
        attendance = (await attendances(tx, [kept.member_id]))[kept.member_id]
        if attendance.streak is None:
            raise NotFound("streak.none", field=("memberId",))
        row = StreakRow(attendance.streak, spared_before(attendance))
        await store.put_streaks(tx, {kept.member_id: row})
        return streaks.present(attendance.streak, today, attendance.spared)

    return await platform.database.in_transaction(work)


async def month(sql: Sql, member_id: UUID, of: date, today: date) -> list[CalendarDay]:
    """Every day of the month of `of`, in order, as it looks today."""
    first = of.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    known = (await attendances(sql, [member_id], [member_id]))[member_id]
    points = await store.points(sql, member_id, first, last)
    kept = streaks.frozen(known.days, known.spared, today)
    days = (first + timedelta(days=n) for n in range(last.day))
    return [CalendarDay(day, day in known.days, day in kept, points.get(day, 0)) for day in days]


def _checked_in(member_id: UUID, day: date, now: datetime) -> Activity:
    """One name a member and day: the log takes it once, whoever asks at the same time."""
    return Activity(
        id=new_id(),
        member_id=member_id,
        type=CHECKED_IN,
        source=LAURELS,
        external_id=f"{CHECKED_IN}:{member_id}:{day}",
        occurred_at=now,
        received_at=now,
        attributes={"day": day.isoformat()},
    )


def _repaired(asked: Repair, now: datetime) -> Activity:
    return Activity(
        id=new_id(),
        member_id=asked.member_id,
        type=REPAIRED,
        source=LAURELS,
        external_id=f"{REPAIRED}:{asked.member_id}:{asked.day}",
        occurred_at=now,
        received_at=now,
        attributes={"key": streaks.CHECK_INS, "day": asked.day.isoformat()},
    )


def _largest(entries: list[Entry]) -> Entry | None:
    earned = [one for one in entries if one.kind is EntryKind.EARN]
    return max(earned, key=lambda one: one.amount, default=None)
