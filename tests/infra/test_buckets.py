"""Token buckets that all processes share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from fractions import Fraction
from unittest.mock import AsyncMock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Unavailable
from infra import buckets as module
from infra.buckets import Bucket, Buckets, OwnBuckets, Policy
from infra.redis import Redis, open_redis

SLOW = Policy("slow", capacity=1_000, refill=1)
FAST = Policy("fast", capacity=50_000, refill=2_500)
LI, WANG = Bucket(SLOW, "li"), Bucket(SLOW, "wang")
LARGE = Bucket(FAST, "li")


@pytest.fixture
async def shared(redis: Redis) -> AsyncIterator[Buckets]:
    buckets = Buckets(redis)
    yield buckets
    await buckets.aclose()


@pytest.fixture
async def other(addresses: dict[str, str], worker: int, redis: Redis) -> AsyncIterator[Buckets]:  # noqa: ARG001 - emptied first
    """The buckets as another process sees them."""
    client = open_redis(f"{addresses['redis']}?db={worker}")
    buckets = Buckets(client)
    yield buckets
    await buckets.aclose()
    await client.aclose()


async def pass_time(redis: Redis, bucket: Bucket, seconds: float) -> None:
    """As if so much time had passed for a bucket."""
    full_at = int(await redis.get(bucket.key) or b"full")
    await redis.set(bucket.key, full_at - int(seconds * 1_000_000))


async def test_racing_processes_spend_exactly_what_there_is(
    shared: Buckets, other: Buckets
) -> None:
    racing = [(shared, other)[n % 2].take(100, [LI]) for n in range(60)]
    results = await asyncio.gather(*racing)
    assert [one.granted for one in results].count(True) == 10


async def test_of_two_buckets_both_are_taken_from_or_none(shared: Buckets) -> None:
    await shared.take(900, [LI])
    refused = await shared.take(101, [LARGE, LI])
    granted = await shared.take(99, [LARGE, LI])
    assert (refused.granted, granted.granted) == (False, True)
    assert refused.levels[0].left == 50_000
    assert granted.levels[0].left == 50_000 - 99


async def test_what_is_given_back_can_be_taken_again(redis: Redis, shared: Buckets) -> None:
    await shared.take(900, [LI])
    assert (await shared.take(-400, [LI])).levels[0].left == 500
    (level,) = (await shared.take(-600, [LI])).levels
    assert (level.left, level.full_in) == (1_000, 0)  # never more than it holds
    assert await redis.get(LI.key) is None


async def test_a_refusal_tells_when_it_is_worth_trying_again(redis: Redis, shared: Buckets) -> None:
    await shared.take(50_000, [LARGE])
    wait = (await shared.take(10_000, [LARGE])).wait
    assert 3 < wait <= 4
    await pass_time(redis, LARGE, wait)
    assert (await shared.take(10_000, [LARGE])).granted


async def test_a_bucket_refills_steadily_and_never_overflows(redis: Redis, shared: Buckets) -> None:
    await shared.take(50_000, [LARGE])
    await pass_time(redis, LARGE, 2)
    (level,) = (await shared.take(1, [LARGE])).levels
    assert 2 * 2_500 - 1 <= level.left < 50_000
    await pass_time(redis, LARGE, 1_000)
    (level,) = (await shared.take(1, [LARGE])).levels
    assert level.left == 49_999


async def test_a_level_tells_when_it_is_full_again(shared: Buckets) -> None:
    (level,) = (await shared.take(5_000, [LARGE])).levels
    assert level.full_in == 2


async def test_each_owner_has_a_bucket_of_their_own(shared: Buckets) -> None:
    await shared.take(1_000, [LI])
    assert not (await shared.take(10, [LI])).granted
    assert (await shared.take(10, [WANG])).granted


async def test_nothing_is_kept_of_a_full_bucket(redis: Redis, shared: Buckets) -> None:
    await shared.take(5_000, [LARGE])
    assert 0 < await redis.pttl(LARGE.key) <= 2_000


async def test_a_clock_that_was_set_back_locks_nobody_out(redis: Redis, shared: Buckets) -> None:
    await shared.take(40_000, [LARGE])
    await pass_time(redis, LARGE, -86_400)
    assert (await shared.take(1_000, [LARGE])).wait <= 20


async def test_while_redis_is_away_each_process_has_buckets_as_large() -> None:
    client = open_redis("redis://127.0.0.1:1")
    alone = Buckets(client)
    results = [await alone.take(100, [LI]) for _ in range(12)]
    assert [one.granted for one in results] == [True] * 10 + [False] * 2
    await client.aclose()


async def test_a_redis_that_does_not_answer_is_not_asked_each_time() -> None:
    asked = 0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = open_redis(f"redis://127.0.0.1:{port}")
        alone = Buckets(client)
        for _ in range(5):
            assert (await alone.take(1, [LI])).granted
        await alone.aclose()
        await client.aclose()
    assert asked == 1


async def test_a_redis_that_comes_back_is_used_again(
    shared: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    with monkeypatch.context() as away:
        away.setattr(module._TAKE, "run", AsyncMock(side_effect=Unavailable("redis")))
        await shared.take(1_000, [LI])
    assert (await shared.take(1, [LI])).levels[0].left == 999


@given(st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(-300, 1_200)), max_size=30))
def test_buckets_of_a_process_hold_what_a_naive_one_holds(steps: list[tuple[int, int]]) -> None:
    policy = Policy("naive", capacity=1_000, refill=100)
    now, held = 0, Fraction(1_000)
    own = OwnBuckets(clock=lambda: now / 1_000_000)
    for passed, tokens in steps:
        now += passed
        held = min(Fraction(1_000), held + Fraction(passed, 10_000))
        granted = own.take(tokens, [Bucket(policy, "li")]).granted
        assert granted == (held >= tokens)
        held = min(Fraction(1_000), held - tokens) if granted else held


async def test_a_process_keeps_no_more_buckets_than_it_has_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 10)
    own = OwnBuckets()
    for number in range(100):
        own.take(1, [Bucket(SLOW, str(number))])
    assert len(own._full_at) <= 10
    assert own.take(1_000, [Bucket(SLOW, "99")]).granted is False
