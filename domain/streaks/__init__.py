"""Streaks: days in a row, with freezes.

streak   what follows from the days
outages  when the platform itself was away
"""

from domain.streaks.streak import (
    CHECK_INS,
    CHECKED_IN,
    REPAIRED,
    Attendance,
    CheckIn,
    Present,
    Streak,
    begun,
    day_checked_in,
    extended,
    follow,
    frozen,
    present,
)

__all__ = [
    "CHECKED_IN",
    "CHECK_INS",
    "REPAIRED",
    "Attendance",
    "CheckIn",
    "Present",
    "Streak",
    "begun",
    "day_checked_in",
    "extended",
    "follow",
    "frozen",
    "present",
]
