"""Sweeping: files that were never completed, pictures that nothing shows, what is left of both."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from community.media import store, tickets
from domain.posts.visibility import KEPT_FOR_STAFF
from infra.database import Transaction
from infra.pictures import store as pictures
from infra.pictures.sweeping import sweep_objects
from infra.platform import Platform

UNUSED: Final = timedelta(hours=24)
"""How long a picture may wait for a place, in the programme's time."""
TICKETS_KEPT: Final = timedelta(days=30)

_LATE: Final = timedelta(minutes=10)  # a file may still be on its way when its ticket ends
_AT_ONCE: Final = 100


async def sweep_next(platform: Platform) -> int:
    """Sweeps up to a hundred of each kind; how many there were, 0 when all is clean.

    Raises: Unavailable.
    """
    files = await _sweep_files(platform)
    unused = await _sweep_unused(platform)
    return files + unused + await sweep_objects(platform.database, platform.objects)


async def _sweep_files(platform: Platform) -> int:
    """Removes files of tickets that are over, completed or not: one may have come too late."""
    now = await platform.clock.now()
    over = await tickets.over(platform.database, now - _LATE, limit=_AT_ONCE)
    if over:
        await platform.objects.delete([ticket.object_name for ticket in over])
        await tickets.swept(platform.database, [ticket.id for ticket in over], now)
    await tickets.forget(platform.database, now - TICKETS_KEPT)
    return len(over)


async def _sweep_unused(platform: Platform) -> int:
    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        await store.release_of_deleted_posts(tx, now, KEPT_FOR_STAFF, limit=_AT_ONCE)
        gone = await store.remove_unused(tx, now - UNUSED, limit=_AT_ONCE)
        await pictures.forget(tx, gone)
        return len(gone)

    return await platform.database.in_transaction(work)
