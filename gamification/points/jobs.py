"""Books what has come due: confirmations and expiries. Late or twice, it changes no balance."""

from __future__ import annotations

from typing import Final

from domain import ledger
from gamification.ledger import books as books_store
from gamification.ledger import live
from gamification.ledger import states as states_store
from infra.database import Transaction
from infra.platform import Platform

BATCH: Final = 500


async def settle_due(platform: Platform) -> int:
    """Settles up to 500 members with something due; how many they were."""

    async def work(tx: Transaction) -> int:
        now = await platform.clock.now(tx)
        due = await tx.fetch(
            "SELECT member_id FROM member_state WHERE next_due <= $1"
            " ORDER BY member_id LIMIT $2 FOR UPDATE SKIP LOCKED",
            now,
            BATCH,
        )
        states = await states_store.lock(tx, [row["member_id"] for row in due])
        books = [state.books for state in states.values()]
        await books_store.complete(tx, books)
        for one in books:
            ledger.settle(one, now)
        await books_store.write(tx, books)
        await states_store.write(tx, list(states.values()))
        live.announce(tx, platform.pubsub, books)
        return len(books)

    return await platform.database.in_transaction(work)
