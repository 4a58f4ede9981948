"""What a season is called, in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.execution.context import Context
from domain.boards import Period, Season
from domain.calendar import day_of

_INSTANT: Final = timedelta(microseconds=1)


def season_name(context: Context, period: Period, season: Season, zone: ZoneInfo) -> str:
    """The season's day, week, month or dates; a week by its ISO number."""
    first = day_of(season.starts_at, zone)
    match period:
        case Period.DAY:
            return context.say("season.day", year=first.year, month=first.month, day=first.day)
        case Period.WEEK:
            year, week, _ = first.isocalendar()
            return context.say("season.week", year=year, week=week)
        case Period.MONTH:
            return context.say("season.month", year=first.year, month=first.month)
        case Period.ALL_TIME | Period.SEASON if season.ends_at is not None:
            last = day_of(season.ends_at - _INSTANT, zone)
            return context.say("season.dates", first=first.isoformat(), last=last.isoformat())
        case _:
            return context.say("season.all_time")
