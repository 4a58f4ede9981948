"""A block is seen at once by whoever follows a post live."""

import asyncio
from typing import Any

from community.posts import following, live
from community.posts.store import PostRow
from domain.posts.visibility import Reader

Neighbours = Any


async def test_a_post_leaves_the_view_of_who_follows_it_when_its_author_blocks_them(
    street: Neighbours,
) -> None:
    post, reader = await street.post("ana"), Reader(await street.member("bo"))
    hearing = asyncio.create_task(street.platform.pubsub.run())

    async def listen() -> list[PostRow | None]:
        return [event async for event in following.follow(street.platform, reader, post)]

    listening = asyncio.create_task(listen())
    topic = live.topic_of(await street.member("ana"))
    async with asyncio.timeout(30):
        while topic not in street.platform.pubsub._listeners:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with street.platform.pubsub.listen("ready"):
            pass
        await street.block("ana", "bo")
        assert await listening == [None]
    hearing.cancel()
