"""What a process knows of the registered documents, and how often it asks."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from api.execution.documents.registry import Registry
from domain.errors import Unavailable
from infra.database import Database
from infra.registered_documents import digest_of, remove
from tests.support.documents import Counted, registered


class Watch:
    """Seconds that pass when told to."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sql(database: Database) -> Counted:
    return Counted(database)


@pytest.fixture
def documents(sql: Counted, watch: Watch) -> Registry:
    return Registry(cast("Any", sql), now=watch)


async def test_a_document_is_read_once(
    documents: Registry, sql: Counted, database: Database
) -> None:
    [digest] = await registered(database, "{ hello }")
    assert [await documents.find(digest) for _ in range(3)] == ["{ hello }"] * 3
    assert sql.statements == 2  # the hashes, and the text


async def test_a_flood_of_unknown_hashes_is_no_flood_of_statements(
    documents: Registry, sql: Counted
) -> None:
    hashes = [digest_of(str(n)) for n in range(50)]
    assert set(await asyncio.gather(*map(documents.find, hashes))) == {None}
    assert sql.statements == 1


async def test_what_is_registered_meanwhile_is_found_a_second_later(
    documents: Registry, database: Database, watch: Watch
) -> None:
    digest = digest_of("{ hello }")
    assert await documents.find(digest) is None
    await registered(database, "{ hello }")
    watch.seconds += 1
    assert await documents.find(digest) == "{ hello }"


async def test_what_is_removed_is_forgotten_within_a_minute(
    documents: Registry, database: Database, watch: Watch
) -> None:
    [digest] = await registered(database, "{ hello }")
    await documents.find(digest)
    await remove(database, [digest])
    watch.seconds += 60
    assert await documents.find(digest) is None


async def test_what_is_in_memory_is_found_without_postgresql(
    documents: Registry, database: Database, sql: Counted, watch: Watch
) -> None:
    [digest] = await registered(database, "{ hello }")
    await documents.find(digest)
    sql.away = True
    watch.seconds += 3600
    assert await documents.find(digest) == "{ hello }"


async def test_without_postgresql_nobody_can_say_that_a_hash_is_unknown(
    documents: Registry, sql: Counted
) -> None:
    sql.away = True
    for _ in range(5):
        with pytest.raises(Unavailable):
            await documents.find(digest_of("{ hello }"))
    assert sql.statements == 1


async def test_texts_are_remembered_within_bounds(
    sql: Counted, database: Database, watch: Watch
) -> None:
    documents = Registry(cast("Any", sql), remember=20, now=watch)
    first, second = await registered(database, "{ a hello }", "{ b hello }")
    for digest in (first, second, second, first):
        assert await documents.find(digest) is not None
    assert sql.statements == 1 + 3  # the first was forgotten when the second came
