"""The schema that migrations make, name by name, whoever runs them and how many at once.

The ORM drops what it does not know without a word. When a change is meant, write the new list:
`WRITE_SCHEMA=1 python -m pytest tests/infra/test_migrations.py`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from infra.migrate import migrate
from infra.postgres_url import connection_settings

EXPECTED = Path(__file__).parent / "schema_objects.txt"
OBJECTS = """
SELECT 'constraint ' || c.conrelid::regclass || ' ' || c.conname
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.connamespace = 'public'::regnamespace AND c.contype <> 'n'
UNION ALL SELECT 'index ' || tablename || ' ' || indexname FROM pg_indexes
  WHERE schemaname = 'public'
UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname FROM pg_trigger
  WHERE NOT tgisinternal
UNION ALL SELECT 'view ' || viewname FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
UNION ALL SELECT 'function ' || proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


@pytest.fixture
async def empty_url(addresses: dict[str, str], worker: int) -> AsyncIterator[str]:
    """A database with nothing in it."""
    template = addresses["database"]
    name = f"laurels_empty_{os.getpid()}_{worker}"
    admin = await asyncpg.connect(template.replace("/laurels_template?", "/laurels?"))
    await admin.execute(f"CREATE DATABASE {name}")
    yield template.replace("/laurels_template?", f"/{name}?")
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def objects(url: str) -> list[str]:
    connection = await asyncpg.connect(**connection_settings(url))
    rows = await connection.fetch(OBJECTS)
    await connection.close()
    return sorted(row[0] for row in rows)


async def test_every_name_in_the_schema_is_meant(database_url: str) -> None:
    found = await objects(database_url)
    if os.environ.get("WRITE_SCHEMA"):
        EXPECTED.write_text("\n".join(found) + "\n")
    expected = EXPECTED.read_text().splitlines()
    assert set(expected) - set(found) == set(), "dropped"
    assert set(found) - set(expected) == set(), "new"


async def test_two_that_migrate_an_empty_database_at_once_both_succeed(empty_url: str) -> None:
    first, second = await asyncio.gather(migrate(empty_url), migrate(empty_url))
    assert sorted(map(bool, (first, second))) == [False, True], "one finds nothing left to do"
    assert await objects(empty_url) == EXPECTED.read_text().splitlines()


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert await migrate(database_url) == []
