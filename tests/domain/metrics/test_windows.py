"""What a window sees of a metric's days, today and later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.metrics import Measure, MetricDefinition, Window
from domain.metrics.windows import (
    by_day,
    course,
    first_day,
    last_days_met,
    last_met,
    leaves_on,
    value_on,
)

TODAY = date(2026, 3, 18)  # a Wednesday
Days = dict[date, Decimal]


def over(window: Window, days: int | None = None) -> MetricDefinition:
    return MetricDefinition(("order.paid",), None, Measure.SUM, "total", window, days)


WINDOWS = [over(one) for one in (Window.DAY, Window.WEEK, Window.MONTH, Window.ALL_TIME)]
WINDOWS += [over(Window.ROLLING_DAYS, days) for days in (1, 7, 30)]
days = st.dictionaries(
    st.integers(-80, 5).map(lambda n: TODAY + timedelta(days=n)),
    st.integers(-50, 200).map(Decimal),
    max_size=12,
)


def spent(**amounts: int) -> Days:
    """Days as `_0303=5` for 5 on 3 March."""
    return {date(2026, int(key[1:3]), int(key[3:])): Decimal(n) for key, n in amounts.items()}


@pytest.mark.parametrize(
    ("window", "first"),
    [
        (over(Window.DAY), TODAY),
        (over(Window.WEEK), date(2026, 3, 16)),
        (over(Window.MONTH), date(2026, 3, 1)),
        (over(Window.ROLLING_DAYS, 1), TODAY),
        (over(Window.ROLLING_DAYS, 7), date(2026, 3, 12)),
        (over(Window.ALL_TIME), date.min),
    ],
)
def test_a_window_ends_today_and_begins_on(window: MetricDefinition, first: date) -> None:
    assert first == first_day(window, TODAY)


def test_a_day_is_seen_for_as_many_days_as_the_window_has() -> None:
    week = over(Window.ROLLING_DAYS, 7)
    bought = spent(_0318=100)
    assert [value_on(week, bought, TODAY + timedelta(days=n)) for n in (-1, 0, 6, 7)] == [
        0, 100, 100, 0,
    ]  # fmt: skip


def test_a_threshold_is_met_when_it_is_reached_exactly() -> None:
    week = over(Window.ROLLING_DAYS, 7)
    assert last_met(week, spent(_0318=100), 100) == date(2026, 3, 24)
    assert last_met(week, spent(_0318=100), 101) is None


def test_what_never_leaves_the_window_is_met_for_ever() -> None:
    assert last_met(over(Window.ALL_TIME), spent(_0101=100), 100) == date.max


def test_all_windows_of_a_metric_share_their_days() -> None:
    assert len({by_day(one) for one in WINDOWS}) == 1


def test_a_participation_has_no_days_of_its_own() -> None:
    for ask in (first_day, leaves_on):
        with pytest.raises(ValueError, match="participation"):
            ask(over(Window.PARTICIPATION), TODAY)


def test_what_a_day_took_away_is_missing_for_as_long_as_the_window_sees_it() -> None:
    month = over(Window.MONTH)
    assert last_met(month, spent(_0301=-50, _0318=100), 100) is None
    assert last_met(month, spent(_0301=-50, _0318=150), 100) == date(2026, 3, 31)


@given(st.sampled_from(WINDOWS), days)
def test_the_course_of_a_value_is_its_value_on_every_day(
    window: MetricDefinition, bought: Days
) -> None:
    stretches = list(course(window, bought))
    for n in range(-90, 70):
        day = TODAY + timedelta(days=n)
        told = [value for since, value in stretches if since <= day]
        assert value_on(window, bought, day) == (told[-1] if told else 0)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(WINDOWS), days, st.sets(st.integers(1, 400), min_size=1, max_size=4))
def test_the_last_day_that_meets_a_threshold_is_the_last_of_all_days(
    window: MetricDefinition, bought: Days, thresholds: set[int]
) -> None:
    ladder = tuple(sorted(thresholds))
    span = [TODAY + timedelta(days=n) for n in range(-90, 70)]
    for threshold, told in zip(ladder, last_days_met(window, bought, ladder), strict=True):
        met = [day for day in span if value_on(window, bought, day) >= threshold]
        assert (date.max if met and met[-1] == span[-1] else met[-1] if met else None) == told
