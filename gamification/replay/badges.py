"""Badges that were judged without an activity: a level ended, or the badge became another one.

What came of it was noted in the log, at the moment of judging. There it is judged once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from domain import badges
from domain.activity import LAURELS, Activity
from gamification.badges.keeping import BadgesKeeping
from gamification.ledger import states as states_store
from gamification.programme.current import Programmes
from gamification.replay.shadow import Shadow
from gamification.unit import Unit
from infra.activity_log import COLUMNS, activity_of
from infra.database import Sql
from infra.platform import Platform

_WAITING: Final = f"""
SELECT {COLUMNS} FROM activity a
WHERE a.type = ANY($1) AND a.source = $2 AND a.depth = 0 AND a.applied_order IS NULL
  AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)
ORDER BY a.occurred_at, a.id
"""  # noqa: S608 - own columns


class Notices:
    """Use: `judge` each notice at its moment, before anything else happens to its member."""

    def __init__(self, shadow: Shadow, platform: Platform, programmes: Programmes) -> None:
        self._shadow = shadow
        self._platform = platform
        self._programmes = programmes

    @staticmethod
    def among(activities: Iterable[Activity]) -> list[Activity]:
        """Those of the activities that tell of a badge judged without one."""
        return [
            one
            for one in activities
            if one.type in badges.DERIVABLE and one.source == LAURELS and not one.depth
        ]

    async def waiting(self, log: Sql) -> Sequence[Activity]:
        """The notices that nobody has applied yet."""
        rows = await log.fetch(_WAITING, sorted(badges.DERIVABLE), LAURELS)
        return [activity_of(row) for row in rows]

    async def judge(self, notices: Sequence[Activity]) -> None:
        """Judges the badges that are named of the members who were told, as of now."""
        async with self._shadow.transaction() as tx:
            states = await states_store.lock(tx, sorted({one.member_id for one in notices}))
            programme = await self._programmes.current(tx)
            keys = {one.attributes["badge"] for one in notices}
            named = [found for key in sorted(keys) if (found := programme.badges.by_key.get(key))]
            now = await self._platform.clock.now()
            bind = self._programmes.expressions.bind
            keeping = BadgesKeeping(Unit(tx, self._platform, programme, bind, now, states))
            await keeping.judge(named, list(states))
            await keeping.write()
