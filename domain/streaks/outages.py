"""Which days the platform was down for so long that nobody's streak may suffer from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain import calendar

LONG: Final = timedelta(hours=2)
"""So much of one day: whoever wanted to check in may have tried in vain and given up."""


def days_down(since: datetime, until: datetime, where: ZoneInfo) -> Iterator[date]:
    """The days of which one interruption took two hours or more."""
    day = calendar.day_of(since, where)
    while calendar.start_of(day, where) < until:
        begins = max(since, calendar.start_of(day, where))
        ends = min(until, calendar.end_of(day, where))
        if ends - begins >= LONG:
            yield day
        day += timedelta(days=1)
