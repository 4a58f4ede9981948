"""Reads the activity log, and notifies members of what is news to them.

Exactly once in effect: the cursor moves in the transaction that writes the notifications, and one
about the same activity is never made twice.
"""

from __future__ import annotations

from typing import Final

from domain.notifications import news
from infra import log_readers
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from messaging.notifications import live, store

READER: Final = "notifications"
BATCH: Final = 500


async def tell_next(platform: Platform) -> int:
    """Reads a batch of every partition that has more; how many activities it read.

    Raises: Unavailable while PostgreSQL is away.
    """
    read = 0
    for partition in await log_readers.partitions_behind(platform.database, READER):
        read += await _tell(platform, partition)
    return read


async def _tell(platform: Platform, partition: int) -> int:
    async def work(tx: Transaction) -> int:
        batch = await log_readers.read(tx, READER, partition, BATCH)
        if not batch:
            return 0
        now = await platform.clock.now(tx)
        told = news((one.activity for one in batch), now)
        if told:
            made = [(new_id(), activity.member_id, activity.id) for activity in told]
            live.announce(tx, platform.pubsub, await store.add(tx, made, now))
        await log_readers.advance(tx, READER, partition, batch[-1])
        return len(batch)

    return await platform.database.in_transaction(work)
