"""What a member's days count, and what each measure makes of them within a window.

A metric is kept as amounts by day, for DISTINCT by day and item; whoever reads it brings the
window. COUNT and SUM add the days up; DISTINCT counts the items whose sum over the window is
positive; STREAK is the longest run of days in a row, all within the window, that count something.
So what comes late, or is taken back, changes its own day and nothing else, and the order of
arrival makes no difference to any value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain import calendar
from domain.metrics import windows
from domain.metrics.metric import Measure, MetricDefinition, Window

ALL_TIME: Final = date.min
"""The one day of a metric that is kept without days."""

_DAY: Final = timedelta(days=1)
_ZERO: Final = Decimal(0)


@dataclass(slots=True)
class Tally:
    """What a member's days count, `items` only where the measure is DISTINCT.

    Days without anything may be left out, and so may those before whatever is asked about.
    """

    days: dict[date, Decimal] = field(default_factory=dict[date, Decimal])
    items: dict[date, dict[str, Decimal]] = field(default_factory=dict[date, dict[str, Decimal]])

    def add(self, day: date, item: str, amount: Decimal) -> None:
        if item:
            of_day = self.items.setdefault(day, {})
            of_day[item] = of_day.get(item, _ZERO) + amount
        else:
            self.days[day] = self.days.get(day, _ZERO) + amount

    @property
    def counting(self) -> Iterable[date]:
        """The days on which anything is written."""
        return self.items.keys() if self.items else self.days.keys()


def kept_as(metric: MetricDefinition) -> MetricDefinition:
    """The metric that is kept for readers of this one, so that as many as can share it.

    All windows share the days, and days in a row are days with a count. Only a number of all time
    is kept without days: one row a member, however much there is.
    """
    measure = Measure.COUNT if metric.measure is Measure.STREAK else metric.measure
    whole = metric.window is Window.ALL_TIME and metric.measure is not Measure.STREAK
    window = Window.ALL_TIME if whole else Window.DAY
    return replace(metric, measure=measure, window=window, rolling_days=None)


def kept_on(kept: MetricDefinition, counted_at: datetime, zone: ZoneInfo) -> date:
    """The day to which what counted then is added."""
    if kept.window is Window.ALL_TIME:
        return ALL_TIME
    return calendar.day_of(counted_at, zone)


def measured(measure: Measure, tally: Tally, first: date, last: date) -> Decimal:
    """What the days from `first` to `last` come to, both of them included."""
    if measure is Measure.DISTINCT:
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for day, items in tally.items.items():
            if first <= day <= last:
                for item, amount in items.items():
                    sums[item] += amount
        return Decimal(sum(1 for amount in sums.values() if amount > 0))
    if measure is Measure.STREAK:
        active = (day for day, amount in tally.days.items() if amount > 0 and first <= day <= last)
        return Decimal(longest_run(active))
    return sum((amount for day, amount in tally.days.items() if first <= day <= last), _ZERO)


def longest_run(days: Iterable[date]) -> int:
    """How many of the days, each given once, follow each other without a gap at most."""
    longest = current = 0
    before: date | None = None
    for day in sorted(days):
        current = current + 1 if before is not None and day - before == _DAY else 1
        longest, before = max(longest, current), day
    return longest


def value_on(metric: MetricDefinition, tally: Tally, day: date) -> Decimal:
    """The value of the metric's window that ends with `day`."""
    return measured(metric.measure, tally, windows.first_day(metric, day), day)


def best_seeing(metric: MetricDefinition, tally: Tally, day: date) -> Decimal:
    """The best value of all windows that see `day` and end on a day that counts something.

    So it is the same whether what counted on `day` came first or last.
    """
    if metric.window is Window.ALL_TIME:
        return value_on(metric, tally, date.max)
    ends = {day, *(one for one in tally.counting if one > day)}
    seeing = (one for one in ends if windows.first_day(metric, one) <= day)
    return max(value_on(metric, tally, one) for one in seeing)


def best_ever(metric: MetricDefinition, tally: Tally) -> Decimal:
    """The best value of all windows that there have been."""
    if metric.window is Window.ALL_TIME:
        return value_on(metric, tally, date.max)
    return max((value_on(metric, tally, day) for day in tally.counting), default=_ZERO)


def last_days_met(
    metric: MetricDefinition, tally: Tally, thresholds: tuple[int, ...]
) -> list[date | None]:
    """The last day on which the value reaches each threshold, which come ascending.

    `date.max` for always, None for never; it holds for as long as nothing more happens.
    """
    if metric.measure in {Measure.COUNT, Measure.SUM}:
        return windows.last_days_met(metric, tally.days, thresholds)
    found: list[date | None] = [None] * len(thresholds)
    met = 0
    for day in _changing(metric, tally.counting):
        reached = bisect_right(thresholds, value_on(metric, tally, day))
        if reached < met:
            found[reached:met] = [day - _DAY] * (met - reached)
        met = reached
    found[:met] = [date.max] * met
    return found


def _changing(metric: MetricDefinition, days: Iterable[date]) -> list[date]:
    """The days on which the window begins to see another day, or no longer sees one, ascending."""
    found: set[date] = set()
    for day in days:
        found.add(day)
        end = windows.leaves_on(metric, day)
        if end is not None:
            found.add(end)
    return sorted(found)


def looks_back(metric: MetricDefinition) -> int | None:
    """How many days before one day its window may see; None for all of them."""
    match metric.window:
        case Window.DAY:
            return 0
        case Window.WEEK:
            return 6
        case Window.MONTH:
            return 30
        case Window.ROLLING_DAYS:
            return (metric.rolling_days or 1) - 1
        case Window.ALL_TIME | Window.PARTICIPATION:
            return None


def level_of(thresholds: Sequence[int], value: Decimal) -> int:
    """How many of the thresholds, which come ascending, the value reaches."""
    return bisect_right(thresholds, value)
