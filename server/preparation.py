"""Between the engines and the API: migrate, settle the kind of deployment, load the demo shop."""

from __future__ import annotations

import asyncpg

from community.moderation.policies import ready_made
from infra import activity_log, log_readers
from infra.clock import Clock, make_sandbox
from infra.database import Database
from infra.migrate import migrate
from infra.postgres_url import connection_settings
from server.engines import Engines
from server.settings import Settings


async def prepare(settings: Settings, engines: Engines) -> None:
    """Everything that must be done once before anything serves; doing it again changes nothing.

    Raises: NotAllowed, Unavailable.
    """
    await settle(settings, engines)
    if settings.demo:
        from server.demo import load_demo

        await load_demo(settings, engines)


async def settle(settings: Settings, engines: Engines) -> None:
    """Brings the schema up to date, says whether this is a sandbox, and gives a new shop the
    policies that come with Laurels.

    Raises: NotAllowed, Unavailable.
    """
    await migrate(engines.database_url)
    database = await Database.open(engines.database_url, pool_size=2, name="laurels-prepare")
    try:
        await make_sandbox(database, sandbox=settings.sandbox)
        await activity_log.forget_foreign_cursors(database)
        await log_readers.forget_foreign_cursors(database)
        await ready_made.add(database, await (await Clock.of(database)).now())
    finally:
        await database.close()


async def settle_if_new(settings: Settings, engines: Engines) -> None:
    """Settles a database in which nothing ever ran, for a command that comes before all else.

    Raises: NotAllowed, Unavailable.
    """
    connection = await asyncpg.connect(**connection_settings(engines.database_url))
    try:
        new = await connection.fetchval("SELECT to_regclass('programme_clock') IS NULL")
    finally:
        await connection.close()
    if new:
        await settle(settings, engines)
