"""Whoever waits for a member acts when the waiting is over, not when it began."""

from __future__ import annotations

from uuid import UUID

from domain.errors import Expired, NotEnoughPoints
from domain.ledger import HoldState
from domain.rewards import RedemptionState
from gamification.engine.consumer import Consumer
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from tests.support.locks import delayed
from tests.support.reward_counter import RewardCounter
from tests.support.shop import Shop, happened

TILL = UUID(int=7)


async def hold(shop: Shop, amount: int = 50) -> HoldRow:
    draft = HoldDraft(await shop.member(), amount, "A-1")
    return await holds.hold(shop.platform, shop.programmes, draft, actor_id=TILL, key="hold")


async def capture(shop: Shop, held: HoldRow) -> HoldRow:
    return await holds.capture(
        shop.platform,
        shop.programmes,
        member_id=held.member_id,
        number=held.hold.entry_number,
        actor_id=TILL,
    )


async def short_lived(shop: Shop) -> None:
    """50 points that are gone in five days."""
    await shop.rule("short", "50", expires_after_days=5)
    await shop.tell(shop.paid("A-0", "1"))


async def test_a_correction_is_dated_after_what_it_waited_for(shop: Shop) -> None:
    await shop.join("C-1")
    await shop.adjust(10)
    then, _ = await delayed(shop, shop.adjust(5), hours=1)
    assert (await shop.entries())[-1].created_at >= then


async def test_points_that_expired_while_a_hold_waited_are_not_held(shop: Shop) -> None:
    await short_lived(shop)
    _, refused = await delayed(shop, hold(shop), days=6)
    assert isinstance(refused, NotEnoughPoints)
    assert (await shop.balance()).held == 0


async def test_a_hold_lasts_from_when_it_was_made(shop: Shop) -> None:
    await short_lived(shop)
    then, held = await delayed(shop, hold(shop), hours=1)
    assert isinstance(held, HoldRow)
    assert held.hold.expires_at > then
    assert held.state is HoldState.OPEN


async def test_a_hold_that_ended_while_its_capture_waited_is_not_captured(shop: Shop) -> None:
    await short_lived(shop)
    held = await hold(shop)
    _, refused = await delayed(shop, capture(shop, held), hours=1)
    assert isinstance(refused, Expired)
    assert await shop.available() == 50


async def test_points_that_expired_while_somebody_waited_buy_nothing(shop: Shop) -> None:
    await short_lived(shop)
    counter = RewardCounter(shop)
    mug = await counter.offer()
    _, refused = await delayed(shop, counter.redeem(mug), days=6)
    assert isinstance(refused, NotEnoughPoints)


async def test_a_redemption_is_cancelled_when_the_waiting_is_over(shop: Shop) -> None:
    await short_lived(shop)
    counter = RewardCounter(shop)
    made = await counter.redeem(await counter.offer())
    await delayed(shop, counter.cancel(made), days=6)
    cancelled = await counter.redemption(made.id)
    assert cancelled.state is RedemptionState.CANCELLED
    assert cancelled.ended_at is not None
    assert cancelled.ended_at >= shop.now
    assert await shop.available() == 0, "what lapsed meanwhile stays lapsed"


async def test_what_a_shop_reports_is_received_when_the_waiting_is_over(shop: Shop) -> None:
    await shop.rule("base", "activity.attributes.total")
    await shop.tell(shop.paid("A-0", "1"))
    then, _ = await delayed(shop, shop.tell(shop.paid("A-1", "2")), hours=1)
    assert (await shop.entries())[-1].created_at >= then
    received = "SELECT max(received_at) FROM activity"
    assert await shop.platform.database.fetchval(received) >= then


async def test_the_log_is_applied_when_the_waiting_is_over(shop: Shop) -> None:
    await shop.rule("posts", "7", trigger="post.published")
    await shop.join("C-1")
    await shop.adjust(1)
    await shop.record(happened(await shop.member(), "p-1"))
    consumer = Consumer(shop.platform, shop.programmes)
    await consumer.renew()

    async def consume() -> None:
        while await shop.waiting():
            await consumer.run_once()

    then, _ = await delayed(shop, consume(), hours=1)
    await consumer.stop()
    assert (await shop.entries())[-1].created_at >= then
