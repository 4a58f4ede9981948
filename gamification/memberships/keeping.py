"""The perks of memberships in one unit of work: loaded for who acts, logged where used."""

from __future__ import annotations

from collections.abc import Sequence

from domain.activity import Activity
from gamification.memberships import perks
from gamification.unit import Unit


class PerksKeeping:
    """A `Keeper`. Costs nothing where no plan is for sale."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        if self._unit.programme.sells_memberships:
            acting = {activity.member_id for activity in activities}
            await perks.load(self._unit.tx, self._unit.states, sorted(acting))

    async def write(self) -> None:
        await perks.write(self._unit.tx, self._unit.effects.perks)
