"""A process that dies between any two statements has done all of it or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

import pytest

from community.deals import jobs, orders
from domain.deals.orders import Named
from domain.errors import AlreadyDone, Ended
from tests.support.dying import Operation, survive
from tests.support.market import BARGAIN, Market

Prepare: TypeAlias = Callable[[Market], Awaitable[Operation]]


async def a_start(market: Market) -> Operation:
    await market.offer(stock=3)
    return partial(market.start, "ana")


async def a_start_that_sweeps_before(market: Market) -> Operation:
    await market.offer(stock=3)
    await market.start("bo")
    await market.let_pass(hours=24)
    return partial(market.start, "ana")


async def the_start_of_a_bargain(market: Market) -> Operation:
    await market.offer(BARGAIN)
    return partial(market.start, "ana", BARGAIN)


async def a_seat(market: Market) -> Operation:
    await market.offer()
    return again(market.take, "bo", await market.start("ana"))


async def the_last_seat(market: Market) -> Operation:
    await market.offer(size=2)
    return again(market.take, "bo", await market.start("ana"))


async def the_last_cut(market: Market) -> Operation:
    await market.offer(BARGAIN, size=1)
    return again(market.help, "bo", await market.start("ana", BARGAIN))


async def a_leader_who_leaves(market: Market) -> Operation:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    return partial(market.leave, "ana", group)


async def the_last_who_leaves(market: Market) -> Operation:
    await market.offer(stock=3)
    return again(market.leave, "ana", await market.start("ana"))


async def a_deadline(market: Market) -> Operation:
    await market.offer(stock=6)
    group = await market.start("ana")
    await market.take("bo", group)
    await market.let_pass(hours=24)
    return partial(jobs.fail_overdue, market.platform)


async def a_seat_of_a_suspended_member(market: Market) -> Operation:
    await market.offer()
    group = await market.start("ana")
    await market.take("bo", group)
    await market.suspend("ana")
    return partial(jobs.free_seats, market.platform)


async def what_the_shop_made_orders_of(market: Market) -> Operation:
    await market.offer(size=2)
    await market.take("bo", await market.start("ana"))
    rows = await orders.page(market.platform.database, waiting=True, after=None, limit=9)
    named = [Named(row.id, f"A-{place}") for place, row in enumerate(rows)]
    return partial(orders.name, market.platform, named)


def again(verb: Callable[..., Awaitable[object]], *given: object) -> Operation:
    """A verb whose second time is refused because the first got through."""

    async def operation() -> None:
        with suppress(AlreadyDone, Ended):
            await verb(*given)

    return operation


OPERATIONS: Final[tuple[Prepare, ...]] = (
    a_start,
    a_start_that_sweeps_before,
    the_start_of_a_bargain,
    a_seat,
    the_last_seat,
    the_last_cut,
    a_leader_who_leaves,
    the_last_who_leaves,
    a_deadline,
    a_seat_of_a_suspended_member,
    what_the_shop_made_orders_of,
)


@pytest.mark.unreplayed("a connection that breaks leaves nothing that a replay could see")
@pytest.mark.parametrize("prepare", OPERATIONS, ids=lambda one: one.__name__)
async def test_all_of_it_or_nothing(market: Market, prepare: Prepare) -> None:
    assert await survive(market.platform.database, await prepare(market)) >= 3
