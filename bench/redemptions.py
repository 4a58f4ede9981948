"""Redemptions through the desk of points: each with its key, entry, lots and balance, committed.

Over many members, and all of one member who earned 50,000 times; beside them the same in a
transaction for each.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from bench.figures import Figure
from bench.till import Till, give, open_till
from domain.ledger import Books

MANY: Final = 2_000
ONE: Final = 500
_MEMBERS: Final = 5_000
_EARNINGS: Final = 50_000
_CALLERS: Final = 200
_REDEMPTIONS: Final = 20_000
_ROUNDS: Final = 3
_POINTS: Final = 5

Redeem = Callable[[UUID, int], Awaitable[int]]


async def measure() -> list[Figure]:
    """Rounds of both kinds in turn; the best of each, and that of the plain way."""
    draw = random.Random(1)  # noqa: S311 - a load, not a secret
    async with open_till() as till:
        members = await till.enrol(_MEMBERS)
        for start in range(0, _MEMBERS, 1_000):
            await till.fill(members[start : start + 1_000], _some_lots)
        heavy, others = members[0], members[1:]
        await till.fill([heavy], _year_of_earnings)
        many, one, alone = list[float](), list[float](), list[float]()
        for _ in range(_ROUNDS):
            many.append(await _rate(till.redeem, lambda: draw.choice(others), _REDEMPTIONS))
            one.append(await _rate(till.redeem, lambda: heavy, _REDEMPTIONS // 2))
            by_one = till.redeem_alone
            alone.append(await _rate(by_one, lambda: draw.choice(others), _REDEMPTIONS // 20))
        await _check(till, members)
    best, hot = max(many), max(one)
    return [
        Figure("redemptions, many members", best, "/s", "≥ 2,000/s", best >= MANY),
        Figure("redemptions, one of 50,000 earnings", hot, "/s", "≥ 500/s", hot >= ONE),
        Figure("each in a transaction of its own", max(alone), "/s"),
    ]


def _some_lots(books: Books, till: Till) -> None:
    for days in (30, 60, 90):
        give(books, 10_000, till.now, expires_at=till.now + timedelta(days=days))


def _year_of_earnings(books: Books, till: Till) -> None:
    """Spread over the lots of a year."""
    for number in range(_EARNINGS):
        give(books, 100, till.now, expires_at=till.now + timedelta(days=1 + number % 365))


async def _rate(redeem: Redeem, pick: Callable[[], UUID], number: int) -> float:
    left = iter(range(number))

    async def call() -> None:
        for _ in left:
            await redeem(pick(), _POINTS)

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(_CALLERS)))
    return number / (time.perf_counter() - began)


async def _check(till: Till, members: list[UUID]) -> None:
    """Whether every redemption is in the books, and the books agree with themselves."""
    redeemed = await till.database.fetchval(
        "SELECT count(*) FROM points_entry WHERE kind = 'REDEEM' AND available = $1", -_POINTS
    )
    asked = _ROUNDS * (_REDEMPTIONS + _REDEMPTIONS // 2 + _REDEMPTIONS // 20)
    assert redeemed == asked, (redeemed, asked)
    wrong = await till.database.fetchval(
        "SELECT count(*) FROM member_state s WHERE member_id = ANY($1) AND available <>"
        " (SELECT sum(remaining) FROM points_lot l WHERE l.member_id = s.member_id)",
        members,
    )
    assert wrong == 0, wrong
