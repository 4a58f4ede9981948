"""Books what has come due: confirmations, ends of holds, expiries.

Late or twice, it changes no balance: whoever reads has seen it all before.
"""

from __future__ import annotations

from typing import Final

from domain import ledger
from gamification.ledger import books as books_store
from gamification.ledger import live
from gamification.ledger import states as states_store
from infra.database import Transaction
from infra.platform import Platform

BATCH: Final = 100
"""Members that are locked at once: so few that nobody waits for long."""

# Those that came due first, by the index. Nobody is waited for, so no order of locks is needed.
_DUE: Final = (
    "SELECT member_id FROM member_state WHERE next_due <= $1"
    " ORDER BY next_due LIMIT $2 FOR UPDATE SKIP LOCKED"
)


async def settle_due(platform: Platform) -> int:
    """Settles some of the members with something due; how many they were, 0 when all is done."""

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        due = await tx.fetch(_DUE, now, BATCH)
        states = await states_store.lock(tx, sorted(row["member_id"] for row in due))
        books = [state.books for state in states.values()]
        await books_store.complete(tx, books)
        for one in books:
            ledger.settle(one, now)
        await books_store.write(tx, books)
        await states_store.write(tx, list(states.values()))
        live.announce(tx, platform.pubsub, books)
        return len(books)

    return await platform.database.in_transaction(work)
