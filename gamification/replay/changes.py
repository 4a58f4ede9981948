"""What the programme's changes did to members without any activity.

Jobs do it, some time after the change: days of a metric that began to be kept are counted back,
boards count what happened before them, and tiers are judged by a ladder that is another one. Here
it happens as soon as anything was applied by the changed programme.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from domain.boards import Board
from domain.programme import Programme
from gamification.leaderboards import lookback
from gamification.ledger import states as states_store
from gamification.metrics import filling
from gamification.replay.history import Remembered
from gamification.replay.shadow import Shadow
from gamification.tiers.keeping import Keeping
from gamification.unit import Unit
from infra.database import Transaction
from infra.platform import Platform

_PAGE: Final = 200

# As a board was first remembered: one that begins with the present is complete at once.
_LOOKING_BACK: Final = """
SELECT id FROM (
  SELECT DISTINCT ON (key) key::uuid AS id, content FROM public.programme_history
  WHERE relation = 'leaderboard' AND key = ANY($1::uuid[]::text[]) ORDER BY key, number
) first WHERE NOT (content ->> 'complete')::boolean
"""


class Changes:
    """Use: `follow` each version before anything happens by it; one that is older is left alone."""

    def __init__(self, shadow: Shadow, platform: Platform, programmes: Remembered) -> None:
        self._shadow = shadow
        self._platform = platform
        self._programmes = programmes
        self._before: Programme | None = None

    async def follow(self, version: int) -> None:
        """Does to everybody what the way to this version brought with it."""
        before, now = self._before, self._programmes.at(version)
        if before is not None and before.version >= now.version:
            return
        self._before = now
        if before is None:
            return
        kept = frozenset(now.kept_by_day)
        if before.settings.zone == now.settings.zone:
            kept -= frozenset(before.kept_by_day)
        found = [metric for one in sorted(kept) if (metric := now.metric(one)) is not None]
        ladders = before.ladder, now.ladder
        judged = now.ladder is not None and (
            ladders[0] is None or ladders[0].version != now.ladder.version
        )
        boards = await self._counted_anew(before, now)
        if not found and not judged and not boards:
            return
        after = UUID(int=0)
        while members := await self._members(after):
            after = members[-1]
            async with self._shadow.transaction() as tx:
                unit = await self._unit(tx, now, members)
                for metric in found:
                    states = list(unit.states.values())
                    await filling.fill(tx, now, unit.bind, states, metric)
                for board in boards:
                    await lookback.count(tx, now, unit.bind, board, unit.states, now=unit.now)
                if judged:
                    await _judge(unit)

    async def _counted_anew(self, before: Programme, now: Programme) -> list[Board]:
        """Boards that are new and look back, and those whose days begin elsewhere."""
        known = {board.id for board in before.boards}
        new = [board.id for board in now.boards if board.id not in known]
        rows = await self._shadow.database.fetch(_LOOKING_BACK, new) if new else []
        anew = {row["id"] for row in rows}
        if before.settings.zone != now.settings.zone:
            anew |= {board.id for board in now.boards if board.period in lookback.BY_DAYS}
        return [board for board in now.boards if board.id in anew]

    async def _unit(self, tx: Transaction, programme: Programme, members: Iterable[UUID]) -> Unit:
        states = await states_store.lock(tx, list(members))
        bind, now = self._programmes.expressions.bind, await self._platform.clock.now()
        return Unit(tx, self._platform, programme, bind, now, states)

    async def _members(self, after: UUID) -> list[UUID]:
        rows = await self._shadow.database.fetch(
            "SELECT member_id FROM member_state WHERE member_id > $1 ORDER BY member_id LIMIT $2",
            after,
            _PAGE,
        )
        return [row["member_id"] for row in rows]


async def _judge(unit: Unit) -> None:
    keeping = Keeping(unit)
    await keeping.load()
    await keeping.judge(list(unit.states))
    await keeping.write()
