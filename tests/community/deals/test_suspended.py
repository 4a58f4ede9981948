"""A moderator's suspension frees seats in the transaction that suspends."""

from __future__ import annotations

from community.moderation.decisions import penalties
from infra.database import Transaction
from tests.support.market import Market


async def test_who_is_suspended_has_no_seat_from_that_moment(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    ana, platform = await market.member("ana"), market.platform

    async def work(tx: Transaction) -> None:
        began_at = await platform.clock.now(tx)
        await penalties.suspend(tx, platform, ana, began_at=began_at, days=3, reason="spam")

    await platform.database.in_transaction(work)
    assert await market.seated(group) == await market.members("bo")
    assert (await market.deal(group)).owner_id == await market.member("bo")
