"""What PostgreSQL itself can take on this machine, in the same run."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias, cast
from uuid import uuid4

import asyncpg

from server.engines import embedded

_SECONDS: Final = 3.0
_CONNECTIONS: Final = 8
_Append: TypeAlias = "Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[int]]"
_TABLE: Final = "CREATE TABLE limit_row (id uuid, member uuid, amount bigint, note text)"


async def copy_rate() -> float:
    """Rows a second appended by COPY, 1,000 a commit, on two connections."""
    rows = [(uuid4(), uuid4(), 100, "earned") for _ in range(1000)]

    async def append(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        await connection.copy_records_to_table("limit_row", records=rows)
        return len(rows)

    return await _rate(append, connections=2)


async def single_insert_rate() -> float:
    """Rows a second, one INSERT a commit, on eight connections."""

    async def append(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        await connection.execute(
            "INSERT INTO limit_row VALUES ($1, $2, $3, $4)", uuid4(), uuid4(), 100, "earned"
        )
        return 1

    return await _rate(append, connections=_CONNECTIONS)


async def _rate(append: _Append, *, connections: int) -> float:
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            pool = await asyncpg.create_pool(
                engines.database_url, min_size=connections, max_size=connections
            )
            await pool.execute(_TABLE)
            until = time.perf_counter() + _SECONDS

            async def work() -> int:
                done = 0
                async with pool.acquire() as lent:
                    connection = cast("asyncpg.Connection[asyncpg.Record]", lent)
                    while time.perf_counter() < until:
                        done += await append(connection)
                return done

            done = await asyncio.gather(*(work() for _ in range(connections)))
            await pool.close()
    return sum(done) / _SECONDS
