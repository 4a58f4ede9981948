"""Questions the tests ask of engines and of the system."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
from redis.asyncio import Redis

from server.engines import Engines


async def sql(url: str, statement: str, *values: object) -> object:
    """The first value of a statement's answer."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


async def put(engines: Engines, text: str) -> None:
    """Stores a text in both engines and returns when both have acknowledged it."""
    await sql(engines.database_url, "DROP TABLE IF EXISTS kept")
    await sql(engines.database_url, "CREATE TABLE kept AS SELECT $1::text AS text", text)
    async with Redis.from_url(engines.redis_url) as redis:
        await redis.set("kept", text)


async def got(engines: Engines) -> tuple[object, str]:
    """What both engines still hold of `put`."""
    async with Redis.from_url(engines.redis_url) as redis:
        kept = await redis.get("kept")
    return await sql(engines.database_url, "SELECT text FROM kept"), kept.decode()


async def answers(engines: Engines) -> bool:
    """Whether both engines answer."""
    async with Redis.from_url(engines.redis_url) as redis:
        return await sql(engines.database_url, "SELECT 1") == 1 and await redis.ping()


async def until(condition: Callable[[], bool], *, seconds: float) -> float:
    """Waits for a condition and returns how long it took; fails when it takes longer."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the system sets no event
            await asyncio.sleep(0.03)
    return time.monotonic() - began


def is_gone(pid: int) -> bool:
    """Whether a process has ended; who reaps orphans is not our business."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def engines_in(home: Path) -> set[str]:
    """Names of the engine programmes that work below a data folder."""
    found: set[str] = set()
    for process in psutil.process_iter():
        try:
            executable, cwd = process.exe(), process.cwd()
        except psutil.Error:
            continue
        if Path(executable).name in {"postgres", "valkey-server"} and Path(cwd).is_relative_to(
            home
        ):
            found.add(Path(executable).name)
    return found
