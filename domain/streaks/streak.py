"""A streak: days in a row on which a member checked in, with freezes for the days they missed.

It follows from the set of days alone, in whatever order they came to be known: `follow` reads a
whole past, `extended` adds a later day to what is known of it, `present` binds it to today.

A freeze is earned every 7 days of the streak, at most 2 are kept, and each missed day uses one by
itself while there is one. Days that are `spared` (the platform was down, or staff repaired the
day) cost nothing. A frozen day keeps the streak without lengthening it.
Source: behaviour.md, "Streaks".
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.activity import Activity
from domain.values import value

CHECKED_IN: Final = "day.checked_in"
REPAIRED: Final = "streak.repaired"
CHECK_INS: Final = "check_in"
"""The key of the streak of check-ins."""

DAYS_A_FREEZE: Final = 7
MOST_FREEZES: Final = 2
_DAY: Final = timedelta(days=1)


@value
class Streak:
    """Where a streak stood on the evening of `last_day`, the last one checked in.

    `current` and `longest` are days checked in, frozen ones left out.
    """

    last_day: date
    current: int
    longest: int
    freezes: int


@value
class Present:
    """A streak as it is today. `at_risk`: it ends tonight unless the member checks in."""

    last_day: date
    current: int
    longest: int
    freezes: int
    at_risk: bool


@value
class CheckIn:
    """A day on which a member checked in, by which activity, and the points it earned."""

    day: date
    activity_id: UUID
    points: int


@dataclass(slots=True)
class Attendance:
    """What the engine knows of a member's check-ins, and changes by another one.

    `days` are all of them where an earlier day than the last may come, else at least the last.
    """

    streak: Streak | None = None
    days: set[date] = field(default_factory=set[date])
    spared: AbstractSet[date] = frozenset()
    added: list[CheckIn] = field(default_factory=list[CheckIn])

    def add(self, check_in: CheckIn) -> None:
        """Counts a day; the second check-in of a day counts for nothing."""
        if check_in.day in self.days:
            return
        self.streak = self.after(check_in.day)
        self.days.add(check_in.day)
        self.added.append(check_in)

    def after(self, day: date) -> Streak:
        """The streak with this day as well."""
        if self.streak is not None and day > self.streak.last_day:
            return extended(self.streak, day, self.spared)
        return follow({*self.days, day}, self.spared) or begun(day)


def day_checked_in(activity: Activity, where: ZoneInfo) -> date:
    """The day that a `day.checked_in` is about: the one it names, else the one it occurred on.

    A day that is named stays what it was if the programme moves to another zone. It is nowhere on
    earth more than a day from that of Greenwich; anything else is no day of this activity.
    """
    named = _read(activity.attributes.get("day"))
    of_greenwich = activity.occurred_at.astimezone(UTC).date()
    if named is not None and abs(named - of_greenwich) <= _DAY:
        return named
    return calendar.day_of(activity.occurred_at, where)


def follow(days: Iterable[date], spared: AbstractSet[date]) -> Streak | None:
    """The streak of these days, which may come in any order; None for no days."""
    streak: Streak | None = None
    for day in sorted(set(days)):
        streak = begun(day) if streak is None else extended(streak, day, spared)
    return streak


def begun(day: date) -> Streak:
    """A streak of one day."""
    return Streak(day, current=1, longest=1, freezes=0)


def extended(streak: Streak, day: date, spared: AbstractSet[date]) -> Streak:
    """The streak with a check-in on a later day, a day longer unless it was broken."""
    alive, freezes = _until(streak, day, spared)
    current = streak.current + 1 if alive else 1
    if current % DAYS_A_FREEZE == 0:
        freezes = min(freezes + 1, MOST_FREEZES)
    return Streak(day, current, max(streak.longest, current), freezes)


def present(streak: Streak, today: date, spared: AbstractSet[date]) -> Present:
    """What is left of the streak today. Today itself is not missed until it is over."""
    alive, freezes = _until(streak, today, spared)
    done = streak.last_day >= today or today in spared
    return Present(
        last_day=streak.last_day,
        current=streak.current if alive else 0,
        longest=streak.longest,
        freezes=freezes,
        at_risk=alive and freezes == 0 and not done,
    )


def frozen(days: Iterable[date], spared: AbstractSet[date], today: date) -> set[date]:
    """The missed days before today that a freeze, or being spared, kept from ending the streak."""
    found: set[date] = set()
    streak: Streak | None = None
    for day in sorted(set(days)):
        if streak is not None:
            found.update(_kept(streak, day, spared))
        streak = begun(day) if streak is None else extended(streak, day, spared)
    if streak is not None:
        found.update(_kept(streak, today, spared))
    return found


def _until(streak: Streak, day: date, spared: AbstractSet[date]) -> tuple[bool, int]:
    """Whether the streak lives when `day` begins, and how many freezes are left."""
    kept = _kept(streak, day, spared)
    used = sum(one not in spared for one in kept)
    alive = streak.last_day + (len(kept) + 1) * _DAY >= day
    return alive, streak.freezes - used


def _kept(streak: Streak, day: date, spared: AbstractSet[date]) -> list[date]:
    """The days after the last one and before `day` that do not end the streak, in a row."""
    kept: list[date] = []
    freezes, missed = streak.freezes, streak.last_day + _DAY
    while missed < day and (missed in spared or freezes):
        freezes -= missed not in spared
        kept.append(missed)
        missed += _DAY
    return kept


def _read(written: object) -> date | None:
    if not isinstance(written, str):
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.isoformat() == written else None
