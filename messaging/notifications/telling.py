"""Reads the activity log, and notifies members of what is news to them.

Exactly once in effect: the cursor moves in the transaction that writes the notifications, and one
about the same activity is never made twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.activity import Activity
from domain.notifications import JOINED_FOR, group_of, news
from infra import log_readers
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from messaging.notifications import live, store
from messaging.notifications.store import Made

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
            made = _joined(told)
            added = await store.add(tx, made, now, joined_since=now - JOINED_FOR)
            live.announce(tx, platform.pubsub, added)
        await log_readers.advance(tx, READER, partition, batch[-1])
        return len(batch)

    return await platform.database.in_transaction(work)


def _joined(told: Sequence[Activity]) -> list[Made]:
    """A notification for each, or for each group, which names its newest."""
    newest: dict[tuple[UUID, str | None], Activity] = {}
    sizes: Counter[tuple[UUID, str | None]] = Counter()
    for activity in told:
        group = group_of(activity)
        name = (activity.id if group is None else activity.member_id, group)
        newest.pop(name, None)
        newest[name] = activity
        sizes[name] += 1
    return [
        Made(new_id(), activity.member_id, activity.id, name[1], sizes[name])
        for name, activity in newest.items()
    ]
