"""Activities through `ingestActivities`, in batches of 1,000, until every effect is visible.

A real deployment (two API processes, a worker, both engines) with ten live rules and three
boards; four requests at once over a pool of connections. When an answer comes the effects are
there: balances, statements and boards are asked afterwards whether they hold everything. The
peer does the same work by ORM, one activity at a time; the limits are what PostgreSQL can append
by COPY, and by one row a commit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from bench.figures import Figure
from bench.limits import copy_rate, single_insert_rate
from bench.orm_intake import orm_rate
from bench.rig import Client, deployment
from bench.shop import INGEST, open_shop, orders

RATE: Final = 5_000
TIMES_ORM: Final = 10
_BATCHES: Final = 40
_WARM_UP: Final = 8
_SIZE: Final = 1_000
_CONNECTIONS: Final = 32
_AT_ONCE: Final = 4


async def measure() -> list[Figure]:
    """The firehose, its peer and its limits, one after the other on the same machine."""
    async with deployment() as running:
        admin = Client(running.port, await running.token("--role", "admin"))
        service = await running.token("--role", "service")
        first = Client(running.port, service)
        await open_shop(admin, first)
        clients = [Client(running.port, service) for _ in range(_CONNECTIONS)]
        bodies = _encoded(seed=2, batches=_BATCHES)
        await _pour(clients, _encoded(seed=1, batches=_WARM_UP))
        began = time.perf_counter()
        await _pour(clients, bodies)
        seconds = time.perf_counter() - began
        await _check(first, (_WARM_UP + _BATCHES) * _SIZE)
        for client in (admin, first, *clients):
            await client.close()
    rate = _BATCHES * _SIZE / seconds
    by_orm = await orm_rate()
    return [
        Figure("activities to all effects", rate, "/s", "≥ 5,000/s", rate >= RATE),
        Figure("the same by ORM, one at a time", by_orm, "/s"),
        Figure("ratio to the ORM", rate / by_orm, "×", "≥ 10", rate / by_orm >= TIMES_ORM),
        Figure("limit: rows appended by COPY, 1,000 a commit", await copy_rate(), "/s"),
        Figure("limit: one row a commit", await single_insert_rate(), "/s"),
    ]


def _encoded(*, seed: int, batches: int) -> list[bytes]:
    """Requests encoded beforehand: the client's work is not measured."""
    return [
        Client.body(INGEST, {"input": {"activities": batch}})
        for batch in orders(seed, batches, _SIZE)
    ]


async def _pour(clients: Sequence[Client], bodies: list[bytes]) -> None:
    """Sends all bodies, so many at once, over connections taken in turns as from a pool."""
    waiting = iter(bodies)
    pool: asyncio.Queue[Client] = asyncio.Queue()
    for client in clients:
        pool.put_nowait(client)

    async def pour() -> None:
        for body in waiting:
            client = await pool.get()
            answer = await client.send(body)
            assert answer.count(b'"APPLIED"') == _SIZE, answer[:500]
            pool.put_nowait(client)

    await asyncio.gather(*(pour() for _ in range(_AT_ONCE)))


async def _check(client: Client, count: int) -> None:
    """Everything that was answered is visible: the boards' sums say how many orders there are."""
    seen = 0
    for offset in range(0, 5_000, 100):
        answer: Any = await client.ask(
            'query ($offset: Int!) { leaderboard(key: "orders")'
            " { top(first: 100, offset: $offset) { score } } }",
            {"offset": offset},
        )
        seen += sum(entry["score"] for entry in answer["leaderboard"]["top"])
    assert seen == count, (seen, count)
