"""The client of Redis, where redis-py's own would surprise."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Unavailable
from infra.redis import Redis, open_redis, reaching_redis


@pytest.mark.parametrize("turns", range(12))
async def test_a_cancellation_ends_a_command_whenever_it_comes(redis: Redis, turns: int) -> None:
    await redis.set("key", "value")  # connected
    asking = asyncio.create_task(redis.blpop(["nothing"], timeout=60))
    for _ in range(turns):
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking], timeout=30)
    assert asking.cancelled()


async def test_after_a_cancellation_others_are_answered(redis: Redis) -> None:
    asking = [asyncio.create_task(redis.echo(str(number))) for number in range(20)]
    await asyncio.sleep(0)
    for one in asking[::2]:
        one.cancel()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert told[1::2] == [str(number).encode() for number in range(1, 20, 2)]
    assert await redis.echo("after") == b"after"


async def test_a_redis_that_takes_nothing_is_away() -> None:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = open_redis(f"redis://127.0.0.1:{port}")
        client.connection_pool.connection_kwargs["socket_timeout"] = 0.05
        with pytest.raises(Unavailable):
            async with reaching_redis():
                await client.set("key", b"x" * 50_000_000)
        await client.aclose()
