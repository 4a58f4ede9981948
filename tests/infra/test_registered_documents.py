"""Registered documents in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from infra.database import Database
from infra.registered_documents import (
    RegisteredDocument,
    bodies,
    digest_of,
    digests,
    listed,
    register,
    remove,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
A, B = (RegisteredDocument(name, f"{{ {name} }}", digest_of(f"{{ {name} }}")) for name in "ab")


def test_a_hash_is_of_the_text_in_utf8() -> None:
    assert digest_of("你好") == "670d9743542cae3ea7ebe36af56bd53648b0a1126162e78d81a32934a711302e"


async def test_registering_again_changes_nothing_but_the_time(database: Database) -> None:
    assert await register(database, [A, B], NOW) == 2
    later = NOW + timedelta(days=1)
    assert await register(database, [B], later) == 0
    assert [(one.name, one.registered_at) for one in await listed(database)] == [
        ("b", later),
        ("a", NOW),
    ]


async def test_the_latest_manifest_comes_first(database: Database) -> None:
    await register(database, [B], NOW)
    await register(database, [A], NOW + timedelta(days=1))
    assert await digests(database) == [A.digest, B.digest]


async def test_texts_are_found_by_their_hashes(database: Database) -> None:
    await register(database, [A, B], NOW)
    unknown = digest_of("{ unknown }")
    assert await bodies(database, [B.digest, unknown]) == {B.digest: B.body}


async def test_what_is_removed_is_gone(database: Database) -> None:
    await register(database, [A, B], NOW)
    assert await remove(database, [A.digest, digest_of("{ unknown }")]) == [A.digest]
    assert await digests(database) == [B.digest]


async def test_the_database_refuses_a_hash_of_another_text(database: Database) -> None:
    poison = RegisteredDocument("poison", "{ evil }", A.digest)
    with pytest.raises(asyncpg.CheckViolationError, match="digest_is_of_body"):
        await register(database, [poison], NOW)
