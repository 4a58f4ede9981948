"""One connection to Redis for many who ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from infra.line import Line
from infra.redis import Redis, Script, open_redis

ECHO = "return ARGV[1]"


@pytest.fixture
async def line(redis: Redis) -> AsyncIterator[Line]:
    line = Line(redis)
    yield line
    await line.aclose()


async def connections(redis: Redis) -> int:
    return len(await redis.client_list())


async def test_each_gets_the_answer_to_what_they_asked(redis: Redis, line: Line) -> None:
    before = await connections(redis)
    answers = await asyncio.gather(*(line.eval(ECHO, 0, n) for n in range(500)))
    assert answers == [str(n).encode() for n in range(500)]
    assert await connections(redis) == before + 1


async def test_who_stops_waiting_shifts_nobodys_answer(line: Line) -> None:
    asking = [asyncio.create_task(line.eval(ECHO, 0, n)) for n in range(10)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert answers[1::2] == [b"1", b"3", b"5", b"7", b"9"]


async def test_an_error_is_that_of_whoever_asked(line: Line) -> None:
    wrong, right = await asyncio.gather(
        line.eval("return nothing.at_all", 0), line.eval(ECHO, 0, "x"), return_exceptions=True
    )
    assert isinstance(wrong, ResponseError)
    assert right == b"x"


async def test_a_script_that_redis_does_not_know_is_taught(redis: Redis, line: Line) -> None:
    await redis.script_flush()
    assert await Script("return {1, KEYS[1], ARGV[1]}").run(line, ["k"], 7) == [1, b"k", b"7"]


async def test_everybody_who_waits_learns_that_it_broke_and_the_next_opens_it_anew(
    redis: Redis, line: Line
) -> None:
    number = await line._ask("CLIENT", "ID")
    first = asyncio.create_task(line._ask("BLPOP", "nobody:fills:it", 0))
    second = asyncio.create_task(line.eval(ECHO, 0, "x"))
    await asyncio.sleep(0)
    await redis.client_kill_filter(_id=number)
    async with asyncio.timeout(30):
        both = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(one) for one in both] == [RedisConnectionError] * 2
    assert await line.eval(ECHO, 0, "x") == b"x"


async def test_while_redis_is_away_asking_fails() -> None:
    client = open_redis("redis://127.0.0.1:1")
    line = Line(client)
    with pytest.raises(RedisConnectionError):
        await line.eval(ECHO, 0, "x")
    await line.aclose()
    await client.aclose()
