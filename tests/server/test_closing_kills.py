"""`kill -9` of the worker that closes a season: it is closed once, signed, and paid once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from infra.postgres_url import connection_settings
from server.engines.home import Home
from tests.server.test_kills import INGEST, PATIENCE, RULE, ask, command, kill, soon, up
from tests.support.command import Command

__all__ = ["command"]

MEMBERS = 300
FIRST, OTHERS = 5_000, 70
BOARD = {
    "key": "day",
    "name": "Day",
    "unit": "CNY",
    "period": "DAY",
    "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"},
    "graceHours": 0,
    "prizes": [
        {"fromRank": 1, "toRank": 1, "points": FIRST},
        {"fromRank": 2, "toRank": MEMBERS - 1, "points": OTHERS},
    ],
}
SAVE = """mutation Save($rule: EarnRuleInput!, $board: LeaderboardInput!) {
  saveEarnRule(input: $rule) { userErrors { message } }
  saveLeaderboard(input: $board) { userErrors { message } }
}"""
PAST = """{ leaderboard(key: "day") {
  pastSeasons { nodes { closedAt signature top(first: 100) { rank } } }
} }"""
SUMS = """SELECT sum(available)::bigint FROM points_entry GROUP BY member_id
ORDER BY sum(available) DESC"""

# Where the worker dies: archiving, signing, telling places, paying what they are worth. A fifth
# death within a minute would end the deployment, which is meant.
PLACES = ("season_archive", "season_signature", "activity", "points_entry")
WAITING = "SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass"


@asynccontextmanager
async def connected(home: Path) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    engines = Home.at(home).recall()
    assert engines is not None
    connection = await asyncpg.connect(**connection_settings(engines.database_url))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def barred(home: Path, table: str) -> AsyncIterator[None]:
    """Nobody writes to the table."""
    async with connected(home) as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


async def die_at_each(home: Path, supervisor: psutil.Process, start: Callable[[], None]) -> None:
    """Kills the worker in the middle of each of the places, and lets the next one go on."""
    async with AsyncExitStack() as bars, connected(home) as watching:
        held = [await bars.enter_async_context(AsyncExitStack()) for _ in PLACES]
        for bar, table in zip(held, PLACES, strict=True):
            await bar.enter_async_context(barred(home, table))
        start()
        for bar, table in zip(held, PLACES, strict=True):
            await reached(watching, table)
            kill(supervisor, "server worker")
            await bar.aclose()


async def reached(watching: asyncpg.Connection[asyncpg.Record], table: str) -> None:
    """Comes back when somebody waits to write to the table."""
    async with asyncio.timeout(PATIENCE):
        while not await watching.fetch(WAITING, table):  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.01)


async def sums(home: Path) -> list[int]:
    """What each member has, most first."""
    async with connected(home) as connection:
        return [row[0] for row in await connection.fetch(SUMS)]


def orders() -> list[dict[str, Any]]:
    """One of each member, no two of the same total."""
    return [
        {
            "type": "order.paid",
            "source": "shop",
            "externalId": f"o{n}",
            "customerRef": f"c{n}",
            "occurredAt": datetime.now(UTC).isoformat(),
            "attributes": {"total": str(10_000 - n), "currency": "CNY"},
        }
        for n in range(MEMBERS)
    ]


def test_a_worker_that_is_killed_while_it_closes_a_season_pays_every_prize_once(
    command: Command, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with up(command) as (supervisor, address):
        admin = command("token", "--role", "admin").stdout.strip()
        ask(address, admin, SAVE, rule=RULE | {"points": "1"}, board=BOARD)
        service = command("token", "--role", "service").stdout.strip()
        ask(address, service, INGEST, input={"activities": orders()})

        def end_the_day() -> None:
            assert command("clock", "advance", "2d").returncode == 0

        asyncio.run(die_at_each(home, supervisor, end_the_day))
        expected = [FIRST + 1, *[OTHERS + 1] * (MEMBERS - 2), 1]
        assert soon(lambda: asyncio.run(sums(home)) == expected)
        (season,) = ask(address, service, PAST)["leaderboard"]["pastSeasons"]["nodes"]
        assert season["signature"] is not None
        assert [entry["rank"] for entry in season["top"]] == list(range(1, 101))
        assert command("verify").returncode == 0
