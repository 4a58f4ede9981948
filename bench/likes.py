"""Likes of one hot post through the service: each told to its author, counted exactly, committed.

Every like is of another member, the first of theirs, and so with its activity and what it counts
for. Beside them the same in a transaction for each, which wait for the post one after the other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.figures import Figure
from bench.till import Till, open_till
from community.posts import writing
from community.posts.writing import Asked
from community.reactions import service
from community.reactions.invariants import INVARIANTS
from community.reactions.service import Wish
from domain.posts.visibility import Reader
from domain.posts.writing import Parts, Writing
from domain.reactions import Target
from infra.ids import new_id

HOT: Final = 1_500
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_MEMBERS: Final = 10_000
_CALLERS: Final = 200
_ROUNDS: Final = 3
_ALONE: Final = 500

Grant = Callable[[Wish], Awaitable[object]]


async def measure() -> list[Figure]:
    """Rounds of both kinds in turn, the best of each; then that all of them were counted."""
    async with open_till() as till:
        author, *members = await till.enrol(_MEMBERS + 1)
        together, alone = list[float](), list[float]()
        for _ in range(_ROUNDS):
            hot, other = await _post(till, author), await _post(till, author)
            together.append(await _rate(till, _asking(till), members, hot))
            alone.append(await _rate(till, _serving(till), members[:_ALONE], other))
        await _check(till)
    best = max(together)
    return [
        Figure("likes of one hot post", best, "/s", "≥ 1,500/s", best >= HOT),
        Figure("each in a transaction of its own", max(alone), "/s"),
    ]


async def _post(till: Till, author: UUID) -> UUID:
    asked = Asked(author, Writing("hot"), Parts(), draft=False, key=str(new_id()))
    return await writing.create(till.platform, asked, new_author_reviews=0)


def _asking(till: Till) -> Grant:
    return lambda wish: service.wish(till.platform, _ZONE, wish)


def _serving(till: Till) -> Grant:
    return lambda wish: service.serve(till.platform, _ZONE, [wish])


async def _rate(till: Till, grant: Grant, members: list[UUID], post: UUID) -> float:
    left = iter(members)

    async def call() -> None:
        for one in left:
            await grant(Wish(Reader(one), one, Target.POST, post, liked=True))

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(_CALLERS)))
    took = time.perf_counter() - began
    counted = await till.database.fetchval("SELECT like_count FROM post WHERE id = $1", post)
    assert counted == len(members), counted
    return len(members) / took


async def _check(till: Till) -> None:
    """Whether every like is a row and an activity, and all invariants hold."""
    liked = await till.database.fetchval("SELECT count(*) FROM member_like")
    told = await till.database.fetchval(
        "SELECT count(*) FROM activity WHERE type LIKE 'like.%' AND source = 'laurels'"
    )
    assert liked == told == _ROUNDS * (_MEMBERS + _ALONE), (liked, told)
    for one in INVARIANTS:
        assert await till.database.fetch(one.violations) == [], one.name
