"""The seasons that were frozen, each at its place in the order of application.

Nothing counts for a season from then on. Who was about to score in that very moment was let in or
not by the order of locks, which nobody wrote down: of those the archive is believed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final
from uuid import UUID

from gamification.replay.past import PastUnit, members
from gamification.replay.shadow import Shadow
from infra.database import Sql

# No unit of work takes longer than a statement may.
_UNDER_WAY: Final = timedelta(seconds=65)

_CLOSINGS: Final = """
SELECT c.frozen_order, c.leaderboard_id, c.season_starts_at, s.ends_at, s.registered_at, s.frozen_at
FROM season_closing c JOIN leaderboard_season s
  ON s.leaderboard_id = c.leaderboard_id AND s.starts_at = c.season_starts_at
ORDER BY c.frozen_order
"""
_FREEZE: Final = """
INSERT INTO leaderboard_season (leaderboard_id, starts_at, ends_at, registered_at, frozen_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (leaderboard_id, starts_at) DO UPDATE SET frozen_at = excluded.frozen_at
"""


@dataclass(frozen=True, slots=True)
class _Closing:
    order: int
    board_id: UUID
    starts_at: datetime
    ends_at: datetime
    registered_at: datetime
    frozen_at: datetime

    def covers(self, unit: PastUnit) -> bool:
        """Whether it could count: what occurred before a season neither scores nor takes back."""
        return any(one.occurred_at >= self.starts_at for one in unit.activities)


@dataclass(slots=True)
class Closings:
    """Use: `before` each unit of work. `undecided` are members who acted while a season froze."""

    shadow: Shadow
    ahead: deque[_Closing] = field(default_factory=deque[_Closing])
    undecided: set[UUID] = field(default_factory=set[UUID])

    @classmethod
    async def of(cls, log: Sql, shadow: Shadow) -> Closings:
        rows = await log.fetch(_CLOSINGS)
        return cls(shadow, deque(_Closing(*row) for row in rows))

    async def before(self, unit: PastUnit) -> None:
        """Freezes the seasons that were frozen before this unit of work had its place."""
        await self._freeze(unit.order)
        near = takewhile(lambda one: unit.now > one.frozen_at - _UNDER_WAY, self.ahead)
        if any(one.covers(unit) for one in near):
            self.undecided |= members(unit)

    async def rest(self) -> None:
        """Freezes the seasons that were frozen after everything."""
        if self.ahead:
            await self._freeze(self.ahead[-1].order + 1)

    async def _freeze(self, order: int) -> None:
        while self.ahead and self.ahead[0].order < order:
            one = self.ahead.popleft()
            async with self.shadow.transaction() as tx:
                await tx.execute(
                    _FREEZE,
                    one.board_id,
                    one.starts_at,
                    one.ends_at,
                    one.registered_at,
                    one.frozen_at,
                )
