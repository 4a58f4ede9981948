"""Writes down what binds anyway: missed payments and ends; and announces renewals.

Late or twice, it changes nothing that a reader sees, and tells nobody anything twice.
"""

from __future__ import annotations

from typing import Final

from domain import memberships
from gamification.ledger import states as states_store
from gamification.memberships import recording, store
from infra.database import Transaction
from infra.platform import Platform

BATCH: Final = 60
"""Members that are locked at once: so few that nobody waits for long, on a busy machine too."""


async def settle_due(platform: Platform) -> int:
    """Settles up to 60 memberships of which something has come due; how many they were."""

    async def work(tx: Transaction) -> int:
        due = await store.due(tx, await platform.clock.now(tx), limit=BATCH)
        if not due:
            return 0
        await states_store.lock(tx, sorted({one.member_id for one in due}))
        # Read again: while this waited for a lock, somebody may have paid.
        now = await platform.clock.now(tx)
        held = list((await store.by_ids(tx, [one.id for one in due])).values())
        for one in held:
            memberships.settle(one, now)
        await recording.write(tx, held, now)
        return len(held)

    return await platform.database.in_transaction(work)
