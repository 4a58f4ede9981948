"""Groups: real seats, success once, and what becomes of those that do not fill up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from community.deals import jobs, leaving
from domain.deals.deal import DealState
from domain.errors import (
    AlreadyDone,
    Ended,
    NotAllowed,
    NotFound,
    OutOfStock,
    Suspended,
)
from infra.ids import Kind, encode_id, new_id
from tests.support.market import BARGAIN, Market


async def test_the_starter_holds_the_first_seat(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    deal = await market.deal(group)
    assert await market.seated(group) == [await market.member("ana")]
    assert (deal.filled, deal.size, deal.state) == (1, 3, DealState.OPEN)
    assert deal.ends_at - deal.started_at == timedelta(hours=24)


async def test_starting_again_leads_to_the_same_group(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    assert await market.start("ana") == group
    assert await market.start("bo") != group


async def test_the_last_seat_makes_it_succeed_once(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    assert await market.owed() == []
    assert (await market.take("cy", group)).state is DealState.SUCCEEDED
    buyers = await market.members("ana", "bo", "cy")
    assert await market.owed() == [(group, one) for one in buyers]
    with pytest.raises(Ended):
        await market.take("di", group)


async def test_everybody_in_it_is_told_of_the_price(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    for who in ("bo", "cy"):
        await market.take(who, group)
    told = await market.log("deal.succeeded")
    assert [member for member, _ in told] == await market.members("ana", "bo", "cy")
    assert told[0][1] == {
        "dealId": encode_id(Kind.GROUP_BUY, group),
        "dealKind": "GROUP_BUY",
        "productId": encode_id(Kind.PRODUCT, await market.product()),
        "sku": "TEA-1",
        "name": "龙井 · Green tea",
        "price": "7.50",
        "currency": "CNY",
        "size": 3,
        "leader": True,
    }
    assert [attributes["leader"] for _, attributes in told] == [True, False, False]


async def test_a_rule_rewards_whoever_led(market: Market) -> None:
    await market.rule(
        "lead", "30", trigger="deal.succeeded", condition="activity.attributes.leader"
    )
    await market.offer()
    group = await market.start("ana")
    for who in ("bo", "cy"):
        await market.take(who, group)
    await market.consume()
    assert [await market.available(who) for who in ("ana", "bo", "cy")] == [30, 0, 0]


async def test_each_takes_one_seat(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    for who in ("ana", "bo"):
        with pytest.raises(AlreadyDone):
            await market.take(who, group)
    assert (await market.deal(group)).filled == 2


async def test_at_the_deadline_it_has_failed_whoever_looks(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.let_pass(hours=24)
    deal = await market.deal(group)
    assert deal.state is DealState.OPEN, "nobody has written it down"
    assert deal.state_at(market.now) is DealState.FAILED
    with pytest.raises(Ended):
        await market.take("bo", group)
    with pytest.raises(Ended):
        await market.leave("ana", group)


async def test_a_deadline_that_passed_while_everything_was_down_is_caught_up(
    market: Market,
) -> None:
    await market.offer(stock=6)
    groups = [await market.start("ana"), await market.start("bo")]
    await market.take("cy", groups[0])
    await market.let_pass(days=9)
    assert await jobs.fail_overdue(market.platform) == 2
    assert await jobs.fail_overdue(market.platform) == 0
    for group in groups:
        deal = await market.deal(group)
        assert (deal.state, deal.ended_at) == (DealState.FAILED, deal.ends_at)
    told = [member for member, _ in await market.log("deal.failed")]
    assert sorted(told) == sorted(await market.members("ana", "bo", "cy"))
    assert await market.left() == 6


async def test_it_fails_at_its_deadline_not_when_that_is_written_down(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.let_pass(days=3)
    await jobs.fail_overdue(market.platform)
    sql = market.platform.database
    at = await sql.fetchval("SELECT occurred_at FROM activity WHERE type = 'deal.failed'")
    assert at == (await market.deal(group)).ends_at


async def test_who_leaves_frees_the_seat(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    await market.leave("bo", group)
    await market.leave("bo", group)
    assert await market.seated(group) == await market.members("ana")
    for who in ("cy", "bo"):
        deal = await market.take(who, group)
    assert deal.state is DealState.SUCCEEDED
    assert await market.seated(group) == await market.members("ana", "cy", "bo")


async def test_a_leader_who_leaves_passes_the_lead_to_who_came_next(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    await market.leave("ana", group)
    assert (await market.deal(group)).owner_id == await market.member("bo")
    assert await market.start("ana") != group, "who left may start another"


async def test_left_by_everybody_it_has_failed(market: Market) -> None:
    await market.offer(stock=3)
    group = await market.start("ana")
    await market.leave("ana", group)
    assert (await market.deal(group)).state is DealState.FAILED
    assert await market.left() == 3
    assert await market.log("deal.failed") == []


async def test_nobody_leaves_a_group_that_has_succeeded(market: Market) -> None:
    await market.offer(size=2)
    group = await market.start("ana")
    await market.take("bo", group)
    with pytest.raises(Ended):
        await market.leave("bo", group)


async def test_a_suspension_frees_the_seat_and_passes_the_lead_on(market: Market) -> None:
    await market.offer()
    group, full = await market.start("ana"), await market.start("bo")
    await market.take("cy", group)
    for who in ("ana", "di"):
        await market.take(who, full)
    ana, platform = await market.member("ana"), market.platform
    async with platform.database.transaction() as tx:
        assert await leaving.free_seats(tx, platform, ana) == 1
    deal = await market.deal(group)
    assert (deal.owner_id, deal.filled) == (await market.member("cy"), 1)
    assert ana in await market.seated(full), "what succeeded stays"


async def test_seats_of_suspended_members_are_found_without_being_told(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    await market.suspend("bo")
    assert await jobs.free_seats(market.platform) == 1
    assert await jobs.free_seats(market.platform) == 0
    assert await market.seated(group) == await market.members("ana")


async def test_who_is_suspended_neither_starts_nor_joins(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.suspend("bo")
    with pytest.raises(Suspended):
        await market.start("bo")
    with pytest.raises(Suspended):
        await market.take("bo", group)


@pytest.mark.parametrize("pair", [("ana", "bo"), ("bo", "ana")])
async def test_where_one_blocks_the_other_they_do_not_buy_together(
    market: Market, pair: tuple[str, str]
) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.block(*pair)
    with pytest.raises(NotAllowed):
        await market.take("bo", group)


async def test_a_group_holds_its_stock_from_the_start(market: Market) -> None:
    await market.offer(stock=7)
    group = await market.start("ana")
    await market.start("bo")
    assert await market.left() == 1
    with pytest.raises(OutOfStock):
        await market.start("cy")
    for who in ("di", "ed"):
        deal = await market.take(who, group)
    assert deal.state is DealState.SUCCEEDED, "what was started can be completed"


async def test_stock_of_overdue_groups_is_free_before_anybody_wrote_it_down(
    market: Market,
) -> None:
    await market.offer(stock=3)
    late = await market.start("ana")
    await market.let_pass(hours=25)
    assert await market.left() == 3
    assert await market.start("bo") != late
    assert (await market.deal(late)).state is DealState.FAILED


async def test_a_group_keeps_the_terms_of_its_start(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    await market.offer(size=2, price=Decimal("9.00"), hours=1, active=False)
    deal = await market.deal(group)
    assert (deal.size, deal.price) == (3, Decimal("7.50"))
    with pytest.raises(NotFound):
        await market.start("bo")
    assert (await market.take("bo", group)).state is DealState.OPEN


@pytest.mark.parametrize("verb", ["take", "leave"])
async def test_there_must_be_a_group(market: Market, verb: str) -> None:
    await market.offer(BARGAIN)
    bargain = await market.start("ana", BARGAIN)
    for other in (new_id(), bargain):
        with pytest.raises(NotFound):
            await getattr(market, verb)("bo", other)
    with pytest.raises(NotFound):
        await market.start("ana")
