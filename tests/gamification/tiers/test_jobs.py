"""What the worker does about tiers: it writes down what binds anyway, and says so beforehand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.gamification.tiers.conftest import TierShop


async def test_the_job_writes_the_fall_and_derives_nothing(shop: TierShop) -> None:
    await shop.ladder(notice=0)
    await shop.tell(shop.paid("A-1", "600"))
    await shop.let_pass(days=395)
    assert await shop.settle() == 1
    assert await shop.written() == "member"
    assert len(await shop.told("tier.reached")) == 1
    assert await shop.waiting() == 0


async def test_the_job_done_again_finds_nothing_to_do(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "600"))
    await shop.let_pass(days=395)
    await shop.tend()
    assert (await shop.settle(), await shop.judge(), await shop.fill()) == (0, 0, 0)


async def test_steps_down_that_were_all_missed_are_one_step(shop: TierShop) -> None:
    await shop.ladder(days=10, grace=0, notice=0)
    await shop.tell(shop.paid("A-1", "1500", at=shop.now - timedelta(days=8)))
    await shop.tell(shop.paid("A-2", "600", at=shop.now - timedelta(days=4)))
    await shop.tell(shop.paid("A-3", "200"))
    await shop.let_pass(days=8)
    assert await shop.tier_of() == "silver"
    await shop.tend()
    assert await shop.written() == "silver"
    await shop.let_pass(days=2)
    await shop.tend()
    assert await shop.written() == "member"


async def test_a_loss_is_announced_once_and_in_time(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "600"))
    kept = (await shop.progress()).kept_through
    assert kept is not None
    await shop.let_pass(days=380)
    await shop.tend()
    assert await shop.told("tier.loss_announced") == []
    await shop.let_pass(days=1)
    await shop.tend()
    await shop.tend()
    assert await shop.told("tier.loss_announced") == [
        {"tier": "gold", "level": 2, "keptThrough": kept.isoformat(), "to": "member"}
    ]


async def test_rules_may_read_an_announced_loss(shop: TierShop) -> None:
    await shop.ladder()
    await shop.rule("stay", "88", trigger="tier.loss_announced")
    await shop.tell(shop.paid("A-1", "600"), shop.refunded("A-1", "R-1", "1"))
    await shop.let_pass(days=17)
    await shop.tend()
    assert await shop.available() == 88


async def test_a_tier_that_was_saved_is_announced_anew_when_it_ends_again(shop: TierShop) -> None:
    await shop.ladder(days=30, grace=0, notice=5)
    await shop.tell(shop.paid("A-1", "200"))
    await shop.let_pass(days=26)
    await shop.tend()
    await shop.tell(shop.paid("A-2", "200"))
    await shop.let_pass(days=26)
    await shop.tend()
    assert len(await shop.told("tier.loss_announced")) == 2
    assert len(await shop.told("tier.reached")) == 1


async def test_lower_thresholds_lift_members_who_did_nothing(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tend()
    await shop.tell(shop.paid("A-1", "150"))
    await shop.tier("silver", 1, 100)
    await shop.tend()
    assert await shop.written() == "silver"
    assert [one["tier"] for one in await shop.told("tier.reached")] == ["silver"]


async def test_higher_thresholds_leave_the_grace_days(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "700"))
    await shop.tend()
    await shop.tier("gold", 2, 1000)
    await shop.tend()
    assert await shop.tier_of() == "gold"
    assert (await shop.progress()).kept_through == await shop.today() + timedelta(days=30)
    await shop.let_pass(days=31)
    assert await shop.tier_of() == "silver"


async def test_another_name_or_multiplier_judges_nobody_again(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "700"))
    await shop.tend()
    await shop.tier("gold", 2, 600, "3")
    assert await shop.judge() == 0
    programme = await shop.programmes.current(shop.platform.database)
    assert programme.tiers["gold"].multiplier == 3


async def test_many_members_are_judged_in_batches(shop: TierShop) -> None:
    await shop.ladder(grace=0, notice=0)
    await shop.tell(*(shop.paid(f"A-{n}", "300", f"C-{n}") for n in range(100)))
    await shop.let_pass(days=366)
    assert [await shop.settle() for _ in range(4)] == [40, 40, 20, 0]


async def test_orders_and_the_nightly_job_at_once_end_as_one_after_the_other(
    shop: TierShop,
) -> None:
    await shop.ladder(days=10, grace=0, notice=3)
    refs = [f"C-{n}" for n in range(20)]
    await shop.tell(*(shop.paid(f"A-{ref}", "300", ref) for ref in refs))
    await shop.let_pass(days=10)
    await asyncio.gather(
        *(shop.settle() for _ in range(4)),
        *(shop.tell(shop.paid(f"B-{ref}", "600", ref)) for ref in refs),
        *(shop.tell(shop.refunded(f"A-{ref}", f"R-{ref}", "1", ref)) for ref in refs),
    )
    await shop.tend()
    assert {await shop.tier_of(ref) for ref in refs} == {"gold"}
