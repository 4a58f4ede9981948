"""Deals over subscriptions: as they are, at once, after each change, and at their deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import pytest

from api.execution.context import Context
from api.execution.engine import Operation
from api.execution.request import Request
from community.deals import jobs
from infra.i18n import Locale
from infra.ids import Kind, encode_id, new_id
from tests.support.clients import Clients
from tests.support.market import BARGAIN, Market

GROUP = "subscription ($id: ID!) { groupBuyChanged(id: $id) { state seatsLeft members { id } } }"
CUT = (
    "subscription ($id: ID!) { bargainChanged(id: $id)"
    " { state friendsLeft seed currentPrice { amount } helpers { cut { amount } } } }"
)


@asynccontextmanager
async def followed(
    clients: Clients, query: str, id_: str
) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
    """What gives the next event to a visitor; None where it is complete."""
    operation = await clients.engine.prepare(Request(query, None, {"id": id_}))
    assert isinstance(operation, Operation), operation.errors
    pubsub = clients.shop.platform.pubsub
    hearing = asyncio.create_task(pubsub.run())

    def context() -> Context:
        return Context(None, Locale.EN, "request", clients.services)

    async with aclosing(clients.engine.subscribe(operation, context)) as events:

        async def heard() -> Any:  # noqa: ANN401 - JSON
            async with asyncio.timeout(30):
                outcome = await anext(events, None)
            if outcome is None:
                return None
            assert not outcome.errors, outcome.errors
            return next(iter((outcome.data or {}).values()))

        yield heard
    hearing.cancel()


def market_of(clients: Clients) -> Market:
    return cast("Market", clients.shop)


async def test_a_group_is_followed_until_it_succeeds(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer()
    group = await market.start("ana")
    async with followed(clients, GROUP, encode_id(Kind.GROUP_BUY, group)) as heard:
        assert (await heard())["seatsLeft"] == 2
        await market.take("bo", group)
        assert (await heard())["seatsLeft"] == 1
        await market.leave("bo", group)
        assert len((await heard())["members"]) == 1
        await market.take("bo", group)
        assert (await heard())["state"] == "OPEN"
        await market.take("cy", group)
        last = await heard()
        assert (last["state"], last["seatsLeft"], len(last["members"])) == ("SUCCEEDED", 0, 3)
        assert await heard() is None


async def test_each_cut_is_heard_as_money_and_the_seed_at_the_end(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer(BARGAIN, size=2)
    bargain = await market.start("ana", BARGAIN)
    first, second = (await market.deal(bargain)).cuts()
    async with followed(clients, CUT, encode_id(Kind.BARGAIN, bargain)) as heard:
        assert (await heard())["currentPrice"] == {"amount": "10.00"}
        await market.help("bo", bargain)
        cut = await heard()
        assert (cut["helpers"], cut["seed"]) == ([{"cut": {"amount": str(first)}}], None)
        await market.help("cy", bargain)
        last = await heard()
        assert last["helpers"][1] == {"cut": {"amount": str(second)}}
        assert (last["currentPrice"], len(last["seed"])) == ({"amount": "2.00"}, 64)
        assert await heard() is None


async def test_the_deadline_is_heard_of(clients: Clients) -> None:
    market = market_of(clients)
    await market.offer()
    group = await market.start("ana")
    async with followed(clients, GROUP, encode_id(Kind.GROUP_BUY, group)) as heard:
        assert (await heard())["state"] == "OPEN"
        await market.let_pass(hours=24)
        await jobs.fail_overdue(market.platform)
        assert (await heard())["state"] == "FAILED"
        assert await heard() is None


@pytest.mark.parametrize("kind", [Kind.GROUP_BUY, Kind.BARGAIN])
async def test_what_is_over_is_shown_once_and_what_is_not_there_never(
    clients: Clients, kind: Kind
) -> None:
    market = market_of(clients)
    await market.offer()
    group = await market.start("ana")
    await market.let_pass(hours=24)
    query = GROUP if kind is Kind.GROUP_BUY else CUT
    async with followed(clients, query, encode_id(kind, new_id())) as heard:
        assert await heard() is None
    if kind is Kind.GROUP_BUY:
        async with followed(clients, query, encode_id(kind, group)) as heard:
            assert (await heard())["state"] == "FAILED"
            assert await heard() is None
