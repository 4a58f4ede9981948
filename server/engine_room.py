"""Which engines a deployment stands on: its own, or outside servers that were checked first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from server.engines import Engines, attach
from server.settings import Settings

_log = structlog.stdlib.get_logger(__name__)


async def check_outside(settings: Settings) -> None:
    """Refuses outside servers that would fail later, and logs what could be better.

    Raises: OutsideServerUnfit.
    """
    if settings.database_url is None and settings.redis_url is None:
        return
    # Late: most deployments have no outside server, and the Redis client is slow to import.
    from server.engines.outside import check_postgres, check_redis

    if settings.database_url is not None:
        await check_postgres(settings.database_url)
    if settings.redis_url is not None:
        for advice in await check_redis(settings.redis_url):
            _log.warning(
                "engine.advice",
                server=advice.server,
                problem=advice.problem,
                remedy=advice.remedy,
            )


def outside(settings: Settings, own: Engines) -> Engines:
    """The engines to use: an outside server where one is named, else our own."""
    return Engines(
        database_url=settings.database_url or own.database_url,
        redis_url=settings.redis_url or own.redis_url,
    )


@asynccontextmanager
async def engines_for_command(settings: Settings) -> AsyncIterator[Engines]:
    """Engines of a running deployment, or started for as long as the command takes.

    Raises: EngineError.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        yield Engines(database_url=settings.database_url, redis_url=settings.redis_url)
        return
    async with attach(settings.home) as own:
        yield outside(settings, own)
