"""Readers beside the engine: everything that Laurels recorded, once, in the order of commits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from domain.activity import Activity
from infra import activity_log, log_readers
from infra.activity_log import partition_of
from infra.database import Database, Sql
from infra.ids import new_id
from infra.postgres_url import connection_settings

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
MEMBER = UUID(int=1)
PARTITION = partition_of(MEMBER)
LATE = """
INSERT INTO activity (id, member_id, partition, type, source, external_id, occurred_at,
  received_at, attributes, digest, applied_order)
VALUES ($1, $2, $3, 'tier.reached', 'laurels', 'slow', $4, $4, '{}',
  decode(repeat('00', 16), 'hex'), nextval('activity_applied_order'))
"""


def one(name: str, source: str = "laurels") -> Activity:
    return Activity(new_id(), MEMBER, "tier.reached", source, name, NOW, NOW, {})


async def record(sql: Sql, *names: str, applied: bool = True) -> None:
    await activity_log.record(sql, [one(name) for name in names], applied=applied)


async def read(database: Database, reader: str = "a", limit: int = 10) -> list[str]:
    """Reads a batch and moves on."""
    async with database.transaction() as tx:
        batch = await log_readers.read(tx, reader, PARTITION, limit)
        if batch:
            await log_readers.advance(tx, reader, PARTITION, batch[-1])
        return [waiting.activity.external_id for waiting in batch]


async def until_behind(database: Database, reader: str = "a") -> list[int]:
    """Other tests' transactions hold the horizon for a moment."""
    async with asyncio.timeout(30):
        while not (found := await log_readers.partitions_behind(database, reader)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


async def test_a_reader_sees_what_was_applied_and_what_waits(database: Database) -> None:
    await record(database, "applied")
    await record(database, "waits", applied=False)
    seen: list[str] = []
    while len(seen) < 2:
        assert await until_behind(database) == [PARTITION]
        seen += await read(database)
    assert seen == ["applied", "waits"]
    assert await log_readers.partitions_behind(database, "a") == []


async def test_each_reader_has_a_cursor_of_its_own(database: Database) -> None:
    await record(database, "x")
    await until_behind(database)
    assert [await read(database, reader) for reader in ("a", "a", "b")] == [["x"], [], ["x"]]


async def test_what_the_shop_says_is_not_for_them(database: Database) -> None:
    await activity_log.record(database, [one("shop's", "shop")], applied=True)
    await record(database, "ours")
    await until_behind(database)
    assert await read(database) == ["ours"]


async def test_who_commits_late_is_not_skipped(database: Database, database_url: str) -> None:
    slow = await asyncpg.connect(**connection_settings(database_url))
    late = slow.transaction()
    await late.start()
    await slow.execute(LATE, new_id(), MEMBER, PARTITION, NOW)
    await record(database, "quick")
    assert await read(database) == [], "what commits earlier may still come"
    await late.commit()
    await slow.close()
    await until_behind(database)
    assert await read(database) == ["slow", "quick"]


async def test_a_batch_that_fails_is_read_again(database: Database) -> None:
    await record(database, "x")
    await until_behind(database)
    async with database.transaction() as tx:
        await log_readers.read(tx, "a", PARTITION, 10)
    assert await read(database) == ["x"]


async def test_a_partition_has_one_reader_at_a_time(database: Database) -> None:
    await record(database, "before")
    await until_behind(database)
    await read(database)
    await record(database, "x")
    await until_behind(database)
    async with database.transaction() as tx:
        assert len(await log_readers.read(tx, "a", PARTITION, 10)) == 1
        async with asyncio.timeout(30):
            assert await read(database) == []
    assert await read(database) == ["x"]
