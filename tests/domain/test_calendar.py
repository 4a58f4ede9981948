"""Days are the programme's calendar days; daylight saving and travel neither make nor break one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import NEVER, day_of, days_after, end_of, start_of, zone
from domain.errors import Invalid

SHANGHAI, BERLIN, SAO_PAULO = map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo"))
ZONES = st.sampled_from(
    [SHANGHAI, BERLIN, SAO_PAULO]
    + [
        ZoneInfo(name)
        for name in ("America/Havana", "Pacific/Apia", "Asia/Kathmandu", "Africa/Cairo")
    ]
)
MOMENTS = st.integers(946_684_800, 2_114_380_800).map(lambda s: datetime.fromtimestamp(s, UTC))


def test_a_day_in_shanghai_begins_at_16_utc() -> None:
    assert datetime(2026, 2, 28, 16, tzinfo=UTC) == start_of(date(2026, 3, 1), SHANGHAI)
    assert date(2026, 3, 1) == day_of(datetime(2026, 2, 28, 16, tzinfo=UTC), SHANGHAI)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_day_of_changing_clocks_is_one_day(day: tuple[int, int, int], hours: int) -> None:
    there = date(*day)
    assert timedelta(hours=hours) == end_of(there, BERLIN) - start_of(there, BERLIN)


def test_where_midnight_is_skipped_the_day_begins_with_its_first_moment() -> None:
    start = start_of(date(2018, 11, 4), SAO_PAULO)
    assert (date(2018, 11, 4), 1) == (
        start.astimezone(SAO_PAULO).date(),
        start.astimezone(SAO_PAULO).hour,
    )
    assert date(2018, 11, 3) == day_of(start - timedelta(microseconds=1), SAO_PAULO)


def test_where_midnight_comes_twice_the_day_begins_with_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    assert datetime(2026, 11, 1, 4, tzinfo=UTC) == start_of(date(2026, 11, 1), havana)
    assert timedelta(hours=25) == end_of(date(2026, 11, 1), havana) - start_of(
        date(2026, 11, 1), havana
    )


def test_a_term_ends_with_the_day_so_many_days_later() -> None:
    noon = datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert datetime(2026, 3, 8, 16, tzinfo=UTC) == days_after(noon, 7, SHANGHAI)


def test_a_term_from_a_month_end_counts_days_and_not_months() -> None:
    assert datetime(2026, 3, 2, 16, tzinfo=UTC) == days_after(
        datetime(2026, 1, 31, tzinfo=UTC), 30, SHANGHAI
    )


@pytest.mark.parametrize(("year", "last"), [(2027, 1), (2028, 29)])
def test_a_leap_day_is_a_day(year: int, last: int) -> None:
    ends = days_after(datetime(year, 2, 28, 4, tzinfo=UTC), 1, SHANGHAI)
    assert last == day_of(ends - timedelta(microseconds=1), SHANGHAI).day


def test_a_term_beyond_the_calendar_never_ends() -> None:
    assert days_after(datetime(2026, 3, 1, tzinfo=UTC), 10**7, SHANGHAI) == NEVER


def test_a_zone_that_is_none_is_refused() -> None:
    for name in ("Mars/Olympus", "", "../etc/passwd", "Asia", "a\0b"):
        with pytest.raises(Invalid):
            zone(name)


@given(moment=MOMENTS, where=ZONES)
def test_every_moment_lies_in_its_day(moment: datetime, where: ZoneInfo) -> None:
    day = day_of(moment, where)
    assert start_of(day, where) <= moment < end_of(day, where)


@given(moment=MOMENTS, where=ZONES, days=st.integers(0, 800))
def test_n_days_end_with_the_day_n_days_after(moment: datetime, where: ZoneInfo, days: int) -> None:
    ends = days_after(moment, days, where)
    assert day_of(moment, where) + timedelta(days=days + 1) == day_of(ends, where)
    assert day_of(ends, where) > day_of(ends - timedelta(microseconds=1), where)
