"""Between the engines and the API: migrate, settle the kind of deployment, load the demo shop."""

from __future__ import annotations

from infra.clock import make_sandbox
from infra.database import Database
from infra.migrate import migrate
from server.engines import Engines
from server.settings import Settings


async def prepare(settings: Settings, engines: Engines) -> None:
    """Everything that must be done once before anything serves; doing it again changes nothing.

    Raises: NotAllowed, Unavailable.
    """
    await migrate(engines.database_url)
    database = await Database.open(engines.database_url, pool_size=2, name="laurels-prepare")
    try:
        await make_sandbox(database, sandbox=settings.sandbox)
    finally:
        await database.close()
    if settings.demo:
        from server.demo import load_demo

        await load_demo(settings, engines)
