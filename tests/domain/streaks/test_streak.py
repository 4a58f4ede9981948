"""Streaks: the rules against a life lived day by day, in any order, over odd days of calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import streaks
from domain.activity import Activity
from domain.streaks import Attendance, CheckIn, Streak
from tests.support.plain_streak import lived

NOBODY = UUID(int=0)
NOTHING: frozenset[date] = frozenset()
MONDAY = date(2026, 3, 2)
SHANGHAI, PARIS = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Paris")
some_days = st.integers(0, 45).map(lambda n: MONDAY + timedelta(days=n))
sets_of_days = st.sets(some_days, max_size=30)


def days(*numbers: int) -> set[date]:
    """Days counted from that Monday, which is 0."""
    return {MONDAY + timedelta(days=number) for number in numbers}


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def after(checked: set[date], spared: set[date] | frozenset[date] = NOTHING) -> Streak:
    found = streaks.follow(checked, spared)
    assert found is not None
    return found


def activity(at: datetime, **attributes: object) -> Activity:
    return Activity(NOBODY, NOBODY, "day.checked_in", "shop", "1", at, at, attributes)


def attended(order: list[date], spared: set[date]) -> Attendance:
    attendance = Attendance(spared=spared)
    for one in order:
        attendance.add(CheckIn(one, NOBODY, 0))
    return attendance


def test_days_in_a_row_make_a_streak() -> None:
    assert after(days(0, 1, 2)) == Streak(day(2), current=3, longest=3, freezes=0)


def test_a_missed_day_begins_it_anew() -> None:
    assert after(days(0, 1, 3)) == Streak(day(3), current=1, longest=2, freezes=0)


def test_every_seventh_day_earns_a_freeze_and_two_are_kept() -> None:
    assert [after(days(*range(n))).freezes for n in (6, 7, 13, 14, 21, 28)] == [0, 1, 1, 2, 2, 2]


def test_a_missed_day_uses_a_freeze_and_lengthens_nothing() -> None:
    assert after(days(*range(7), 8)) == Streak(day(8), current=8, longest=8, freezes=0)


def test_two_freezes_bridge_two_days_and_not_three() -> None:
    fortnight = range(14)
    assert after(days(*fortnight, 16)).current == 15
    assert after(days(*fortnight, 17)) == Streak(day(17), current=1, longest=14, freezes=0)


def test_a_spared_day_costs_no_freeze() -> None:
    assert after(days(*range(7), 8), days(7)) == Streak(day(8), current=8, longest=8, freezes=1)


def test_a_spared_day_keeps_nothing_that_has_ended_before_it() -> None:
    assert after(days(0, 3), days(2)).current == 1


def test_a_streak_is_at_risk_on_the_day_whose_end_would_end_it() -> None:
    streak = after(days(0, 1))
    seen = [streaks.present(streak, day(n), NOTHING) for n in (1, 2, 3)]
    assert [(one.current, one.at_risk) for one in seen] == [(2, False), (2, True), (0, False)]


def test_a_freeze_takes_the_risk_away_for_a_day() -> None:
    streak = after(days(*range(7)))
    seen = [streaks.present(streak, day(n), NOTHING) for n in (7, 8, 9)]
    assert [(one.current, one.freezes, one.at_risk) for one in seen] == [
        (7, 1, False), (7, 0, True), (0, 0, False),
    ]  # fmt: skip


def test_no_day_of_a_spared_present_is_at_risk() -> None:
    assert not streaks.present(after(days(0)), day(1), days(1)).at_risk


def test_frozen_days_are_those_that_a_freeze_or_an_outage_kept() -> None:
    checked = days(*range(7), 9)
    assert streaks.frozen(checked, days(7), day(12)) == days(7, 8)


def test_a_leap_day_and_the_end_of_a_year_are_days_like_others() -> None:
    around = {date(2027, 12, 30) + timedelta(days=n) for n in range(63)}
    assert date(2028, 2, 29) in around
    assert after(around).current == 63


@given(sets_of_days.filter(bool), sets_of_days, st.integers(0, 20))
def test_the_rules_are_what_a_life_day_by_day_comes_to(
    checked: set[date], spared: set[date], later: int
) -> None:
    today = max(checked) + timedelta(days=later)
    life, at_risk = lived(checked, spared, today)
    seen = streaks.present(after(checked, spared), today, spared)
    assert (seen.current, seen.longest, seen.freezes) == (life.current, life.longest, life.freezes)
    assert seen.at_risk == at_risk
    assert streaks.frozen(checked, spared, today) == life.frozen


@given(st.lists(some_days, min_size=1, max_size=30), sets_of_days, st.randoms())
def test_the_order_of_arrival_changes_nothing(
    told: list[date], spared: set[date], chance: Random
) -> None:
    other = list(told)
    chance.shuffle(other)
    assert attended(told, spared).streak == attended(other, spared).streak
    assert attended(told, spared).streak == streaks.follow(told, spared)


def test_the_second_check_in_of_a_day_counts_for_nothing() -> None:
    attendance = attended([day(0), day(0)], set())
    assert [one.day for one in attendance.added] == [day(0)]


@pytest.mark.parametrize(
    ("at", "where", "expected"),
    [
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), SHANGHAI, date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), SHANGHAI, date(2026, 3, 3)),
        # Paris springs forward on 29 March and back on 25 October: days of 23 and 25 hours.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), PARIS, date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), PARIS, date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), PARIS, date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), PARIS, date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), PARIS, date(2026, 10, 26)),
    ],
)
def test_a_day_is_the_calendar_day_of_the_programme(
    at: datetime, where: ZoneInfo, expected: date
) -> None:
    assert streaks.day_checked_in(activity(at), where) == expected


def test_a_day_that_is_named_stays_when_the_programme_moves() -> None:
    at = datetime(2026, 3, 2, 20, tzinfo=UTC)
    told = activity(at, day="2026-03-03")
    assert {streaks.day_checked_in(told, zone) for zone in (SHANGHAI, PARIS)} == {date(2026, 3, 3)}


@pytest.mark.parametrize("named", ["2026-03-09", "2026-02-20", "20260303", "today", 3, None])
def test_a_day_that_cannot_be_is_not_believed(named: object) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert streaks.day_checked_in(activity(at, day=named), SHANGHAI) == MONDAY
