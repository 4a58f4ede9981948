"""The ledger alone: earnings in batches, each with its entry, lot, award and balance, committed.

No rules are asked and nothing is recorded in the log: what is measured is locking the members,
moving their books and writing them, by the same functions that the engine uses.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from bench.figures import Figure
from bench.limits import copy_rate, single_insert_rate
from domain import calendar, ledger
from domain.ledger import Cause
from gamification.ledger import books, states
from infra.database import Database, Transaction
from infra.migrate import migrate
from members.enrolment import enrol
from server.engines import embedded

RATE: Final = 15_000
_MEMBERS: Final = 5_000
_BATCHES: Final = 60
_SIZE: Final = 1_000
_AT_ONCE: Final = 2


async def measure() -> list[Figure]:
    """Spread over many members, and all on one hot wallet."""
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            await migrate(engines.database_url)
            database = await Database.open(engines.database_url)
            members = await _members(database)
            await _rate(database, members, batches=10)
            spread = await _rate(database, members, batches=_BATCHES)
            hot = await _rate(database, members[:1], batches=_BATCHES)
            await database.close()
    return [
        Figure("earnings, 1,000 a batch", spread, "/s", "≥ 15,000/s", spread >= RATE),
        Figure("earnings, one hot wallet", hot, "/s"),
        Figure("limit: rows appended by COPY, 1,000 a commit", await copy_rate(), "/s"),
        Figure("limit: one row a commit", await single_insert_rate(), "/s"),
    ]


async def _members(database: Database) -> list[UUID]:
    found: list[UUID] = []
    now = datetime.now(UTC)
    for start in range(0, _MEMBERS, 1000):
        async with database.transaction() as tx:
            refs = [f"c{number}" for number in range(start, start + 1000)]
            found += [one.member_id for one in await enrol(tx, refs, now)]
            await states.lock(tx, sorted(found[start:]))
    return found


async def _rate(database: Database, members: list[UUID], *, batches: int) -> float:
    draw = random.Random(1)  # noqa: S311 - a load, not a secret
    waiting = iter([[draw.choice(members) for _ in range(_SIZE)] for _ in range(batches)])

    async def pour() -> None:
        for batch in waiting:
            async with database.transaction() as tx:
                await _earn(tx, batch)

    began = time.perf_counter()
    await asyncio.gather(*(pour() for _ in range(_AT_ONCE)))
    return batches * _SIZE / (time.perf_counter() - began)


async def _earn(tx: Transaction, batch: list[UUID]) -> None:
    now = datetime.now(UTC)
    expires_at = calendar.start_of(now.date() + timedelta(days=365), calendar.zone("Asia/Shanghai"))
    locked = await states.lock(tx, sorted(set(batch)))
    for member_id in batch:
        ledger.earn(
            locked[member_id].books,
            100,
            now=now,
            expires_at=expires_at,
            confirms_at=None,
            cause=Cause(order_ref="order"),
        )
    await books.write(tx, [state.books for state in locked.values()])
    await states.write(tx, list(locked.values()))
