"""The verbs of notifications: mark them as read, follow them live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.errors import Invalid, NotFound
from infra.database import Sql, Transaction
from infra.platform import Platform
from messaging.notifications import live, store
from messaging.notifications.store import NotificationRow

MOST_IDS: Final = 1_000
KEPT: Final = timedelta(days=365)
"""Older notifications are put away; the activities that they were about stay in the log."""


async def mark_read(
    platform: Platform, member_id: UUID, ids: Sequence[UUID | None], *, everything: bool
) -> int:
    """Marks a member's notifications as read, these or all there are; how many are left unread.

    Doing it again changes nothing. `ids` has None for what is no id of a notification.

    Raises: NotFound, with nothing marked, where an id is not of a notification of theirs; Invalid
    for too many.
    """
    if len(ids) > MOST_IDS:
        raise Invalid("notification.too_many", field=("ids",), limit=MOST_IDS)

    async def work(tx: Transaction) -> int:
        wanted = [one for one in ids if one is not None]
        known = await store.owned(tx, member_id, wanted) if wanted else set[UUID]()
        for place, one in enumerate(ids):
            if one not in known:
                raise NotFound("node.not_found", field=("ids", str(place)))
        now = await platform.clock.now(tx)
        if wanted:
            await store.mark_read(tx, member_id, now, ids=wanted)
        if everything:
            await store.mark_read(tx, member_id, now, ids=None)
        return (await store.unread(tx, [member_id]))[member_id]

    return await platform.database.in_transaction(work)


async def follow(platform: Platform, member_id: UUID) -> AsyncIterator[NotificationRow]:
    """Each new notification of a member, as it is committed."""
    async for ids in live.made_for(platform.pubsub, member_id):
        found = await store.by_ids(platform.database, ids)
        for one in ids:
            if one in found:
                yield found[one]


async def forget_old(sql: Sql, now: datetime) -> None:
    """Puts away what is older than a year."""
    await store.forget(sql, now - KEPT)
