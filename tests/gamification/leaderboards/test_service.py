"""Saving boards, and what subscribers are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from domain.boards import Period, Season
from domain.errors import Conflict
from domain.expressions import ExpressionFault, ExpressionRefused, FaultCode, Position
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import live, service, store

Shop = Any
DAY = timedelta(days=1)
VISITS = MetricDefinition(("store.visited",), "true", Measure.COUNT)


async def test_saving_again_changes_the_board_with_the_key(shop: Shop) -> None:
    first = await shop.board(name="Old")
    second = await shop.board(name="New", metric=VISITS)
    assert first.id == second.id
    assert [board.name for board in await store.boards()] == ["New"]


async def test_boards_of_equal_metrics_share_one(shop: Shop) -> None:
    assert (await shop.board()).metric_id == (await shop.board("other")).metric_id


async def test_a_key_saved_twice_at_once_is_one_board(shop: Shop) -> None:
    saved = await asyncio.gather(*(shop.board(name=f"Name {n}") for n in range(5)))
    assert len({board.id for board in saved}) == len(await store.boards()) == 1


async def test_the_metric_of_a_scored_board_stays(shop: Shop) -> None:
    board = await shop.board()
    await shop.add([board], shop.count(board, "1"))
    with pytest.raises(Conflict):
        await shop.board(metric=VISITS)
    assert await store.board_by_key("spent") == board


async def test_the_programme_changes_with_the_board(shop: Shop) -> None:
    async def refuse(_: object) -> None:
        raise Conflict("board.key")

    with pytest.raises(Conflict):
        await shop.board(changed=refuse)
    assert await store.boards() == []


async def test_a_condition_that_does_not_compile_is_told_at_its_field(shop: Shop) -> None:
    fault = ExpressionFault(Position(1, 2, 1), FaultCode.SYNTAX, "hint")

    def check(_: str) -> None:
        raise ExpressionRefused(fault)

    with pytest.raises(ExpressionRefused) as refused:
        await shop.board(metric=VISITS, names=check)
    assert refused.value.field == ("metric", "condition")


async def test_another_end_moves_the_end_of_the_running_season(shop: Shop) -> None:
    now = await shop.platform.clock.now()
    dates = {"period": Period.SEASON, "starts_at": now - DAY}
    board = await shop.board(ends_at=now + DAY, **dates)
    await shop.add([board], shop.count(board, "1", at=now))
    await shop.board(ends_at=now + 2 * DAY, **dates)
    assert await store.seasons_before(shop.platform.database, [(board.id, now)], limit=2) == [
        [Season(now - DAY, now + 2 * DAY)]
    ]


async def test_until_the_next_season_begins_the_last_one_is_shown(shop: Shop) -> None:
    now = await shop.platform.clock.now()
    board = await shop.board(period=Period.SEASON, starts_at=now - 9 * DAY, ends_at=now + DAY)
    await shop.add([board], shop.count(board, "1", at=now))
    await shop.platform.clock.advance(2 * DAY)
    dates = {"starts_at": now + 5 * DAY, "ends_at": now + 9 * DAY}
    board = await shop.board(period=Period.SEASON, **dates)
    last = await service.season_shown(shop.platform, board, now + 2 * DAY, shop.zone)
    following = await service.season_shown(shop.platform, board, now + 5 * DAY, shop.zone)
    assert (last, following.starts_at) == (Season(now - 9 * DAY, now + DAY), now + 5 * DAY)


@pytest.fixture
async def hearing(shop: Shop) -> AsyncIterator[None]:
    task = asyncio.create_task(shop.platform.pubsub.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.usefixtures("hearing")
async def test_the_first_change_comes_at_once_and_later_ones_together(shop: Shop) -> None:
    board, now = await shop.board(), asyncio.get_running_loop().time
    moments = live.moments(shop.platform, board.id, pace=0.5)
    await anext(moments)
    await asyncio.sleep(0.1)  # until Redis has subscribed
    times = [now()]
    for changes in (1, 3):
        for _ in range(changes):
            await shop.score([board], shop.count(board, "1"))
        await asyncio.wait_for(anext(moments), 5)
        times.append(now())
    assert times[1] - times[0] < 0.4
    assert 0.4 < times[2] - times[1] < 0.9
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(moments), 0.7)
