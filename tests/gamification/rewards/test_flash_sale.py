"""A flash sale: many connections, few goods. As many succeed as there are, whatever dies."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.context import TortoiseContext

from domain.errors import OutOfStock, Refused
from gamification.programme.current import Programmes
from gamification.rewards import redeeming
from gamification.rewards.redeeming import Attempt
from gamification.rewards.store import RewardRow
from infra.database import Database, tortoise_config
from infra.ids import new_id
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from tests.support.reward_counter import RewardCounter

ROOT = Path(__file__).parents[3]
PROCESS = ROOT / "tests" / "support" / "sale_process.py"
MEMBERS = 40
CONNECTIONS = 40


@pytest.fixture
async def crowd(counter: RewardCounter) -> list[UUID]:
    """Members with 100 points each."""
    refs = [f"F-{number}" for number in range(MEMBERS)]
    await counter.enrol(*refs)
    return [await counter.shop.member(ref) for ref in refs]


async def another(url: str, pool_size: int) -> Database:
    """A second database of this process; models stay with the first."""
    context = TortoiseContext()
    with context:
        await context.init(config=tortoise_config(url, pool_size=pool_size), use_tz=True)
    return Database(context, cast("AsyncpgDBClient", context.db()))


@pytest.fixture
async def wide(platform: Platform, database_url: str) -> AsyncIterator[Platform]:
    """The same platform over so many connections that every attempt has one of its own."""
    database = await another(database_url, CONNECTIONS)
    yield Platform(database, platform.redis, platform.clock, platform.pubsub, platform.catalogue)
    await database.close()


async def attempt(platform: Platform, programmes: Programmes, one: Attempt) -> object:
    """Served alone: nobody in this process waits for anybody else, as in as many processes."""
    (answer,) = await redeeming.serve(platform, programmes, [one])
    return answer


def asked(row: RewardRow, members: list[UUID], times: int) -> list[Attempt]:
    tries = [Attempt(one, row.reward.id, str(new_id())) for one in members for _ in range(times)]
    random.Random(1).shuffle(tries)  # noqa: S311 - an order, not a secret
    return tries


def tally(answers: list[object]) -> Counter[str]:
    refused = [type(one).__name__ for one in answers if isinstance(one, Refused)]
    return Counter(refused) + Counter(redeemed=len(answers) - len(refused))


async def test_exactly_what_there_is_is_sold_over_many_connections(
    counter: RewardCounter, crowd: list[UUID], wide: Platform
) -> None:
    row = await counter.offer(stock=30)
    answers = await asyncio.gather(
        *(attempt(wide, counter.shop.programmes, one) for one in asked(row, crowd, 5))
    )
    assert tally(answers) == {"redeemed": 30, "OutOfStock": 170}
    assert await counter.stock(row) == (0, 30, 0, 0)


async def test_no_member_gets_more_than_the_limit_over_many_connections(
    counter: RewardCounter, crowd: list[UUID], wide: Platform
) -> None:
    row = await counter.offer(stock=1000, per_member_limit=2)
    answers = await asyncio.gather(
        *(attempt(wide, counter.shop.programmes, one) for one in asked(row, crowd[:8], 20))
    )
    assert tally(answers) == {"redeemed": 16, "LimitReached": 144}


async def test_nobody_spends_points_twice_on_two_rewards(
    counter: RewardCounter, crowd: list[UUID], wide: Platform
) -> None:
    rows = [await counter.offer(key, cost=60, stock=99) for key in ("a", "b", "c")]
    tries = [one for row in rows for one in asked(row, crowd[:10], 3)]
    random.Random(2).shuffle(tries)  # noqa: S311 - an order
    answers = await asyncio.gather(*(attempt(wide, counter.shop.programmes, one) for one in tries))
    assert tally(answers) == {"redeemed": 10, "NotEnoughPoints": 80}


async def test_coupons_are_sold_no_further_than_their_template_goes(
    counter: RewardCounter, crowd: list[UUID], wide: Platform
) -> None:
    row = await counter.offer_coupon(stock=7)
    answers = await asyncio.gather(
        *(attempt(wide, counter.shop.programmes, one) for one in asked(row, crowd, 2))
    )
    assert tally(answers) == {"redeemed": 7, "OutOfStock": 73}


async def test_who_asks_together_is_served_in_the_order_of_arrival(
    counter: RewardCounter, crowd: list[UUID]
) -> None:
    row = await counter.offer(stock=25)
    tries = asked(row, crowd, 2)
    platform, programmes = counter.shop.platform, counter.shop.programmes
    answers = await redeeming.serve(platform, programmes, tries)
    assert [isinstance(one, OutOfStock) for one in answers] == [False] * 25 + [True] * 55


async def test_processes_that_each_serve_a_crowd_together_sell_what_there_is(
    counter: RewardCounter, crowd: list[UUID], database_url: str
) -> None:
    row = await counter.offer(stock=50, per_member_limit=2)
    shop, found = counter.shop.platform, list[Platform]()
    for _ in range(3):
        database = await another(database_url, 3)
        found.append(Platform(database, shop.redis, shop.clock, shop.pubsub, shop.catalogue))
    answers = await asyncio.gather(
        *(
            redeeming.redeem(
                found[place % 3],
                counter.shop.programmes,
                member_id=one.member_id,
                reward_id=one.reward_id,
                key=one.key,
            )
            for place, one in enumerate(asked(row, crowd, 10))
        ),
        return_exceptions=True,
    )
    assert tally(list(answers))["redeemed"] == 50
    assert set(tally(list(answers))) <= {"redeemed", "OutOfStock", "LimitReached"}
    for one in found:
        await one.database.close()


async def test_what_is_cancelled_is_sold_again(counter: RewardCounter) -> None:
    row = await counter.offer(stock=1)
    for ref in ("C-1", "C-2", "C-1"):
        made = await counter.redeem(row, ref)
        with pytest.raises(OutOfStock):
            await counter.redeem(row, "C-3")
        await counter.cancel(made)
    assert await counter.stock(row) == (1, 0, 0, 3)


async def test_selling_and_cancelling_at_once_never_sells_more_than_there_is(
    counter: RewardCounter, crowd: list[UUID], wide: Platform
) -> None:
    row = await counter.offer(stock=5)
    programmes = counter.shop.programmes

    async def buy_and_return(one: Attempt) -> object:
        answer = await attempt(wide, programmes, one)
        if isinstance(answer, str):
            await counter.cancel(await counter.redemption(UUID(answer)))
        return answer

    answers = await asyncio.gather(*(buy_and_return(one) for one in asked(row, crowd, 4)))
    sold = tally(answers)["redeemed"]
    assert sold >= 5
    assert await counter.stock(row) == (5, 0, 0, sold)
    assert {await counter.shop.available(f"F-{n}") for n in range(MEMBERS)} == {100}


async def test_a_sale_needs_no_redis(counter: RewardCounter, crowd: list[UUID]) -> None:
    row, shop = await counter.offer(stock=3), counter.shop
    away = open_redis("redis://127.0.0.1:1")
    alone = Platform(
        shop.platform.database, away, shop.platform.clock, PubSub(away), shop.platform.catalogue
    )
    tries = asked(row, crowd[:6], 1)
    answers = await redeeming.serve(alone, shop.programmes, tries)
    await away.aclose()
    assert tally(list(answers)) == {"redeemed": 3, "OutOfStock": 3}


class Buyers:
    """A `sale_process`, and what it says was answered."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.said: list[tuple[str, UUID, str]] = []

    @classmethod
    async def start(cls, *words: str) -> Buyers:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = (sys.executable, str(PROCESS), *words)
        return cls(
            await asyncio.create_subprocess_exec(*command, env=environment, stdin=PIPE, stdout=PIPE)
        )

    async def work(self, answers: int) -> None:
        """Waits until so many more were answered."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            for _ in range(answers):
                line = await self._process.stdout.readline()
                assert line, "the process ended by itself"
                self._hear(line.decode())

    async def end(self, *, kill: bool) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if kill:
            self._process.kill()
        else:
            self._process.stdin.close()
        async with asyncio.timeout(30):
            rest = (await self._process.stdout.read()).decode()
            await self._process.wait()
        for line in rest[: rest.rfind("\n") + 1].splitlines():
            self._hear(line)

    def _hear(self, line: str) -> None:
        what, member, key = line.split()
        self.said.append((what, UUID(member), key))


async def test_a_killed_process_leaves_whole_stock_and_everything_it_answered(
    counter: RewardCounter,
    crowd: list[UUID],
    addresses: dict[str, str],
    database_url: str,
    worker: int,
) -> None:
    row, shop = await counter.offer(stock=20, cost=1), counter.shop
    redis_url = f"{addresses['redis']}?db={worker}"
    words = (database_url, redis_url), (str(row.reward.id), *map(str, crowd))
    said: list[tuple[str, UUID, str]] = []
    for number in range(3):
        both = [await Buyers.start(*words[0], f"{number}-{one}", *words[1]) for one in "ab"]
        await both[0].work(40)
        await shop.platform.redis.flushdb()
        await asyncio.sleep(random.uniform(0, 0.2))  # noqa: S311 - any moment is right
        await both[0].end(kill=True)
        await both[1].work(20)
        await both[1].end(kill=False)
        said += both[0].said + both[1].said
    assert await counter.broken() == {}
    kept = await shop.platform.database.fetch(
        "SELECT i.actor_id, i.key, r.state FROM idempotency i"
        " JOIN redemption r ON r.id = (i.result #>> '{}')::uuid WHERE i.verb = 'redeemReward'"
    )
    states = {(one["actor_id"], one["key"]): one["state"] for one in kept}
    lost = [
        one
        for one in said
        if states.get(one[1:]) not in ({"CANCELLED"} if one[0] == "cancelled" else _STANDING)
    ]
    assert lost == []


_STANDING = {"CONFIRMED", "CANCELLED"}
