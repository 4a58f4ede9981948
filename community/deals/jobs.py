"""What time brings to deals is written down: deadlines that passed, seats of the suspended."""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

from community.deals import ending, leaving, offer_store, store
from infra.database import Transaction
from infra.platform import Platform

_AT_ONCE: Final = 100


async def fail_overdue(platform: Platform) -> int:
    """Fails deals that have missed their deadline, also long ago; how many."""
    overdue = await store.offers_overdue(
        platform.database, await platform.clock.now(), limit=_AT_ONCE
    )
    failed = 0
    for offer_id in overdue:
        work = partial(_fail_overdue, platform=platform, offer_id=offer_id)
        failed += await platform.database.in_transaction(work)
    return failed


async def _fail_overdue(tx: Transaction, *, platform: Platform, offer_id: UUID) -> int:
    await offer_store.lock_all(tx, [offer_id])
    return len(await ending.fail_overdue(tx, platform, offer_id, await platform.clock.now(tx)))


async def free_seats(platform: Platform) -> int:
    """Frees seats that suspended members still have in open groups; of how many members."""
    now = await platform.clock.now()
    suspended = await store.suspended_in_groups(platform.database, now, limit=_AT_ONCE)
    for member_id in suspended:
        work = partial(leaving.free_seats, platform=platform, member_id=member_id)
        await platform.database.in_transaction(work)
    return len(suspended)
