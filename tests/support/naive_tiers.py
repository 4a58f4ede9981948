"""Tiers by counting all activities again at every question: slow, plain, without any cleverness.

A tier is held on a day when its threshold was met on that day or on one of the grace days before.
A day has met a threshold when all that is known now says so, or when all that was known before a
refund did; then it counts as met no later than on the day of the refund.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from domain.metrics import MetricDefinition, Window


@dataclass
class NaiveTiers:
    """`thresholds` begin with the 0 of the base."""

    window: MetricDefinition
    grace: int
    thresholds: list[int]
    counted: dict[str, tuple[date, Decimal]] = field(default_factory=dict)
    remembered: set[tuple[int, date]] = field(default_factory=set)

    def order(self, ref: str, day: date, total: Decimal) -> None:
        self.counted[ref] = (day, total)

    def refund(self, ref: str, amount: Decimal, *, happened: date, today: date) -> None:
        for level in range(1, len(self.thresholds)):
            for day in self._around(today):
                if self._value(day) >= self.thresholds[level]:
                    self.remembered.add((level, min(day, happened)))
        day, total = self.counted[ref]
        self.counted[ref] = (day, total - amount)

    def level_on(self, day: date) -> int:
        """The level held on a day, when nothing more happens."""
        held = 0
        for level in range(1, len(self.thresholds)):
            for one in self._around(day):
                if self._value(one) >= self.thresholds[level] or (level, one) in self.remembered:
                    held = level
        return held

    def _around(self, today: date) -> list[date]:
        return [today - timedelta(days=n) for n in range(self.grace + 1)]

    def _value(self, today: date) -> Decimal:
        return sum((amount for day, amount in self.counted.values() if self._sees(today, day)),
                   Decimal(0))  # fmt: skip

    def _sees(self, today: date, day: date) -> bool:
        if day > today:
            return False
        match self.window.window:
            case Window.DAY:
                return day == today
            case Window.WEEK:
                return day.isocalendar()[:2] == today.isocalendar()[:2]
            case Window.MONTH:
                return (day.year, day.month) == (today.year, today.month)
            case Window.ROLLING_DAYS:
                return (today - day).days < (self.window.rolling_days or 0)
            case _:
                return True
