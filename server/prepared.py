"""Whether a deployment still needs preparation. Cheap to ask: it imports no ORM."""

from __future__ import annotations

from typing import Final

import asyncpg

from infra.postgres_url import connection_settings
from server.settings import PROJECT, Settings

_RECORDED: Final = "SELECT app || '.' || name AS name FROM tortoise_migrations"
_STATE: Final = """
SELECT sandbox, EXISTS (SELECT FROM milestone WHERE name = 'demo.loaded') AS has_demo,
  EXISTS (SELECT FROM activity_partition
          WHERE cursor_xid >= pg_snapshot_xmax(pg_current_snapshot())) AS is_restored
FROM programme_clock
"""


async def is_prepared(settings: Settings, database_url: str) -> bool:
    """Whether the schema, the kind of deployment and the demo shop are as they should be.

    Raises: OSError, asyncpg.PostgresError when the server does not answer.
    """
    connection = await asyncpg.connect(**connection_settings(database_url))
    try:
        recorded = {row["name"] for row in await connection.fetch(_RECORDED)}
        if not migrations() <= recorded:
            return False
        state = await connection.fetchrow(_STATE)
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    if state is None or state["sandbox"] != settings.sandbox or state["is_restored"]:
        return False
    return bool(state["has_demo"]) or not settings.demo


def migrations() -> set[str]:
    """Every migration of this version, as `app.name`."""
    files = (PROJECT / "migrations").glob("*/0*.py")
    return {f"{file.parent.name}.{file.stem}" for file in files}
