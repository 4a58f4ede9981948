"""Following one's own challenges live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.execution.context import Context
from api.execution.engine import Operation
from api.execution.request import Request
from domain.members import Viewer
from infra.i18n import Locale
from infra.platform import Platform
from tests.support.arena import COMMUNITY, TEAM, Arena, goal
from tests.support.clients import Clients

FOLLOW = """subscription($id: ID) { challengeProgressed(challengeId: $id) {
  state ratio challenge { key communityProgress { value } } team { progress { value } } } }"""
_HANG = 30  # seconds


@pytest.fixture
async def hearing(platform: Platform) -> AsyncIterator[None]:
    task = asyncio.create_task(platform.pubsub.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def follow(
    clients: Clients, who: str, challenge: str | None = None
) -> AsyncGenerator[Any, None]:
    operation = await clients.engine.prepare(Request(FOLLOW, None, {"id": challenge}))
    assert isinstance(operation, Operation)
    ends = datetime.now(UTC) + timedelta(hours=1)
    viewer = Viewer(await clients.shop.member(who), frozenset(), None, ends)
    context = Context(viewer, Locale.EN, "request", clients.services)
    async for outcome in clients.engine.subscribe(operation, lambda: context):
        assert not outcome.errors, outcome.errors
        assert outcome.data is not None
        yield outcome.data["challengeProgressed"]


async def heard(events: AsyncGenerator[Any, None], shop: Arena, *orders: str) -> Any:  # noqa: ANN401
    """The next event, once the subscriber listens and these members have bought something."""
    coming = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.3)  # for the subscription to reach Redis
    for ref in orders:
        await shop.tell(shop.paid(f"A-{ref}", "1", ref))
    await shop.tend()
    return await asyncio.wait_for(coming, _HANG)


@pytest.mark.usefixtures("hearing")
async def test_a_member_hears_what_a_team_mate_did(shop: Arena, clients: Clients) -> None:
    await shop.challenge("team", goal(target=4), mode=TEAM)
    code = await shop.make_team("C-1", "team")
    await shop.join_team("C-2", code)
    async with aclosing(follow(clients, "C-1")) as events:
        event = await heard(events, shop, "C-2")
    assert (event["ratio"], event["team"]["progress"]) == (0.25, [{"value": 1}])


@pytest.mark.usefixtures("hearing")
async def test_who_names_a_community_hears_of_everybody(shop: Arena, clients: Clients) -> None:
    await shop.challenge("all", goal(target=4), mode=COMMUNITY)
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref, "all")
    query = 'query { challenge(key: "all") { id } }'
    challenge = (await clients.ask(query))["challenge"]["id"]
    async with aclosing(follow(clients, "C-1", challenge)) as events:
        event = await heard(events, shop, "C-2")
    assert event["challenge"]["communityProgress"] == {"value": 1}
