"""What a window sees of a metric's days: its value on a day, and how that value goes on.

A metric is kept as one number a day; whoever reads it brings the window. A day enters the window
when it comes and leaves it on a day that can be told beforehand, so the whole course of the value
is known for as long as nothing more happens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from domain.metrics.metric import MetricDefinition, Window

Days: TypeAlias = Mapping[date, Decimal]
"""What each day counts; days without anything may be left out."""

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_ZERO: Final = Decimal(0)


def by_day(metric: MetricDefinition) -> MetricDefinition:
    """The metric that is kept for readers of this one: all windows share the same days."""
    return replace(metric, window=Window.DAY, rolling_days=None)


def first_day(metric: MetricDefinition, day: date) -> date:
    """The first day of the window that ends with `day`; `date.min` where it has no beginning."""
    match metric.window:
        case Window.DAY:
            return day
        case Window.WEEK:
            return day - timedelta(days=day.weekday())
        case Window.MONTH:
            return day.replace(day=1)
        case Window.ROLLING_DAYS:
            return day - timedelta(days=(metric.rolling_days or 1) - 1)
        case Window.ALL_TIME:
            return date.min
        case Window.PARTICIPATION:
            raise ValueError("a participation begins with whoever takes part")


def leaves_on(metric: MetricDefinition, day: date) -> date | None:
    """The first later day whose window does not see `day` any more; None where all do."""
    match metric.window:
        case Window.DAY:
            return day + _DAY
        case Window.WEEK:
            return first_day(metric, day) + _WEEK
        case Window.MONTH:
            return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        case Window.ROLLING_DAYS:
            return day + timedelta(days=metric.rolling_days or 1)
        case Window.ALL_TIME:
            return None
        case Window.PARTICIPATION:
            raise ValueError("a participation begins with whoever takes part")


def value_on(metric: MetricDefinition, days: Days, day: date) -> Decimal:
    """The value of the window that ends with `day`."""
    first = first_day(metric, day)
    return sum((amount for one, amount in days.items() if first <= one <= day), _ZERO)


def course(metric: MetricDefinition, days: Days) -> Iterator[tuple[date, Decimal]]:
    """From which day on the value is what, ascending; the last one stays.

    It holds for as long as nothing more happens. Before the first the value is 0.
    """
    changes: defaultdict[date, Decimal] = defaultdict(Decimal)
    for day, amount in days.items():
        changes[day] += amount
        end = leaves_on(metric, day)
        if end is not None:
            changes[end] -= amount
    value = _ZERO
    for day in sorted(changes):
        value += changes[day]
        yield day, value


def last_met(metric: MetricDefinition, days: Days, threshold: int) -> date | None:
    """The last day on which the value reaches the threshold; `date.max` for always, None for never.

    The threshold itself counts.
    """
    return last_days_met(metric, days, (threshold,))[0]


def last_days_met(
    metric: MetricDefinition, days: Days, thresholds: tuple[int, ...]
) -> list[date | None]:
    """`last_met` of several thresholds, which come ascending."""
    found = _met_by_the_newest(metric, days, thresholds)
    return _met_on_the_way(metric, days, thresholds) if found is None else found


def _met_by_the_newest(
    metric: MetricDefinition, days: Days, thresholds: tuple[int, ...]
) -> list[date | None] | None:
    """Looks from the newest day back until the thresholds are met; mostly that is a few days.

    A threshold is met until the oldest of the days that it takes leaves the window. None where
    that cannot be told so easily: where a day takes something away, or one that it takes has left
    before the newest came.
    """
    found: list[date | None] = [None] * len(thresholds)
    if not days:
        return found
    if min(days.values()) < 0:
        return None
    newest_first = sorted(days, reverse=True)
    older = iter(newest_first)
    day = next(older)
    value = days[day]
    for place, threshold in enumerate(map(Decimal, thresholds)):
        while value < threshold:
            before = next(older, None)
            if before is None:
                return found
            day = before
            value += days[day]
        end = leaves_on(metric, day)
        if end is not None and end <= newest_first[0]:
            return None
        found[place] = date.max if end is None else end - _DAY
    return found


def _met_on_the_way(
    metric: MetricDefinition, days: Days, thresholds: tuple[int, ...]
) -> list[date | None]:
    """Follows the whole course of the value."""
    found: list[date | None] = [None] * len(thresholds)
    met = 0  # how many of the thresholds the value has reached
    for day, value in course(metric, days):
        while met < len(thresholds) and value >= thresholds[met]:
            met += 1
        while met and value < thresholds[met - 1]:
            met -= 1
            found[met] = day - _DAY
    found[:met] = [date.max] * met
    return found
