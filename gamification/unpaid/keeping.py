"""What could not be paid in one unit of work is written down with it, for staff to see."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from gamification.unit import Unit
from gamification.unpaid import store


class UnpaidKeeping:
    """A `Keeper` of points that found no room."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Nothing needs to be known before."""

    async def write(self) -> None:
        if self._unit.effects.unpaid:
            await store.add(self._unit.tx, self._unit.effects.unpaid, self._unit.now)
