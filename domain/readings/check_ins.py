"""The reading of a check-in: its day counts for the member's streak, once."""

from __future__ import annotations

from domain.happening import Happening
from domain.ledger import EntryKind
from domain.streaks import CHECKED_IN, Attendance, CheckIn, day_checked_in


def keep_streak(happening: Happening) -> None:
    """Counts the day of a `day.checked_in`, with what rules gave for it."""
    activity, state = happening.activity, happening.state
    if activity.type != CHECKED_IN:
        return
    if state.attendance is None:
        state.attendance = Attendance()
    day = day_checked_in(activity, happening.programme.settings.zone)
    state.attendance.add(CheckIn(day, activity.id, _earned(happening)))


def _earned(happening: Happening) -> int:
    """The points that this activity alone was awarded, which are the newest entries."""
    points = 0
    for entry in reversed(happening.state.books.entries):
        if entry.cause.activity_id != happening.activity.id:
            break
        points += entry.amount if entry.kind is EntryKind.EARN else 0
    return points
