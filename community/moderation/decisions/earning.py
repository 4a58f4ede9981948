"""What decisions give and take is applied together, last: what the engine locks, members and the
budgets that they share, is held for the shortest time, and it runs once whatever was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.activity import Activity
from infra.database import Transaction
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class Earning:
    """Keeps what would be applied at once, until `apply`."""

    platform: Platform
    told: list[Activity] = field(default_factory=list[Activity])

    @property
    def apart(self) -> Platform:
        """The same platform to verbs whose effects are to wait."""
        return replace(self.platform, apply_at_once=self._keep)

    async def apply(self, tx: Transaction) -> None:
        """Applies what was kept, in its order."""
        if self.told:
            await self.platform.apply_at_once(self.platform, tx, self.told)

    async def _keep(
        self, _platform: Platform, _tx: Transaction, activities: Sequence[Activity]
    ) -> None:
        self.told.extend(activities)
