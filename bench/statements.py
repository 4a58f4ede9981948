"""Balances and statements as members read them, beside the SQL that one would write by hand.

By hand is one plain statement each: the row of the member with the lots that have not expired,
and twenty entries. Ours also settle what has come due, explain every entry and page by cursors.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median
from typing import Final
from uuid import UUID

from bench.figures import Figure
from bench.till import Till, give, open_till
from domain.ledger import Books
from gamification.points import service
from gamification.points.statements import statements

TIMES: Final = 2.5
_MEMBERS: Final = 2_000
_ENTRIES: Final = 60
_READS: Final = 300
_ROUNDS: Final = 15
_FIRST: Final = 20

_BALANCE: Final = """
SELECT s.available, s.pending, s.held, s.lifetime_earned,
  (SELECT array_agg(remaining ORDER BY expires_at) FROM points_lot l
   WHERE l.member_id = s.member_id AND remaining > 0 AND expires_at > $2) AS expiring
FROM member_state s WHERE s.member_id = $1
"""
_STATEMENT: Final = "SELECT * FROM points_entry WHERE member_id = $1 ORDER BY number DESC LIMIT $2"

Read = Callable[[UUID], Awaitable[object]]


async def measure() -> list[Figure]:
    """Both ways in turn, round by round: the ratio is the median over the rounds."""
    async with open_till() as till:
        members = await till.enrol(_MEMBERS)
        for start in range(0, _MEMBERS, 500):
            await till.fill(members[start : start + 500], _history)
        await till.database.execute("VACUUM ANALYZE points_entry, points_lot, member_state")
        sql = till.database

        async def balance(member_id: UUID) -> object:
            return await service.balances(sql, [member_id], till.now)

        async def balance_by_hand(member_id: UUID) -> object:
            return await sql.fetchrow(_BALANCE, member_id, till.now)

        async def statement(member_id: UUID) -> object:
            return await statements(sql, [member_id], now=till.now, limit=_FIRST)

        async def statement_by_hand(member_id: UUID) -> object:
            return await sql.fetch(_STATEMENT, member_id, _FIRST)

        return [
            *await _compare("a balance", balance, balance_by_hand, members),
            *await _compare(f"{_FIRST} entries", statement, statement_by_hand, members),
        ]


def _history(books: Books, till: Till) -> None:
    for number in range(_ENTRIES):
        give(books, 10, till.now, expires_at=till.now + timedelta(days=1 + number % 12 * 30))


async def _compare(name: str, ours: Read, by_hand: Read, members: list[UUID]) -> list[Figure]:
    times = [(await _time(ours, members), await _time(by_hand, members)) for _ in range(_ROUNDS)]
    ratio = median(our / hand for our, hand in times[1:])
    return [
        Figure(f"{name}, ours", median(our for our, _ in times[1:]), "µs"),
        Figure(f"{name}, by hand", median(hand for _, hand in times[1:]), "µs"),
        Figure(f"{name}: ours to by hand", ratio, "×", f"≤ {TIMES} ×", ratio <= TIMES),
    ]


async def _time(read: Read, members: list[UUID]) -> float:
    """Microseconds for one of many reads, one after the other."""
    draw = random.Random(1)  # noqa: S311 - a load
    began = time.perf_counter()
    for _ in range(_READS):
        await read(draw.choice(members))
    await asyncio.sleep(0)
    return (time.perf_counter() - began) / _READS * 1e6
