"""A member's tier over the real engine: reached at once, lost when its time is over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from domain.boards import BoardDraft, Period
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import service as boards
from gamification.programme import store as programme_store
from gamification.tiers import service
from tests.gamification.tiers.conftest import TierShop
from tests.support.shop import SHANGHAI, happened


async def test_an_order_lifts_its_member_at_once(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "600"), shop.paid("B-1", "199.99", "C-2"))
    assert (await shop.tier_of(), await shop.tier_of("C-2")) == ("gold", "member")


async def test_whoever_never_ordered_holds_the_base(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.report("store.visited", "v"))
    assert await shop.tier_of() == "member"
    assert (await shop.progress()).remaining == 200


async def test_the_next_order_of_the_same_call_earns_at_the_new_tier(shop: TierShop) -> None:
    await shop.ladder()
    await shop.rule("spend", "activity.attributes.total", tier_multiplied=True)
    await shop.tell(shop.paid("A-1", "600"), shop.paid("A-2", "100"))
    assert [entry.amount for entry in await shop.entries()] == [600, 150]


async def test_a_tier_ends_for_every_reader_without_waiting_for_a_job(shop: TierShop) -> None:
    await shop.ladder()
    await shop.rule("spend", "activity.attributes.total", tier_multiplied=True)
    await shop.rule("gold", "7", condition="member.tier == 'gold' || member.tierLevel == 2")
    await shop.tell(shop.paid("A-1", "600"))
    await shop.let_pass(days=364 + 30)
    assert await shop.tier_of() == "gold"
    await shop.let_pass(days=1)
    assert (await shop.tier_of(), await shop.written()) == ("member", "gold")
    assert (await shop.progress()).current.key == "member"
    await shop.tell(shop.paid("A-2", "100"))
    assert [entry.amount for entry in await shop.entries()][-1] == 100
    assert await shop.written() == "member"


async def test_a_refund_keeps_the_tier_for_the_grace_days(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "650"), shop.refunded("A-1", "R-1", "100"))
    shown = await shop.progress()
    assert (shown.current.key, shown.value) == ("gold", 550)
    assert shown.kept_through == await shop.today() + timedelta(days=30)
    await shop.let_pass(days=31)
    assert await shop.tier_of() == "silver"


async def test_a_refund_of_another_call_takes_from_the_day_of_its_order(shop: TierShop) -> None:
    await shop.ladder(days=10, grace=0)
    await shop.tell(shop.paid("A-1", "300"))
    await shop.let_pass(days=5)
    await shop.tell(shop.paid("A-2", "300"), shop.refunded("A-1", "R-1", "250"))
    assert (await shop.progress()).value == 350
    await shop.let_pass(days=5)
    assert (await shop.progress()).value == 300


async def test_what_waited_in_the_log_counts_as_well(shop: TierShop) -> None:
    await shop.tier("silver", 1, 2)
    await shop.measure_tiers(triggers=("post.published",), measure=Measure.COUNT, attribute=None)
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"), happened(member, "p-2"))
    await shop.consume()
    assert await shop.tier_of() == "silver"
    assert [one["tier"] for one in await shop.told("tier.reached")] == ["silver"]


async def test_rules_of_what_is_derived_keep_their_caps_and_budgets(shop: TierShop) -> None:
    await shop.ladder()
    await shop.rule("gift", "100", trigger="tier.reached", cap_per_member_per_day=120)
    await shop.rule("first", "50", trigger="tier.reached", budget=60)
    await shop.tell(shop.paid("A-1", "200"))
    await shop.tell(shop.paid("A-2", "400"))
    amounts = [(entry.amount, entry.pending) for entry in await shop.entries()]
    assert sorted(amount for amount, _ in amounts) == [10, 20, 50, 100]


async def test_a_tier_may_be_measured_by_what_is_derived(shop: TierShop) -> None:
    await shop.tier("silver", 1, 1)
    await shop.tier("gold", 2, 3)
    counted = ("tier.reached", "store.visited")
    await shop.measure_tiers(triggers=counted, measure=Measure.COUNT, attribute=None)
    await shop.tend()
    await shop.tell(shop.report("store.visited", "v-1"))
    assert (await shop.tier_of(), (await shop.progress()).value) == ("silver", 2)
    await shop.tell(shop.report("store.visited", "v-2"))
    assert (await shop.tier_of(), (await shop.progress()).value) == ("gold", 4)


async def test_boards_count_who_reached_a_tier(shop: TierShop) -> None:
    await shop.ladder()
    metric = MetricDefinition(("tier.reached",), None, Measure.COUNT)
    await boards.save(
        shop.platform,
        BoardDraft("climbers", "Climbers", "tiers", Period.ALL_TIME, metric),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )
    await shop.tell(shop.paid("A-1", "200"))
    await shop.tell(shop.paid("A-2", "400"))
    assert await shop.count("standing WHERE score = 2") == 1


async def test_a_shop_without_tier_rules_keeps_no_days(shop: TierShop) -> None:
    await shop.tier("silver", 1, 200)
    await shop.tell(shop.paid("A-1", "900"))
    assert await shop.count("metric_day") + await shop.count("member_tier") == 0
    assert await shop.tier_of() == "member"


async def test_a_correction_by_staff_is_no_activity_and_moves_no_tier(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "200"))
    await shop.adjust(5_000)
    assert await shop.tier_of() == "silver"


async def test_followers_hear_of_another_tier_and_of_nothing_else(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "1"), shop.paid("B-1", "1", "C-2"))
    hearing = asyncio.create_task(shop.platform.pubsub.run())
    moments = service.follow(shop.platform, await shop.member())
    heard = asyncio.ensure_future(anext(moments))
    async with asyncio.timeout(30), shop.platform.pubsub.listen("ready"):
        await shop.tell(shop.paid("A-2", "100"), shop.paid("B-2", "600", "C-2"))
        await shop.tell(shop.paid("A-3", "100"))
        await heard
        assert await shop.tier_of() == "silver"
        await shop.let_pass(days=500)
        heard = asyncio.ensure_future(anext(moments))
        await shop.tend()
        await heard
    assert await shop.written() == "member"
    await moments.aclose()
    hearing.cancel()
    with suppress(asyncio.CancelledError):
        await hearing


@pytest.mark.parametrize("how", ["order", "refund"])
async def test_a_call_sent_again_moves_no_tier_twice(shop: TierShop, how: str) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "300"))
    report = shop.paid("A-2", "299") if how == "order" else shop.refunded("A-1", "R-1", "50")
    await shop.tell(report)
    once = await shop.progress()
    await shop.tell(report)
    assert await shop.progress() == once
