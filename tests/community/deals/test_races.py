"""Many at once for few seats: exactly as many get in as there are, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from community.deals import jobs, taking
from community.deals.taking import Wish
from domain.deals.deal import Deal, DealState
from infra.database import Database
from infra.platform import Platform
from tests.support.market import BARGAIN, GROUP, Market, broken

ROOT = Path(__file__).parents[3]
PROCESS = ROOT / "tests" / "support" / "deals_process.py"
CROWD = [f"F-{number}" for number in range(50)]
CONNECTIONS = 40


@pytest.fixture
async def crowd(market: Market) -> list[UUID]:
    return await market.join(*CROWD)


@pytest.fixture
async def wide(platform: Platform, database_url: str) -> AsyncIterator[Platform]:
    """The same platform over so many connections that nearly everybody has one of their own."""
    database = await Database.open(database_url, pool_size=CONNECTIONS, beside=True)
    yield replace(platform, database=database)
    await database.close()


async def alone(platform: Platform, wish: Wish) -> object:
    """Served by oneself: nobody in this process waits for anybody else, as in as many processes."""
    [answer] = await taking.serve(platform, [wish])
    return answer


def tally(answers: list[object]) -> Counter[str]:
    return Counter("in" if isinstance(one, Deal) else type(one).__name__ for one in answers)


async def test_of_fifty_at_once_three_get_the_three_seats(
    market: Market, crowd: list[UUID], wide: Platform
) -> None:
    await market.offer(size=4)
    group = await market.start("ana")
    answers = await asyncio.gather(*(alone(wide, Wish(one, group, GROUP)) for one in crowd))
    assert tally(list(answers)) == {"in": 3, "Ended": 47}
    assert (await market.deal(group)).state is DealState.SUCCEEDED
    assert len(await market.owed()) == len(await market.log("deal.succeeded")) == 4


async def test_who_asks_together_gets_in_in_the_order_asked(
    market: Market, crowd: list[UUID]
) -> None:
    await market.offer(size=4)
    group = await market.start("ana")
    answers = await taking.serve(market.platform, [Wish(one, group, GROUP) for one in crowd])
    assert [isinstance(one, Deal) for one in answers] == [True] * 3 + [False] * 47
    assert await market.seated(group) == [await market.member("ana"), *crowd[:3]]


async def test_one_member_over_many_connections_takes_one_seat(
    market: Market, crowd: list[UUID], wide: Platform
) -> None:
    await market.offer(size=9)
    group = await market.start("ana")
    wish = Wish(crowd[0], group, GROUP)
    answers = await asyncio.gather(*(alone(wide, wish) for _ in range(30)))
    assert tally(list(answers)) == {"in": 1, "AlreadyDone": 29}


async def test_friends_who_help_at_once_cut_down_to_the_floor_and_no_deeper(
    market: Market, crowd: list[UUID], wide: Platform
) -> None:
    await market.offer(BARGAIN, size=20)
    bargain = await market.start("ana", BARGAIN)
    answers = await asyncio.gather(*(alone(wide, Wish(one, bargain, BARGAIN)) for one in crowd))
    assert tally(list(answers)) == {"in": 20, "Ended": 30}
    assert sum(part.cut or 0 for part in await market.parts(bargain)) == Decimal("8.00")


async def test_joining_and_leaving_at_once_never_fills_it_too_far(
    market: Market, crowd: list[UUID], wide: Platform
) -> None:
    await market.offer(size=5)
    group, draw = await market.start("ana"), random.Random(1)  # noqa: S311 - an order

    async def come_and_go(number: int) -> None:
        await alone(wide, Wish(crowd[number], group, GROUP))
        if draw.random() < 0.5:
            await asyncio.gather(market.leave(CROWD[number], group), return_exceptions=True)

    await asyncio.gather(*(come_and_go(number) for number in range(len(crowd))))
    deal = await market.deal(group)
    assert len(await market.seated(group)) == deal.filled == 5
    assert len(await market.owed()) == 5


@pytest.mark.usefixtures("crowd")
async def test_starts_at_once_sell_no_more_than_there_is(market: Market, wide: Platform) -> None:
    await market.offer(stock=14)
    other = Market(wide, market.programmes)
    answers = await asyncio.gather(
        *(other.start(who) for who in CROWD[:12]), return_exceptions=True
    )
    assert sum(isinstance(one, UUID) for one in answers) == 4
    assert await market.left() == 2


async def test_a_deadline_and_the_last_seat_at_once_end_it_one_way(
    market: Market, crowd: list[UUID], wide: Platform
) -> None:
    await market.offer()
    groups = [await market.start(who) for who in CROWD[:8]]
    joins = (alone(wide, Wish(one, group, GROUP)) for group in groups for one in crowd[8:10])
    late = market.platform.clock.advance(timedelta(hours=25))
    await asyncio.gather(*joins, late, jobs.fail_overdue(wide))
    await jobs.fail_overdue(wide)
    states = Counter([(await market.deal(group)).state for group in groups])
    assert states[DealState.OPEN] == 0
    assert len(await market.owed()) == 3 * states[DealState.SUCCEEDED]


async def test_whatever_is_killed_meanwhile_exactly_as_many_get_in(
    market: Market, crowd: list[UUID], database_url: str, addresses: dict[str, str], worker: int
) -> None:
    redis_url = f"{addresses['redis']}?db={worker}"
    for seed in range(4):
        await market.offer(size=4)
        group = await market.start(("ana", "bo", "cy", "di")[seed])
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, str(PROCESS), database_url, redis_url, str(group),
                *map(str, random.Random(f"{seed}-{n}").sample(crowd, len(crowd))),  # noqa: S311
                env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            )
            for n in range(3)
        ]  # fmt: skip
        said = await _unleash(processes, kill=2, after=0.02 * seed)
        seated = await market.seated(group)
        assert len(seated) == 4, "the one that lived let in whom the others could not"
        assert said <= set(seated), "whoever was told that they are in is in"
        assert (await market.deal(group)).state is DealState.SUCCEEDED
        assert await broken(market.platform.database) == {}


async def _unleash(
    processes: list[asyncio.subprocess.Process], *, kill: int, after: float
) -> set[UUID]:
    """Lets them join once all are ready, kills the first in the middle; who was told to be in."""
    said = set[UUID]()
    async with asyncio.timeout(60):
        for one in processes:
            assert one.stdout is not None
            assert await one.stdout.readline() == b"ready\n"
        for one in processes:
            assert one.stdin is not None
            one.stdin.close()
        await asyncio.sleep(after)
        for one in processes[:kill]:
            one.kill()
        for one in processes:
            assert one.stdout is not None
            lines = (await one.stdout.read()).decode().splitlines(keepends=True)
            said |= {UUID(line.strip()) for line in lines if line.endswith("\n")}
            await one.wait()
    return said
