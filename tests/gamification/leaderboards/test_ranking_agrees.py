"""Redis, PostgreSQL and plain Python rank alike, whatever happens to the pushes."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.boards import Board, Entry, Season
from domain.calendar import BEGINNING
from domain.metrics import Count
from gamification.leaderboards import handlers, jobs, mirror, ranking, rebuild, scripts, service
from gamification.leaderboards.mirror import Keys, Rebuild
from gamification.leaderboards.packing import Layout, record
from gamification.leaderboards.store import StandingState
from infra.platform import Platform

Shop = Any
ORIGIN = 1_772_625_600_000_000  # noon of 4 March 2026, in microseconds
MEMBERS = [UUID(int=n) for n in (0, 1, 2, 255, 256, 2**127, 2**128 - 2, 2**128 - 1)]


async def copied(platform: Platform, board: Board) -> list[Entry] | None:
    return await mirror.top(platform.redis, Keys(board.id, BEGINNING), first=10_000, offset=0)


async def all_agree(shop: Shop, board: Board, counts: list[Count]) -> bool:
    truth = shop.reference(counts)
    return (
        await copied(shop.platform, board) == truth
        and await shop.ranking(board, BEGINNING) == truth
        and await chosen_agree(shop, board, truth)
    )


async def chosen_agree(shop: Shop, board: Board, truth: list[Entry]) -> bool:
    """Every other member is found where the whole ranking has them."""
    members = [entry.member_id for entry in truth[::2]] + [uuid4()]
    keys, season = Keys(board.id, BEGINNING), (board.id, BEGINNING)
    for first in (1, 2, 100):
        copy = await mirror.chosen(shop.platform.redis, keys, members, first=first)
        known = await ranking.chosen(shop.platform.database, season, members, first=first)
        if not copy == known == truth[::2][:first]:
            return False
    return True


# Few members, few scores and times a microsecond apart: ties at every level.
steps = st.lists(
    st.tuples(
        st.sampled_from(MEMBERS),
        st.sampled_from(["1", "2", "0.5", "-1", "-0.5", "-3"]),
        st.integers(0, 3) | st.sampled_from([999, 1_000, 2_000, 10**9, -(10**9)]),
        st.sampled_from(["push", "late", "twice", "flush", "keep", "outbox"]),
    ),
    max_size=40,
)


# No bits for the time, so few that scores outgrow them, some that make ticks of milliseconds.
layouts = st.sampled_from(
    [None, Layout(0, 1, 0), Layout(2, 1, 0), Layout(30, 1_000, ORIGIN), Layout(40, 1, ORIGIN)]
)


@given(steps, st.randoms(use_true_random=False), layouts, st.sampled_from([0, 2, 10_000]))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_order_of_pushes_flushes_and_rebuilds(
    shop: Shop, steps: list[Any], chance: random.Random, layout: Layout | None, known: int
) -> None:
    """Whatever the layout of the copy, and however few versions it knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scripts, "RECENT", known)
        if layout is not None:
            patch.setattr(rebuild, "layout_for", partial(_always, layout))
        await _any_order(shop, steps, chance)


def _always(layout: Layout, *_: object) -> Layout:
    return layout


async def _any_order(shop: Shop, steps: list[Any], chance: random.Random) -> None:
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
            await service.tell(shop.platform, states)
    await jobs.keep_boards(shop.platform, shop.zone)
    chance.shuffle(late)
    for state in late:
        await service.tell(shop.platform, [state])
    await jobs.keep_boards(shop.platform, shop.zone)  # a score that did not fit unmade the copy
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
    await service.tell(shop.platform, [older])
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
    first, second = (Rebuild(keys, name, Layout(30, 1, 0)) for name in ("first", "second"))
    states = await shop.add([board], shop.count(board, "5"))
    assert await mirror.begin(redis, first)
    assert not await mirror.begin(redis, second)
    await redis.delete(keys.building)  # as when it lapses
    assert await mirror.begin(redis, second)
    assert not await mirror.load(redis, first, [*map(record, states)])
    assert not await mirror.finish(redis, first, server="run", keep=None)
    assert await mirror.finish(redis, second, server="run", keep=None)


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
    build = Rebuild(keys, "token", Layout(30, 1, 0))
    assert await mirror.begin(redis, build)
    await shop.score([board], count)
    assert await mirror.load(redis, build, [*map(record, read_before)])
    assert await mirror.finish(redis, build, server="run", keep=None)
    assert await all_agree(shop, board, [count, count])


async def test_a_push_of_old_is_refused_once_versions_are_forgotten(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "RECENT", 0)
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    count = shop.count(board, "5")
    (older,) = await shop.score([board], count)
    await shop.score([board], replace(count, amount=Decimal(3)))
    refused = await mirror.push(shop.platform.redis, [older])
    assert refused.keys == [(count.member_id, board.id, BEGINNING)]
    await service.tell(shop.platform, [older])
    assert [entry.score for entry in await copied(shop.platform, board) or ()] == [8]


async def test_postgresql_writes_records_as_they_are_written_here(shop: Shop) -> None:
    board, micro = await shop.board(), timedelta(microseconds=1)
    counts = [
        shop.count(board, str(n - 2), member=member, at=shop.noon + n * micro)
        for n, member in enumerate(MEMBERS)
    ]
    states = await shop.add([board], *counts)
    pages = ranking.records(shop.platform.database, board.id, BEGINNING, size=3)
    found = [one async for page in pages for one in page]
    assert found == [
        record(one)
        for one in sorted(states, key=lambda one: (-one.score, one.reached_at, one.member_id))
    ]


async def test_a_score_that_outgrows_the_copy_lets_it_be_made_anew(shop: Shop) -> None:
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    count = shop.count(board, str(2**53 - 2))
    await shop.score([board], count)
    assert await copied(shop.platform, board) is None
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1
    assert await all_agree(shop, board, [count])


async def test_times_in_whole_seconds_need_no_long_elements(shop: Shop) -> None:
    board = await shop.board()
    await shop.add([board], *(shop.count(board, str(n), at=shop.noon) for n in range(1, 9)))
    await jobs.keep_boards(shop.platform, shop.zone)
    keys, redis = Keys(board.id, BEGINNING), shop.platform.redis
    assert await redis.exists(keys.long) == 0
    assert {len(element) for element in await redis.zrange(keys.live, 0, -1)} == {16}


async def test_a_late_push_does_not_undo_what_a_rebuild_has_read(shop: Shop) -> None:
    """Both were drawn before the rebuild; the newer one was pushed before it, too."""
    board = await shop.board()
    keys, redis, count = Keys(board.id, BEGINNING), shop.platform.redis, shop.count(board, "5")
    (older,) = await shop.add([board], count)
    newer = await shop.add([board], count)
    build = Rebuild(keys, "token", Layout(30, 1, 0))
    assert await mirror.begin(redis, build)
    assert await mirror.set_floor(redis, build, newer[0].version)
    assert await mirror.load(redis, build, [*map(record, newer)])
    await service.tell(shop.platform, [older])
    assert await mirror.finish(redis, build, server="run", keep=None)
    assert await all_agree(shop, board, [count, count])
