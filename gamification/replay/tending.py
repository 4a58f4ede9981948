"""What the clock brings to a rehearsed programme: results of challenges, places of seasons.

What workers do within seconds happens here at its moment: what was recorded is applied, what many
reach together is told, challenges that are over give results, and seasons close and pay prizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.boards import Board, Entry
from domain.challenges import Challenge
from domain.readings.places import PLACED, last_told, placed
from gamification.challenges import participations as rows
from gamification.engine.run import EngineRun
from gamification.leaderboards import ranking
from gamification.participation import jobs
from gamification.participation.settling import settle
from gamification.programme.current import Programmes
from gamification.replay.shadow import Shadow
from infra.activity_log import COLUMNS, activity_of
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

_AT_ONCE: Final = 500

_WAITING: Final = f"""
SELECT {COLUMNS} FROM activity a WHERE a.applied_order IS NULL
  AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)
ORDER BY a.xid, a.sequence LIMIT {_AT_ONCE}
"""  # noqa: S608 - own columns

_ENDED: Final = """
SELECT s.leaderboard_id, s.starts_at, s.ends_at + make_interval(hours => b.grace_hours) AS closes_at
FROM leaderboard_season s JOIN leaderboard b ON b.id = s.leaderboard_id
WHERE s.frozen_at IS NULL AND s.ends_at + make_interval(hours => b.grace_hours) <= $1
ORDER BY closes_at, b.key
"""
_FREEZE: Final = (
    "UPDATE leaderboard_season SET frozen_at = $3 WHERE leaderboard_id = $1 AND starts_at = $2"
)


@dataclass(slots=True)
class Tending:
    """Use: `until` before anything happens at a moment, `catch_up` after it happened.

    `platform` shows the moment that `move_to` was told.
    """

    shadow: Shadow
    platform: Platform
    programmes: Programmes
    boards: dict[UUID, Board]
    challenges: list[Challenge]
    _looked: datetime | None = None

    async def due(self, moment: datetime) -> list[datetime]:
        """The moments up to this one at which something is over, ascending."""
        over = {one.terms.closes_at for one in self.challenges if one.terms.closes_at <= moment}
        for row in await self.shadow.database.fetch(_ENDED, moment):
            over.add(row["closes_at"])
        return sorted(over)

    async def end(self, moment: datetime) -> None:
        """Gives results and closes seasons, as of a moment at which something is over."""
        for challenge in [one for one in self.challenges if one.terms.closes_at <= moment]:
            while found := await rows.without_result(
                self.shadow.database, challenge.id, limit=jobs.BATCH
            ):
                await settle(self.platform, self.programmes, challenge, found)
                await self.catch_up()
            self.challenges.remove(challenge)
        for row in await self.shadow.database.fetch(_ENDED, moment):
            await self._close(self.boards[row["leaderboard_id"]], row["starts_at"], moment)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Applies what was recorded, and tells what many have reached, until nothing is left."""
        while True:
            waiting = await self.shadow.database.fetch(_WAITING)
            if waiting:
                async with self.shadow.transaction() as tx:
                    await self._apply(tx, [activity_of(row) for row in waiting])
                continue
            shared = any(one.shared for one in self.challenges)
            if not shared or not await jobs.add_up(self.platform) + await jobs.tell_communities(
                self.platform, self.programmes
            ):
                return

    async def _apply(self, tx: Transaction, waiting: Sequence[Activity]) -> None:
        members = {one.member_id for one in waiting}
        run = await EngineRun.open(tx, self.platform, self.programmes, members)
        await run.prepare(waiting)
        run.plan_recorded(waiting)
        await run.write()

    async def _close(self, board: Board, start: datetime, moment: datetime) -> None:
        """Freezes the season and tells its places, whose activities pay the prizes."""
        async with self.shadow.transaction() as tx:
            await tx.execute(_FREEZE, board.id, start, moment)
            if not board.prizes or board.teams_of is not None:
                return
            size = last_told(board.prizes)
            found = await ranking.page(tx, board.id, start, after=None, size=size)
            entries = [
                Entry(rank, one.member_id, one.score, one.reached_at)
                for rank, one in enumerate((one for one in found if one.score >= 0), 1)
            ]
            if not entries:
                return
            told = [_told(board, start, entry, moment) for entry in entries]
            run = await EngineRun.open(
                tx, self.platform, self.programmes, {one.member_id for one in told}
            )
            await run.prepare(told)
            for one in told:
                run.plan(one)
            await run.write()


def _told(board: Board, start: datetime, entry: Entry, moment: datetime) -> Activity:
    return Activity(
        id=new_id(),
        member_id=entry.member_id,
        type=PLACED,
        source=LAURELS,
        external_id=f"{PLACED}:{board.id}:{start.isoformat()}:{entry.rank}",
        occurred_at=moment,
        received_at=moment,
        attributes=placed(board.key, board.name, start, entry, board.prizes),
    )
