"""What kill -9 leaves: books that balance, and everything that was acknowledged, once.

First the process that writes dies in the middle of its work, then the database under it.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import asyncpg

from gamification.programme.current import Programmes
from infra.migrate import migrate
from infra.platform import Platform
from server.engines import own
from tests.support.shop import WAITS, Shop, broken

ROOT = Path(__file__).parents[3]
LOAD = ROOT / "tests" / "support" / "load_process.py"
ONCE = (
    "SELECT n.name, count(a.id) FROM unnest($1::text[]) n (name)"
    " LEFT JOIN activity a ON a.external_id = n.name GROUP BY n.name HAVING count(a.id) <> 1"
)

ALIVE = "pg_stat_activity WHERE application_name = 'laurels-load' AND datname = current_database()"


class Load:
    """A `load_process` and what it acknowledged."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.acknowledged: list[str] = []

    @classmethod
    async def start(cls, database_url: str, redis_url: str, name: str) -> Load:
        command = (sys.executable, str(LOAD), database_url, redis_url, name)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return cls(
            await asyncio.create_subprocess_exec(*command, env=environment, stdin=PIPE, stdout=PIPE)
        )

    async def work(self, activities: int) -> None:
        """Waits until so many more were acknowledged."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            for _ in range(activities):
                line = await self._process.stdout.readline()
                assert line, "the process ended by itself"
                self.acknowledged.append(line.decode().strip())

    async def kill(self) -> None:
        self._process.kill()
        await self._rest()

    async def finish(self) -> None:
        """Lets it drain the log and end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(30):
            await self._rest()
        assert self._process.returncode == 0

    async def _rest(self) -> None:
        assert self._process.stdout is not None
        rest = (await self._process.stdout.read()).decode()
        self.acknowledged += rest[: rest.rfind("\n") + 1].split()
        await self._process.wait()


async def test_a_killed_process_leaves_whole_books_and_everything_it_acknowledged(
    platform: Platform,
    programmes: Programmes,
    addresses: dict[str, str],
    database_url: str,
    worker: int,
) -> None:
    redis_url = f"{addresses['redis']}?db={worker}"
    shop, acknowledged = Shop(platform, programmes), list[str]()
    for run in range(3):
        load = await Load.start(database_url, redis_url, f"run{run}")
        await load.work(60)
        await asyncio.sleep(random.uniform(0, 0.3))  # noqa: S311 - any moment is right
        await (load.kill() if run < 2 else load.finish())
        acknowledged += load.acknowledged
        await free_leases_of_the_dead(shop)
    assert await broken(platform.database) == {}
    assert await platform.database.fetch(ONCE, acknowledged) == []
    assert await shop.waiting() == 0


async def free_leases_of_the_dead(shop: Shop) -> None:
    """What ten seconds of waiting would do, once the server has noticed who is gone."""
    async with asyncio.timeout(30):
        while await shop.count(ALIVE):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.02)
    await shop.platform.database.execute("UPDATE activity_partition SET leased_until = now()")


async def test_a_killed_database_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    async with own(tmp_path) as deployment:
        await deployment.start()
        await migrate(deployment.engines.database_url)
        load = await Load.start(deployment.engines.database_url, deployment.engines.redis_url, "x")
        for _ in range(2):
            await load.work(100)
            os.kill(deployment.postgres.pid or 0, signal.SIGKILL)
            await deployment.postgres.wait()
            await deployment.postgres.start()
        await load.work(100)
        await load.finish()
        connection = await asyncpg.connect(deployment.engines.database_url)
        assert await broken(connection) == {}
        assert await connection.fetch(ONCE, load.acknowledged) == []
        left = f"SELECT id FROM activity a WHERE {WAITS}"  # noqa: S608 - own words
        assert await connection.fetch(left) == []
        await connection.close()
