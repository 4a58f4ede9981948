"""What a metric comes to, counted the slow way: every order looked at, day after day.

It shares nothing with the code that it is compared with but the names of measures and windows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from domain.metrics import Measure, MetricDefinition, Window


@dataclass
class NaiveOrder:
    day: date
    total: Decimal
    items: tuple[str, ...] = ()
    refunded: Decimal = Decimal(0)

    @property
    def closed(self) -> bool:
        return self.refunded >= self.total


@dataclass
class NaiveMetric:
    """A metric over orders, by its definition alone."""

    definition: MetricDefinition
    orders: dict[str, NaiveOrder] = field(default_factory=dict[str, NaiveOrder])

    def value(self, day: date) -> Decimal:
        """Of the window that ends with the day."""
        seen = [one for one in self.orders.values() if self._sees(day, one.day)]
        kept = [one for one in seen if not one.closed]
        match self.definition.measure:
            case Measure.COUNT:
                return Decimal(len(kept))
            case Measure.SUM:
                left = sum((Fraction(one.total - one.refunded) for one in seen), Fraction(0))
                return Decimal(left.numerator) / left.denominator
            case Measure.DISTINCT:
                return Decimal(len({item for one in kept for item in one.items}))
            case Measure.STREAK:
                return Decimal(max((self._run(one.day, kept) for one in kept), default=0))

    def best(self) -> Decimal:
        """The best value of any day since the first order."""
        days = [one.day for one in self.orders.values()]
        if not days:
            return Decimal(0)
        span = (max(days) - min(days)).days + 1
        return max(self.value(min(days) + timedelta(days=n)) for n in range(span))

    def _run(self, day: date, kept: list[NaiveOrder]) -> int:
        days = {one.day for one in kept}
        length = 0
        while day in days:
            day, length = day + timedelta(days=1), length + 1
        return length

    def _sees(self, end: date, day: date) -> bool:
        if day > end:
            return False
        match self.definition.window:
            case Window.DAY:
                return day == end
            case Window.WEEK:
                return day.isocalendar()[:2] == end.isocalendar()[:2]
            case Window.MONTH:
                return (day.year, day.month) == (end.year, end.month)
            case Window.ROLLING_DAYS:
                return (end - day).days < (self.definition.rolling_days or 0)
            case _:
                return True
