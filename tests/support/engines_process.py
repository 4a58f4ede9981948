"""The engines of one test run, in a process of their own: PostgreSQL with a migrated template.

Prints one line of JSON with the addresses when all is ready, and stops when its input closes.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import asyncpg

from infra.migrate import migrate
from server.engines import embedded

TEMPLATE = "laurels_template"


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="laurels-test-", ignore_cleanup_errors=True) as folder:
        async with embedded(Path(folder)) as engines:
            connection = await asyncpg.connect(engines.database_url)
            await connection.execute(f"CREATE DATABASE {TEMPLATE}")
            await connection.close()
            template = engines.database_url.replace("/laurels?", f"/{TEMPLATE}?")
            await migrate(template)
            addresses = {"database": template, "redis": engines.redis_url}
            print(json.dumps(addresses), flush=True)  # noqa: T201 - read by who started us
            await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
