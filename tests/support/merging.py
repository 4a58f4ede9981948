"""A member who signed up here is merged into the one whom the shop knows as C-1."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar
from uuid import UUID

from gamification.ledger import merging
from infra.database import Transaction
from members.linking import Hold, link_customer
from tests.support.locks import somebody_waits
from tests.support.shop import Shop

T = TypeVar("T")
ANA: Final = "ana@example.com"
_HANG: Final = 30  # seconds


async def sign_up(shop: Shop) -> UUID:
    """Ana signs up by e-mail, and the engine gets to know her."""
    [ana] = await shop.join(ANA)
    async with shop.platform.database.transaction() as tx:
        await tx.execute("INSERT INTO account VALUES ($1, 'EMAIL', $2, $3)", ANA, ana, shop.now)
        await merging.hold(tx, [ana])
    return ana


async def link(shop: Shop, member_id: UUID, hold: Hold = merging.hold) -> UUID:
    return await link_customer(shop.platform.database, member_id, "C-1", hold=hold, now=shop.now)


async def merge_before(shop: Shop, member_id: UUID, work: Awaitable[T]) -> tuple[UUID, T]:
    """Merges while `work` waits for it; who stays, and what came of the work."""
    held, waited = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
        owners = await merging.hold(tx, ids)
        held.set()
        await waited.wait()
        return owners

    linking = asyncio.create_task(link(shop, member_id, hold))
    await asyncio.wait_for(held.wait(), _HANG)
    working = asyncio.ensure_future(work)
    await somebody_waits(shop.platform)
    waited.set()
    return await linking, await working
