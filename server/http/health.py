"""`/healthz`: the process is alive. `/readyz`: it can serve, which takes PostgreSQL.

Without Redis nearly everything still answers, so its absence is told and takes nobody out of
service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.errors import Unavailable
from infra.platform import Platform
from infra.redis import reaching_redis

_PATIENCE: Final = 2.0  # seconds
_UNAVAILABLE: Final = 503


def health_routes(platform: Platform) -> list[Route]:
    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        away = await engines_away(platform)
        if "postgres" in away:
            return JSONResponse({"status": "waiting", "away": away}, _UNAVAILABLE)
        return JSONResponse({"status": "degraded" if away else "ready", "away": away})

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def engines_away(platform: Platform) -> list[str]:
    """The engines that do not answer within two seconds."""

    async def ask_postgres() -> None:
        await platform.database.fetchval("SELECT 1")

    async def ask_redis() -> None:
        async with reaching_redis():
            await platform.redis.ping()  # pyright: ignore[reportUnknownMemberType]

    asked: dict[str, Callable[[], Awaitable[None]]] = {"postgres": ask_postgres, "redis": ask_redis}
    answers = await asyncio.gather(*(_answers(ask) for ask in asked.values()))
    return [engine for engine, answered in zip(asked, answers, strict=True) if not answered]


async def _answers(ask: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await ask()
    except (Unavailable, TimeoutError):
        return False
    return True
