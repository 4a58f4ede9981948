"""The standings of boards in one unit of work: what activities counted is added to them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from domain.readings.places import prize_told
from gamification.leaderboards import leagues, scoring, service
from gamification.unit import Unit


class StandingsKeeping:
    """A `Keeper`: adds to the boards of every metric, and lets Redis and subscribers know."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Standings are added to, without being read; prizes may be coupons."""
        told = {prize_told(activity).coupon for activity in activities}
        self._unit.coupons.update(key for key in told if key)

    async def write(self) -> None:
        unit = self._unit
        if not unit.effects.counts:
            return
        boards, zone = unit.programme.boards, unit.programme.settings.zone
        counts = unit.effects.counts
        standings = await scoring.add(unit.tx, boards, counts, zone=zone, now=unit.now)
        await leagues.enqueue(unit.tx, boards, standings)
        await service.announce(unit.tx, unit.platform, standings)
