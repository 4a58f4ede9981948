"""The standings of boards in one unit of work: what activities counted is added to them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from gamification.leaderboards import service, store
from gamification.unit import Unit


class StandingsKeeping:
    """A `Keeper`: adds to the boards of every metric, and lets Redis and subscribers know."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Nothing: standings are added to, without being read."""

    async def write(self) -> None:
        unit = self._unit
        if not unit.effects.counts:
            return
        boards, zone = unit.programme.boards, unit.programme.settings.zone
        standings = await store.add(unit.tx, boards, unit.effects.counts, zone=zone)
        await service.announce(unit.tx, unit.platform, standings)
