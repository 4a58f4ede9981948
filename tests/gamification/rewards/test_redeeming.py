"""Redeeming a reward: paid, counted, once a key, refused for a reason, restored when cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.errors import (
    Conflict,
    Ended,
    Invalid,
    LimitReached,
    NotAllowed,
    NotEligible,
    NotEnoughPoints,
    NotFound,
    NotStarted,
    OutOfStock,
    Refused,
)
from domain.rewards import RedemptionState
from gamification.engine.consumer import Consumer
from tests.support.reward_counter import STAFF, RewardCounter, tally

HOUR = timedelta(hours=1)


async def test_a_redemption_costs_its_points_and_takes_one_of_the_stock(
    counter: RewardCounter,
) -> None:
    mug = await counter.offer(cost=30, stock=5)
    made = await counter.redeem(mug)
    assert (made.cost, made.state) == (30, RedemptionState.CONFIRMED)
    assert await counter.shop.available() == 70
    assert await counter.stock(mug) == (4, 1, 0, 0)
    entry = (await counter.shop.entries())[-1]
    assert (entry.amount, entry.reason) == (-30, "mug")


async def test_a_free_reward_moves_no_points(counter: RewardCounter) -> None:
    gift = await counter.offer(cost=0, stock=1)
    made = await counter.redeem(gift)
    assert made.entry_number is None
    assert await counter.shop.available() == 100
    await counter.cancel(made)
    assert await counter.stock(gift) == (1, 0, 0, 1)


async def test_one_key_redeems_once_also_when_it_is_sold_out_by_it(counter: RewardCounter) -> None:
    mug = await counter.offer(stock=1)
    first = await asyncio.gather(*(counter.redeem(mug, key="same") for _ in range(8)))
    again = await counter.redeem(mug, key="same")
    assert {one.id for one in first} == {again.id}
    assert await counter.stock(mug) == (0, 1, 0, 0)


async def test_a_key_that_stands_for_another_reward_is_a_conflict(counter: RewardCounter) -> None:
    mug, bag = await counter.offer("mug"), await counter.offer("bag", stock=0)
    both = (counter.redeem(mug, key="same"), counter.redeem(await counter.offer("hat"), key="same"))
    assert tally(await asyncio.gather(*both, return_exceptions=True))["Conflict"] == 1
    with pytest.raises(Conflict):  # sold out, but what the key stands for comes first
        await counter.redeem(bag, key="same")


async def test_a_refused_attempt_leaves_its_key_and_its_points(counter: RewardCounter) -> None:
    mug = await counter.offer(stock=0)
    with pytest.raises(OutOfStock):
        await counter.redeem(mug, key="same")
    await counter.offer(stock=1)
    assert (await counter.redeem(mug, key="same")).cost == 10


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"cost": 101}, NotEnoughPoints),
        ({"stock": 0}, OutOfStock),
        ({"minimum_tier": "gold"}, NotEligible),
        ({"starts_at": HOUR}, NotStarted),
        ({"ends_at": -HOUR}, Ended),
        ({"ends_at": timedelta(0)}, Ended),
        ({"stock": 0, "starts_at": HOUR}, NotStarted),
        ({"stock": 0, "minimum_tier": "gold", "cost": 101}, OutOfStock),
        ({"minimum_tier": "gold", "cost": 101}, NotEligible),
    ],
)
async def test_what_cannot_be_redeemed_is_refused_for_the_first_reason(
    counter: RewardCounter, terms: dict[str, Any], refusal: type[Refused]
) -> None:
    await counter.shop.tier("gold", 1, 1000)
    now = await counter.shop.platform.clock.now()
    times = {name: now + at for name, at in terms.items() if isinstance(at, timedelta)}
    mug = await counter.offer(**(terms | times))
    with pytest.raises(refusal):
        await counter.redeem(mug)
    assert await counter.shop.available() == 100


async def test_the_refusal_tells_how_many_points_are_missing(counter: RewardCounter) -> None:
    with pytest.raises(NotEnoughPoints) as refused:
        await counter.redeem(await counter.offer(cost=130))
    assert refused.value.params == {"missing": 30, "available": 100}


async def test_a_reward_that_does_not_exist_is_not_found(counter: RewardCounter) -> None:
    mug = await counter.offer()
    gone = type(mug)(type(mug.reward)(UUID(int=5), *_rest(mug.reward)), 0, 0, 0)
    with pytest.raises(NotFound):
        await counter.redeem(gone)


def _rest(reward: Any) -> list[Any]:  # noqa: ANN401
    return [getattr(reward, name) for name in ("key", "name", "description", "kind", "cost")]


async def test_the_limit_counts_what_a_member_has_and_not_what_was_cancelled(
    counter: RewardCounter,
) -> None:
    mug = await counter.offer(per_member_limit=1)
    first = await counter.redeem(mug)
    with pytest.raises(LimitReached):
        await counter.redeem(mug)
    assert (await counter.redeem(mug, "C-2")).cost == 10
    await counter.cancel(first)
    assert (await counter.redeem(mug)).cost == 10


async def test_a_sale_begins_and_ends_by_the_programmes_clock(counter: RewardCounter) -> None:
    now = await counter.shop.platform.clock.now()
    mug = await counter.offer(starts_at=now + HOUR, ends_at=now + 3 * HOUR)
    with pytest.raises(NotStarted):
        await counter.redeem(mug)
    await counter.shop.let_pass(hours=2)
    await counter.redeem(mug)
    await counter.shop.let_pass(hours=1)
    with pytest.raises(Ended):
        await counter.redeem(mug)


async def test_the_tier_that_is_asked_for_suffices(counter: RewardCounter) -> None:
    await counter.shop.tier("gold", 1, 1000)
    await counter.shop.measure_tiers()
    mug = await counter.offer(minimum_tier="gold")
    await counter.shop.tell(counter.shop.paid("A-1", "1000"))
    assert (await counter.redeem(mug)).cost == 10
    with pytest.raises(NotEligible):
        await counter.redeem(mug, "C-2")


async def test_points_that_lapsed_cannot_be_spent_though_nobody_booked_it(
    counter: RewardCounter,
) -> None:
    await counter.shop.rule("short", "50", expires_after_days=10)
    await counter.shop.tell(counter.shop.paid("A-1", "1"))
    mug = await counter.offer(cost=120)
    await counter.shop.let_pass(days=12)
    with pytest.raises(NotEnoughPoints):
        await counter.redeem(mug)


async def test_a_cancelled_redemption_returns_points_with_their_dates_and_stock(
    counter: RewardCounter,
) -> None:
    await counter.shop.rule("short", "50", expires_after_days=10)
    await counter.shop.tell(counter.shop.paid("A-1", "1"))
    before = await counter.shop.balance()
    mug = await counter.offer(cost=120, stock=1)
    made = await counter.redeem(mug)
    cancelled = await counter.cancel(made)
    assert (cancelled.state, cancelled.ended_by) == (RedemptionState.CANCELLED, STAFF)
    assert await counter.shop.balance() == before
    assert await counter.stock(mug) == (1, 0, 0, 1)


async def test_cancelling_again_changes_nothing(counter: RewardCounter) -> None:
    made = await counter.redeem(await counter.offer(stock=1))
    ends = await asyncio.gather(*(counter.cancel(made) for _ in range(5)))
    assert {one.state for one in ends} == {RedemptionState.CANCELLED}
    assert await counter.shop.available() == 100


async def test_what_was_handed_over_cannot_be_cancelled(counter: RewardCounter) -> None:
    mug = await counter.offer(stock=2)
    made = await counter.redeem(mug)
    done = await counter.fulfil(made)
    assert await counter.fulfil(made) == done
    with pytest.raises(NotAllowed):
        await counter.cancel(made)
    assert await counter.stock(mug) == (1, 1, 1, 0)
    assert await counter.shop.count("activity WHERE type = 'reward.fulfilled'") == 1


async def test_what_was_cancelled_cannot_be_handed_over(counter: RewardCounter) -> None:
    made = await counter.redeem(await counter.offer())
    await counter.cancel(made)
    with pytest.raises(Conflict):
        await counter.fulfil(made)


async def test_of_cancelling_and_handing_over_at_once_one_wins(counter: RewardCounter) -> None:
    mug = await counter.offer()
    for _ in range(5):
        made = await counter.redeem(mug)
        both = (counter.cancel(made), counter.fulfil(made))
        answers = tally(await asyncio.gather(*both, return_exceptions=True))
        assert answers["RedemptionRow"] == 1


async def test_more_can_be_put_on_sale_but_not_less_than_is_taken(counter: RewardCounter) -> None:
    mug = await counter.offer(stock=2)
    for _ in range(2):
        await counter.redeem(mug)
    with pytest.raises(Invalid) as refused:
        await counter.offer(stock=1)
    assert (refused.value.field, refused.value.params) == (("stock",), {"taken": 2})
    assert (await counter.offer(stock=2)).left == 0
    assert (await counter.offer(stock=5)).left == 3
    assert (await counter.offer(stock=None)).left is None


async def test_what_was_paid_stays_what_comes_back(counter: RewardCounter) -> None:
    made = await counter.redeem(await counter.offer(cost=30))
    await counter.offer(cost=60)
    await counter.cancel(made)
    assert await counter.shop.available() == 100


async def test_the_log_tells_of_a_redemption_and_rules_may_read_it(counter: RewardCounter) -> None:
    await counter.shop.rule("thanks", "1", trigger="reward.redeemed")
    await counter.redeem(await counter.offer())
    consumer = Consumer(counter.shop.platform, counter.shop.programmes)
    await consumer.renew()
    async with asyncio.timeout(30):
        while await counter.shop.waiting():
            await consumer.run_once()
    await consumer.stop()
    assert await counter.shop.available() == 91
