"""Days of the programme: calendar days in an IANA zone, never spans of 24 hours.

Daylight saving makes a day 23 or 25 hours long and neither makes nor breaks one (invariant 10).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import Invalid

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""The moment that does not come: what never expires expires then."""

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Where time begins: no activity is older, and seasons without a start begin here."""

_LAST_DAY: Final = date(9998, 12, 31)


def zone(name: str) -> ZoneInfo:
    """The IANA zone of this name.

    Raises: Invalid when there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("programme.time_zone", field=("timeZone",), name=name[:60]) from error


def day_of(moment: datetime, where: ZoneInfo) -> date:
    """The calendar day on which `moment` falls there."""
    return moment.astimezone(where).date()


@lru_cache(maxsize=4096)
def start_of(day: date, where: ZoneInfo) -> datetime:
    """The first moment of that day there, in UTC.

    Where daylight saving skips midnight, the day begins with its first existing moment.
    """
    midnight = datetime.combine(day, time(), where)
    return midnight.astimezone(UTC)


def end_of(day: date, where: ZoneInfo) -> datetime:
    """The first moment after that day, in UTC."""
    return start_of(day + timedelta(days=1), where)


def days_after(moment: datetime, days: int, where: ZoneInfo) -> datetime:
    """When a term of `days` from `moment` is over: the end of the day that lies so many days later.

    Source: behaviour.md, "Points": "N days" end with the programme day N days after the day of
    `occurredAt`.
    """
    start = day_of(moment, where)
    if days > (_LAST_DAY - start).days:
        return NEVER
    return end_of(start + timedelta(days=days), where)
