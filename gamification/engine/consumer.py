"""Consumers of the activity log: each leases some partitions and applies what waits in them.

One transaction reads up to 500 activities in their order, plans, writes every effect and moves
the cursor: exactly once in effect, in order per member, restartable anywhere.
"""

from __future__ import annotations

from math import ceil
from typing import Final
from uuid import UUID

from domain.activity import Activity
from gamification.engine.run import EngineRun
from gamification.programme.current import Programmes
from infra import activity_log
from infra.activity_log import PARTITIONS
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

BATCH: Final = 500


class Consumer:
    """One worker's consumer. `workers` is how many share the log, for a fair share each."""

    def __init__(self, platform: Platform, programmes: Programmes, *, workers: int = 1) -> None:
        self._platform = platform
        self._programmes = programmes
        self._owner: UUID = new_id()
        self._fair_share = ceil(PARTITIONS / workers)
        self._partitions: list[int] = []

    async def renew(self) -> None:
        """Renews the leases, and takes free partitions up to a fair share.

        Raises: Unavailable while PostgreSQL is away.
        """
        self._partitions = await activity_log.lease(
            self._platform.database, self._owner, fair_share=self._fair_share
        )

    async def run_once(self) -> int:
        """Applies one batch of every leased partition with work; how many activities.

        Raises: Unavailable while PostgreSQL is away.
        """
        database = self._platform.database
        applied = 0
        for partition in await activity_log.partitions_with_work(database, self._partitions):
            applied += await self._consume(partition)
        return applied

    async def stop(self) -> None:
        """Gives the leases back, so that the next consumer need not wait for their end."""
        await activity_log.release(self._platform.database, self._owner)

    async def _consume(self, partition: int) -> int:
        async def work(tx: Transaction) -> int:
            batch = await activity_log.read_partition(tx, partition, self._owner, BATCH)
            if batch:
                await self._apply(tx, [waiting.activity for waiting in batch])
                await activity_log.advance(tx, partition, batch[-1])
            return len(batch)

        return await self._platform.database.in_transaction(work)

    async def _apply(self, tx: Transaction, batch: list[Activity]) -> None:
        members = {activity.member_id for activity in batch}
        run = await EngineRun.open(tx, self._platform, self._programmes, members)
        left = await activity_log.still_waiting(tx, [activity.id for activity in batch])
        waiting = [activity for activity in batch if activity.id in left]
        await run.prepare(waiting)
        run.plan_recorded(waiting)
        await run.write()
