"""Automatic persisted queries: what goes to Redis, and what is believed of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.execution.documents.persisted import PersistedQueries
from infra.redis import Redis, open_redis
from infra.registered_documents import digest_of

TEXT = "{ hello }"
DIGEST = digest_of(TEXT)


@pytest.fixture
def here(redis: Redis) -> PersistedQueries:
    return PersistedQueries(redis)


@pytest.fixture
def there(redis: Redis) -> PersistedQueries:
    """Another process."""
    return PersistedQueries(redis)


@pytest.fixture
async def nowhere(tmp_path: Path) -> AsyncIterator[Redis]:
    client = open_redis(f"unix://{tmp_path}/none.sock")
    yield client
    await client.aclose()


async def test_what_one_process_was_told_others_know(
    here: PersistedQueries, there: PersistedQueries
) -> None:
    assert await there.find(DIGEST) is None
    await here.keep(DIGEST, TEXT)
    assert await there.find(DIGEST) == TEXT


async def test_another_text_under_a_hash_is_not_believed(
    here: PersistedQueries, there: PersistedQueries, redis: Redis
) -> None:
    await here.keep(DIGEST, TEXT)
    for poison in (b"{ evil }", b"\xff", b""):
        await redis.set(f"{{apq}}:{DIGEST}", poison)
        assert await there.find(DIGEST) is None
    assert await here.find(DIGEST) == TEXT


async def test_a_text_goes_a_week_after_it_was_last_asked_for(
    here: PersistedQueries, there: PersistedQueries, redis: Redis
) -> None:
    await here.keep(DIGEST, TEXT)
    await redis.expire(f"{{apq}}:{DIGEST}", 10)
    await there.find(DIGEST)
    assert 600_000 < await redis.ttl(f"{{apq}}:{DIGEST}") <= 7 * 24 * 3600


async def test_redis_keeps_no_more_than_so_many(redis: Redis) -> None:
    persisted = PersistedQueries(redis, most=3)
    for n in range(5):
        text = f"query Q{n} {{ hello }}"
        await persisted.keep(digest_of(text), text)
    assert sum([1 async for _ in redis.scan_iter("{apq}:*")]) == 3 + 1  # and the order of use
    assert await redis.zcard("{apq}:used") == 3


async def test_a_long_text_stays_in_its_process(
    here: PersistedQueries, there: PersistedQueries
) -> None:
    text = "{ hello } #" + "长" * 11_000
    await here.keep(digest_of(text), text)
    assert await here.find(digest_of(text)) == text
    assert await there.find(digest_of(text)) is None


async def test_without_redis_a_process_still_knows_what_it_was_told(nowhere: Redis) -> None:
    persisted = PersistedQueries(nowhere)
    await persisted.keep(DIGEST, TEXT)
    assert await persisted.find(DIGEST) == TEXT
    assert await persisted.find(digest_of("{ other }")) is None


async def test_redis_is_left_alone_for_a_while_after_it_did_not_answer(
    nowhere: Redis, redis: Redis
) -> None:
    seconds = [0.0]
    persisted = PersistedQueries(nowhere, now=lambda: seconds[0])
    await PersistedQueries(redis).keep(DIGEST, TEXT)
    assert await persisted.find(DIGEST) is None
    persisted._redis = redis
    assert await persisted.find(DIGEST) is None
    seconds[0] = 5.0
    assert await persisted.find(DIGEST) == TEXT
