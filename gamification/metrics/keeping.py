"""The days of metrics in one unit of work: what activities counted is added to them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from gamification.metrics import store
from gamification.unit import Unit


class DaysKeeping:
    """A `Keeper`: adds to the days of the metrics that are kept by day."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Nothing: days are added to, without being read."""

    async def write(self) -> None:
        programme = self._unit.programme
        if programme.kept_by_day:
            await store.add(self._unit.tx, programme, self._unit.effects.counts)
