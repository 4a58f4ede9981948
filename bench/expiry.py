"""The night on which 100,000 lots expire, while members go on spending.

The job runs in a process of its own, as a worker does. Told are how long it takes, how long it
keeps members locked at a time, and how long writers take meanwhile and without it.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson

from bench.figures import Figure
from bench.till import Till, give, open_till, till_at
from domain.ledger import Books
from gamification.points import jobs
from server.engines import Engines

MEMBERS: Final = 50_000
LOTS_EACH: Final = 2
LOTS: Final = MEMBERS * LOTS_EACH
NIGHT: Final = 30  # seconds
WAIT: Final = 200  # ms
_WRITERS: Final = 4
_PACE: Final = 0.02  # seconds between two redemptions of a writer


async def measure() -> list[Figure]:
    """One worker, and four writers on the same database."""
    async with open_till() as till:
        members = await till.enrol(MEMBERS)
        for start in range(0, MEMBERS, 2_000):
            await till.fill(members[start : start + 2_000], _due_lots)
        alone = await _writes(till, members, asyncio.sleep(10))
        night = asyncio.create_task(_night(till))
        waits = await _writes(till, members, night)
        seconds, longest = await night
        left = await till.database.fetchval(
            "SELECT count(*) FROM points_lot WHERE remaining > 0 AND expires_at <= now()"
        )
    assert left == 0, left
    slowest = waits[-1]
    return [
        Figure(f"{LOTS:,} lots expired", seconds, "s", f"≤ {NIGHT} s", seconds <= NIGHT),
        Figure("longest transaction of the job", longest, "ms", f"≤ {WAIT} ms", longest <= WAIT),
        Figure("slowest writer meanwhile", slowest, "ms", f"≤ {WAIT} ms", slowest <= WAIT),
        Figure("99 of 100 writers meanwhile", _percentile(waits), "ms"),
        Figure("slowest writer without the job", alone[-1], "ms"),
        Figure("99 of 100 writers without the job", _percentile(alone), "ms"),
    ]


def _due_lots(books: Books, till: Till) -> None:
    """Points that expired a moment ago, in lots of their own, and some that stay."""
    for days in range(LOTS_EACH):
        give(books, 100, till.now, expires_at=till.now - timedelta(days=days, seconds=1))
    give(books, 100, till.now, expires_at=till.now + timedelta(days=30))


async def _night(till: Till) -> tuple[float, float]:
    """Seconds in all, and the longest batch in ms, as the job's own process tells."""
    engines = till.engines
    words = ("-m", "bench.expiry", engines.database_url, engines.redis_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    seconds, longest = orjson.loads(out)
    return float(seconds), float(longest)


async def _expire_all(engines: Engines) -> tuple[float, float]:
    longest = 0.0
    async with till_at(engines) as till:
        began = at = time.perf_counter()
        while await jobs.settle_due(till.platform):
            longest = max(longest, time.perf_counter() - at)
            at = time.perf_counter()
        return time.perf_counter() - began, longest * 1000


async def _writes(till: Till, members: list[UUID], meanwhile: Awaitable[object]) -> list[float]:
    """How long each redemption of the writers takes, in ms, sorted, while something goes on."""
    draw, waits, over = random.Random(1), list[float](), asyncio.Event()  # noqa: S311 - a load

    async def write() -> None:
        while not over.is_set():
            began = time.perf_counter()
            await till.redeem_alone(draw.choice(members), 1)
            waits.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(_PACE)

    writers = [asyncio.create_task(write()) for _ in range(_WRITERS)]
    await meanwhile
    over.set()
    await asyncio.gather(*writers)
    return sorted(waits)


def _percentile(waits: list[float]) -> float:
    return waits[len(waits) * 99 // 100]


if __name__ == "__main__":
    told = asyncio.run(_expire_all(Engines(*sys.argv[1:3])))
    sys.stdout.buffer.write(orjson.dumps(told))
