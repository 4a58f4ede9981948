"""Live changes: heard by whoever listens, from the moment they listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from domain.errors import Unavailable
from infra.pubsub import PubSub
from infra.redis import Redis, open_redis


@pytest.fixture
async def pubsub(redis: Redis) -> AsyncIterator[PubSub]:
    async with running(redis) as one:
        yield one


class running:  # noqa: N801 - reads as a function
    """A process's pub/sub while it runs."""

    def __init__(self, redis: Redis) -> None:
        self._pubsub = PubSub(redis)

    async def __aenter__(self) -> PubSub:
        self._task = asyncio.create_task(self._pubsub.run())
        return self._pubsub

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._pubsub.close()


async def heard(queue: asyncio.Queue[object]) -> object:
    async with asyncio.timeout(30):
        return await queue.get()


async def test_a_message_is_heard_by_every_listener_of_its_topic(pubsub: PubSub) -> None:
    async with pubsub.listen("a") as one, pubsub.listen("a") as two, pubsub.listen("b") as other:
        await pubsub.publish("a", {"n": 1})
        assert await heard(one) == await heard(two) == {"n": 1}
        assert other.empty()


async def test_a_message_is_heard_in_other_processes(pubsub: PubSub, redis: Redis) -> None:
    async with running(redis) as elsewhere, elsewhere.listen("a") as queue:
        await pubsub.publish("a", 1)
        assert await heard(queue) == 1


async def test_whoever_is_let_in_hears_at_once(
    pubsub: PubSub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the second listener, while the first is still waiting for Redis."""
    subscribe = pubsub._channel.subscribe

    async def slowly(topic: str) -> None:
        await asyncio.sleep(0.05)
        await subscribe(topic)

    monkeypatch.setattr(pubsub._channel, "subscribe", slowly)

    async def listen(number: int) -> None:
        async with pubsub.listen("a") as queue:
            await pubsub.publish("a", number)
            while await heard(queue) != number:
                pass

    await asyncio.gather(*map(listen, range(5)))


async def test_a_topic_may_be_left_and_joined_again(pubsub: PubSub) -> None:
    for number in range(3):
        async with pubsub.listen("a") as queue:
            await pubsub.publish("a", number)
            assert await heard(queue) == number


async def test_leaving_does_not_make_others_deaf(pubsub: PubSub) -> None:
    async with pubsub.listen("a") as stays:
        async with pubsub.listen("a"):
            pass
        await pubsub.publish("a", 1)
        assert await heard(stays) == 1


async def test_a_full_queue_drops_its_oldest(
    pubsub: PubSub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.pubsub._QUEUE_LIMIT", 2)
    async with pubsub.listen("a") as queue, pubsub.listen("end") as end:
        for number in range(5):
            await pubsub.publish("a", number)
        await pubsub.publish("end", None)
        await heard(end)
        assert [queue.get_nowait(), queue.get_nowait()] == [3, 4]


async def test_a_cut_connection_comes_back_with_its_topics(pubsub: PubSub, redis: Redis) -> None:
    async with pubsub.listen("a") as queue:
        await redis.client_kill_filter(_type="pubsub", skipme=False)
        async with asyncio.timeout(30):
            while queue.empty():
                await pubsub.publish("a", 1)
                await asyncio.sleep(0.05)


async def test_publishing_to_a_redis_that_is_away_is_no_fault() -> None:
    nobody = open_redis("redis://127.0.0.1:1")
    await PubSub(nobody).publish("a", 1)
    await nobody.aclose()


async def test_listening_at_a_redis_that_is_away_is_unavailable() -> None:
    nobody = open_redis("redis://127.0.0.1:1")
    pubsub = PubSub(nobody)
    with pytest.raises(Unavailable):
        async with pubsub.listen("a"):
            pass
    await pubsub.close()
    await nobody.aclose()
