"""Bargains: cuts that were settled when they began, down to the floor and no further."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from community.deals import jobs
from domain.deals import bargain
from domain.deals.deal import DealState
from domain.errors import AlreadyDone, Ended, NotAllowed, NotFound, OutOfStock
from tests.support.market import BARGAIN, Market

FRIENDS = ("bo", "cy", "di", "ed")


async def test_friends_cut_what_the_seed_says_down_to_the_floor(market: Market) -> None:
    await market.offer(BARGAIN)
    deal_id = await market.start("ana", BARGAIN)
    settled = (await market.deal(deal_id)).cuts()
    deal = [await market.help(who, deal_id) for who in FRIENDS][-1]
    assert [part.cut for part in await market.parts(deal_id)] == settled
    assert sum(settled) == Decimal("8.00")
    assert deal.state is DealState.SUCCEEDED
    assert await market.owed() == [(deal_id, await market.member("ana"))]


async def test_what_is_cut_does_not_depend_on_who_comes_when(market: Market) -> None:
    await market.offer(BARGAIN)
    deal_id = await market.start("ana", BARGAIN)
    settled = (await market.deal(deal_id)).cuts()
    await asyncio.gather(*(market.help(who, deal_id) for who in reversed(FRIENDS[:2])))
    await market.let_pass(hours=5)
    await asyncio.gather(*(market.help(who, deal_id) for who in reversed(FRIENDS[2:])))
    assert [part.cut for part in await market.parts(deal_id)] == settled


async def test_the_owner_is_told_that_the_price_holds(market: Market) -> None:
    await market.offer(BARGAIN, size=1)
    deal_id = await market.start("ana", BARGAIN)
    await market.help("bo", deal_id)
    [(member, told)] = await market.log("deal.succeeded")
    assert member == await market.member("ana")
    assert (told["dealKind"], told["price"], told["leader"]) == ("BARGAIN", "2.00", True)


async def test_each_friend_cuts_once_and_nobody_their_own(market: Market) -> None:
    await market.offer(BARGAIN)
    deal_id = await market.start("ana", BARGAIN)
    await market.help("bo", deal_id)
    with pytest.raises(AlreadyDone):
        await market.help("bo", deal_id)
    with pytest.raises(NotAllowed):
        await market.help("ana", deal_id)
    assert len(await market.parts(deal_id)) == 1


async def test_too_late_nobody_helps_and_the_price_does_not_hold(market: Market) -> None:
    await market.offer(BARGAIN, stock=1)
    deal_id = await market.start("ana", BARGAIN)
    await market.help("bo", deal_id)
    await market.let_pass(hours=24)
    with pytest.raises(Ended):
        await market.help("cy", deal_id)
    assert await jobs.fail_overdue(market.platform) == 1
    assert [member for member, _ in await market.log("deal.failed")] == await market.members("ana")
    assert (await market.left(BARGAIN), await market.owed()) == (1, [])


async def test_it_starts_from_what_the_product_costs_then(market: Market) -> None:
    await market.offer(BARGAIN)
    await market.price("12.34")
    deal = await market.deal(await market.start("ana", BARGAIN))
    assert deal.start_price == Decimal("12.34")
    await market.price("99.00")
    assert await market.deal(deal.id) == deal


@pytest.mark.parametrize(("price", "currency"), [("2.03", "CNY"), (None, "CNY"), ("10.00", "USD")])
async def test_a_price_that_cannot_be_cut_as_offered_starts_none(
    market: Market, price: str | None, currency: str
) -> None:
    await market.offer(BARGAIN)
    await market.price(price, currency)
    with pytest.raises(NotAllowed):
        await market.start("ana", BARGAIN)


async def test_a_bargain_holds_one_unit(market: Market) -> None:
    await market.offer(BARGAIN, stock=1)
    await market.start("ana", BARGAIN)
    with pytest.raises(OutOfStock):
        await market.start("bo", BARGAIN)


async def test_no_two_bargains_have_the_same_secret(market: Market) -> None:
    await market.offer(BARGAIN)
    deals = [await market.deal(await market.start(who, BARGAIN)) for who in FRIENDS]
    assert len({deal.seed for deal in deals}) == len(FRIENDS)
    told = {bargain.commitment(one.terms, one.seed or b"") for one in deals}
    assert len(told) == len(FRIENDS)


async def test_there_must_be_a_bargain(market: Market) -> None:
    await market.offer()
    group = await market.start("ana")
    with pytest.raises(NotFound):
        await market.help("bo", group)
