"""Whoever follows a post live is told once that it is gone, and then nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from community.posts import following, live
from community.posts.store import PostRow
from infra.database import Transaction
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.sight import AUTHOR, Sight

Leave = Callable[[Sight], Awaitable[object]]


async def _suspend(sight: Sight) -> None:
    await sight.authors.suspend(AUTHOR)
    platform, author = sight.authors.platform, await sight.authors.member(AUTHOR)
    async with platform.database.transaction() as tx:
        _tell(tx, sight, author)


def _tell(tx: Transaction, sight: Sight, author: object) -> None:
    live.announce(tx, sight.authors.platform.pubsub, author, None)  # type: ignore[arg-type]


LEAVING: dict[str, Leave] = {
    "removed": lambda sight: sight.authors.decide("remove", sight.post_id),
    "recalled": lambda sight: sight.authors.decide("recall", sight.post_id),
    "deleted": lambda sight: sight.authors.delete(sight.post_id, AUTHOR),
    "its author suspended": _suspend,
}


@pytest.mark.parametrize("how", LEAVING)
async def test_a_post_that_leaves_is_null_once(
    authors: Authors, clients: Clients, how: str
) -> None:
    sight = await Sight.of(authors, clients, "PUBLISHED")
    reader, seen = await sight.reader("stranger"), list[PostRow | None]()

    async def listen() -> None:
        async with aclosing(following.follow(authors.platform, reader, sight.post_id)) as events:
            async for event in events:
                seen.append(event)

    following_it = asyncio.create_task(listen())
    topic = live.topic_of(await authors.member(AUTHOR))
    async with asyncio.timeout(30):
        while topic not in authors.platform.pubsub._listeners:  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0.005)
        async with authors.platform.pubsub.listen("ready"):
            pass
        await authors.edit(sight.post_id, AUTHOR, text="改了")
        while not seen:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await LEAVING[how](sight)
        await following_it
    texts = [None if one is None else one.text for one in seen]
    assert texts == ["改了", None]
