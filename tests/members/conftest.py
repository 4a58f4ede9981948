"""A private PostgreSQL with the present schema, emptied for every test.

To be replaced by the shared fixture of the same name.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.database import Database
from infra.migrate import migrate
from server.engines import embedded


@pytest.fixture(scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    home: Path = tmp_path_factory.mktemp("laurels")
    async with embedded(home) as engines:
        await migrate(engines.database_url)
        database = await Database.open(engines.database_url)
        yield database
        await database.close()


@pytest.fixture
async def database(migrated: Database) -> Database:
    await migrated.execute(
        "SET session_replication_role = replica;"
        " TRUNCATE member, account, session, refresh_token, sign_in_code, signing_key;"
        " DELETE FROM activity_application; DELETE FROM activity;"
        " SET session_replication_role = DEFAULT"
    )
    return migrated
