"""Real engines for every test: one PostgreSQL and one Valkey a run, a database a worker.

The tests of a worker share one migrated database, which is emptied before each test, and one
Redis database, which is flushed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from blockbuster import blockbuster_ctx

from gamification.engine.at_once import applying
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import Catalogue, load_catalogue
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import Redis, open_redis
from tests.support.replayed import Replayer

_ADDRESSES = "LAURELS_TEST_ENGINES"
_PROCESS = Path(__file__).parent / "support" / "engines_process.py"
_ROOT = Path(__file__).parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process starts the engines; the workers find their addresses in its room."""
    if hasattr(config, "workerinput") or _ADDRESSES in os.environ or config.option.collectonly:
        return
    engines = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, str(_PROCESS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        start_new_session=True,
    )
    assert engines.stdout is not None
    line = engines.stdout.readline()
    assert line, "the engines of the tests did not start"
    os.environ[_ADDRESSES] = line.decode()
    config.stash[_ENGINES] = engines


def pytest_unconfigure(config: pytest.Config) -> None:
    engines = config.stash.get(_ENGINES, None)
    if engines is not None:
        del os.environ[_ADDRESSES]
        engines.communicate(timeout=30)


_ENGINES = pytest.StashKey[subprocess.Popen[bytes]]()


_LAYERS = [
    "api",
    "community",
    "domain",
    "gamification",
    "infra",
    "insights",
    "members",
    "messaging",
]
_ONCE = ("os.", "io.", "builtins.")  # time zones and modules are read from files when first used


@pytest.fixture(autouse=True)
def unblocked() -> Iterator[None]:
    """Sleeping, or waiting for a socket or a lock, inside the event loop fails the test."""
    with blockbuster_ctx(scanned_modules=_LAYERS) as watched:
        for name, function in watched.functions.items():
            if name.startswith(_ONCE):
                function.deactivate()
        yield


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> int:
    """The number of this xdist worker; 0 without xdist."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def addresses() -> dict[str, str]:
    return json.loads(os.environ[_ADDRESSES])


@pytest.fixture(scope="session")
async def database_url(addresses: dict[str, str], worker: int) -> AsyncIterator[str]:
    """A clone of the migrated template, for this worker alone."""
    template = addresses["database"]
    name = f"laurels_{os.getpid()}_{worker}"
    admin = await asyncpg.connect(template.replace("/laurels_template?", "/laurels?"))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE laurels_template STRATEGY wal_log")
    yield template.replace("/laurels_template?", f"/{name}?")
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url, name="laurels-tests")
    yield database
    await database.close()


_SEEDED = {"tier", "programme", "programme_clock", "activity_partition", "tortoise_migrations"}
_RESEED = """
DELETE FROM tier WHERE key <> 'member';
UPDATE tier SET name = '会员', points_multiplier = 1, benefits = '[]';
UPDATE programme SET version = version + 1, name = 'Laurels', time_zone = 'Asia/Shanghai',
  currency = 'CNY', point_worth = 0.01, debt_policy = 'LIMIT_TO_AVAILABLE', new_author_reviews = 3;
UPDATE programme_clock SET ahead = interval '0', sandbox = true;
UPDATE activity_partition SET cursor_xid = '0', cursor_seq = 0, owner = NULL,
  leased_until = '-infinity';
"""


@pytest.fixture(scope="session")
async def emptying(pool: Database) -> str:
    rows = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = sorted({row["tablename"] for row in rows} - _SEEDED)
    deletes = "".join(f"DELETE FROM {table};" for table in tables)  # noqa: S608 - own tables
    return f"SET LOCAL session_replication_role = replica;{deletes}{_RESEED}"


@pytest.fixture
async def database(pool: Database, emptying: str) -> Database:
    """The worker's database, empty but for what an empty shop has."""
    async with pool.transaction() as tx:
        await tx.execute(emptying)
        await tx.execute("SELECT remember_whole_programme()")
    return pool


@pytest.fixture
async def redis(addresses: dict[str, str], worker: int) -> AsyncIterator[Redis]:
    """The worker's Redis database, empty."""
    client = open_redis(f"{addresses['redis']}?db={worker}")
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
async def replayer(database_url: str) -> AsyncIterator[Replayer]:
    replayer = Replayer(database_url)
    yield replayer
    await replayer.close()


@pytest.fixture
async def platform(
    request: pytest.FixtureRequest,
    database: Database,
    redis: Redis,
    catalogue: Catalogue,
    replayer: Replayer,
    programmes: Programmes,
) -> AsyncIterator[Platform]:
    """A sandbox: its clock can be moved.

    When the test is over, whatever happened in it is replayed and has to come to the same, unless
    the test is marked as `unreplayed`, with the reason.
    """
    pubsub = PubSub(redis)
    clock, at_once = Clock(database, sandbox=True), applying(programmes)
    platform = Platform(database, redis, clock, pubsub, catalogue, apply_at_once=at_once)
    yield platform
    if request.node.get_closest_marker("unreplayed") is None:
        assert await replayer.otherwise(platform) == []
    await pubsub.close()


@pytest.fixture(scope="session")
def expressions() -> Expressions:
    return Expressions()


@pytest.fixture
def programmes(expressions: Expressions) -> Programmes:
    return Programmes(expressions)
