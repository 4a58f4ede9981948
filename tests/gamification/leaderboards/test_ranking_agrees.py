"""Redis, PostgreSQL and plain Python rank alike, whatever happens to the pushes."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.boards import Board, Entry, Season
from domain.calendar import BEGINNING
from domain.metrics import Count
from gamification.leaderboards import handlers, jobs, mirror, rebuild
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.store import StandingState
from infra.platform import Platform

Shop = Any
MEMBERS = [UUID(int=n) for n in (0, 1, 2, 255, 256, 2**127, 2**128 - 2, 2**128 - 1)]


async def copied(platform: Platform, board: Board) -> list[Entry] | None:
    return await mirror.top(platform.redis, Keys(board.id, BEGINNING), first=10_000, offset=0)


async def all_agree(shop: Shop, board: Board, counts: list[Count]) -> bool:
    truth = shop.reference(counts)
    return (
        await copied(shop.platform, board) == truth
        and await shop.ranking(board, BEGINNING) == truth
    )


# Few members, few scores and times a microsecond apart: ties at every level.
steps = st.lists(
    st.tuples(
        st.sampled_from(MEMBERS),
        st.sampled_from(["1", "2", "0.5", "-1", "-0.5", "-3"]),
        st.integers(0, 3),
        st.sampled_from(["push", "late", "twice", "flush", "keep", "outbox"]),
    ),
    max_size=40,
)


@given(steps, st.randoms(use_true_random=False))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_order_of_pushes_flushes_and_rebuilds(
    shop: Shop, steps: list[Any], chance: random.Random
) -> None:
    board = await shop.board(uuid4().hex)
    counts: list[Count] = []
    late: list[StandingState] = []
    for member, amount, tick, then in steps:
        at = shop.noon + timedelta(microseconds=tick)
        counts.append(shop.count(board, amount, member=member, at=at))
        states = await shop.add([board], counts[-1])
        if then == "flush":
            await shop.platform.redis.flushdb()
        elif then == "keep":
            await jobs.keep_boards(shop.platform, shop.zone)
        elif then == "outbox":
            key = [str(member), str(board.id), BEGINNING.isoformat()]
            await handlers.deliver(shop.platform, [key])
        late += states * (2 if then == "twice" else 1)
        if then in {"push", "twice"}:
            await mirror.push(shop.platform.redis, states)
    await jobs.keep_boards(shop.platform, shop.zone)
    chance.shuffle(late)
    for state in late:
        await mirror.push(shop.platform.redis, [state])
    assert await all_agree(shop, board, counts)


async def test_scoring_goes_on_while_the_copy_is_rebuilt_again_and_again(shop: Shop) -> None:
    board = await shop.board()
    counts: list[Count] = []
    chance = random.Random(4)  # noqa: S311 - repeatable

    async def play() -> None:
        for _ in range(60):
            batch = [
                shop.count(
                    board,
                    chance.choice(["1", "2.5", "-1"]),
                    member=UUID(int=chance.randrange(300)),
                    at=shop.noon + timedelta(microseconds=chance.randrange(4)),
                )
                for _ in range(10)
            ]
            counts.extend(batch)
            await shop.score([board], *batch)

    async def rebuild_on() -> None:
        while True:
            await rebuild.all(shop.platform, shop.zone)

    async def flush_on() -> None:
        while True:
            await asyncio.sleep(chance.random() / 20)
            await shop.platform.redis.flushdb()

    others = [asyncio.create_task(rebuild_on()), asyncio.create_task(rebuild_on())]
    others.append(asyncio.create_task(flush_on()))
    await asyncio.gather(play(), play(), play())
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await jobs.keep_boards(shop.platform, shop.zone)
    assert await all_agree(shop, board, counts)


async def test_an_older_state_changes_nothing(shop: Shop) -> None:
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    count = shop.count(board, "5")
    (older,) = await shop.score([board], count)
    await shop.score([board], replace(count, amount=Decimal(-5)))
    await mirror.push(shop.platform.redis, [older])
    assert await copied(shop.platform, board) == []


async def test_pages_of_a_rebuild_miss_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gamification.leaderboards.scripts.BATCH", 7)
    board = await shop.board()
    counts = [shop.count(board, str(n % 5)) for n in range(100)]
    await shop.add([board], *counts)
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1
    assert await all_agree(shop, board, counts)


async def test_two_rebuilds_of_one_season_do_not_mix(shop: Shop) -> None:
    board = await shop.board()
    keys, redis = Keys(board.id, BEGINNING), shop.platform.redis
    states = await shop.add([board], shop.count(board, "5"))
    assert await mirror.begin(redis, keys, "first")
    assert not await mirror.begin(redis, keys, "second")
    await redis.delete(keys.building)  # as when it lapses
    assert await mirror.begin(redis, keys, "second")
    assert not await mirror.load(redis, keys, "first", states)
    assert not await mirror.finish(redis, keys, "first", server="run", keep=None)
    assert await mirror.finish(redis, keys, "second", server="run", keep=None)


async def test_a_rebuild_that_fails_makes_room_for_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, season = await shop.board(), Season(BEGINNING, None)

    async def fail(*_: object, **__: object) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(mirror, "finish", fail)
        with pytest.raises(RuntimeError):
            await rebuild.one(shop.platform, board.id, season, server="run", now=shop.noon)
    assert await rebuild.one(shop.platform, board.id, season, server="run", now=shop.noon)


async def test_a_change_during_a_rebuild_reaches_the_new_copy(shop: Shop) -> None:
    board = await shop.board()
    keys, redis, count = Keys(board.id, BEGINNING), shop.platform.redis, shop.count(board, "5")
    read_before = await shop.add([board], count)
    assert await mirror.begin(redis, keys, "token")
    await shop.score([board], count)
    assert await mirror.load(redis, keys, "token", read_before)
    assert await mirror.finish(redis, keys, "token", server="run", keep=None)
    assert await all_agree(shop, board, [count, count])
