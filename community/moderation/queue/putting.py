"""Puts a subject into the queue, or adds to the item that it has there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from community.moderation.queue import live, store
from domain.moderation.priority import TARGETS, Signal, clamped
from domain.moderation.subjects import Origin, Subject
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform


async def put(
    tx: Transaction,
    platform: Platform,
    subject: Subject,
    origin: Origin,
    signals: Iterable[Signal],
    *,
    now: datetime,
    within: timedelta | None = None,
) -> UUID:
    """The undecided item of the subject, one whatever raised it how often; locked until the commit.

    A signal replaces what the item had by the same key. `within` is in what time it is to be
    decided, if not in the usual time of its origin; an item is never put off.
    """
    due_at = now + (TARGETS[origin] if within is None else within)
    item_id = await store.hold_or_add(tx, new_id(), subject, origin, now=now, due_at=due_at)
    found = {one.key: clamped(one) for one in signals}
    await store.add_signals(tx, item_id, list(found.values()), now)
    await store.weigh(tx, [item_id])
    live.announce(tx, platform.pubsub, [item_id])
    return item_id
