"""Standings in PostgreSQL: what counts add up to, and in which season."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.boards import Period
from gamification.leaderboards import ranking, scoring, store

Shop = Any
INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)


async def test_counts_add_up_and_the_latest_activity_reaches(shop: Shop) -> None:
    spent, member, later = await shop.board(), uuid4(), shop.noon + INSTANT
    early = shop.count(spent, "1.4", member=member)
    await shop.add([spent], shop.count(spent, "1.5", member=member, at=later), early)
    (state,) = await shop.add([spent], shop.count(spent, "0.2", member=member))
    assert (state.score, state.reached_at) == (3, later)


async def test_versions_rise_with_every_change(shop: Shop) -> None:
    spent, member = await shop.board(), uuid4()
    states = [await shop.add([spent], shop.count(spent, "1", member=member)) for _ in range(3)]
    versions = [state.version for (state,) in states]
    assert versions == sorted(set(versions))


async def test_a_count_of_zero_writes_nothing(shop: Shop) -> None:
    spent = await shop.board()
    assert await shop.add([spent], shop.count(spent, "0")) == []


async def test_a_count_goes_to_every_board_of_its_metric(shop: Shop) -> None:
    spent, daily = await shop.board(), await shop.board("daily", period=Period.DAY)
    states = await shop.add([spent, daily], shop.count(spent, "5"))
    midnight = datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert {(s.board_id, s.score) for s in states} == {(spent.id, 5), (daily.id, 5)}
    assert midnight in {s.season_starts_at for s in states}


async def test_a_refund_goes_to_the_season_of_its_order(shop: Shop) -> None:
    daily, member, later = await shop.board(period=Period.DAY), uuid4(), shop.noon + 2 * DAY
    await shop.add([daily], shop.count(daily, "5", member=member))
    refund = shop.count(daily, "-3", member=member, occurred_at=later)
    (state,) = await shop.add([daily], refund)
    assert (state.score, state.reached_at) == (2, later)


async def test_activities_outside_the_boards_dates_do_not_count(shop: Shop) -> None:
    spent = await shop.board(starts_at=shop.noon, ends_at=shop.noon + DAY)
    moments = (shop.noon - INSTANT, shop.noon, shop.noon + DAY)
    counts = [shop.count(spent, "5", at=at) for at in moments]
    states = await shop.add([spent], *counts)
    assert [state.member_id for state in states] == [counts[1].member_id]


async def test_a_season_is_on_record_once_scored(shop: Shop) -> None:
    daily = await shop.board(period=Period.DAY)
    for day in (0, 0, 1):
        await shop.add([daily], shop.count(daily, "5", at=shop.noon + day * DAY))
    wanted = [(daily.id, shop.noon + 9 * DAY), (uuid4(), shop.noon), (daily.id, shop.noon)]
    found = await store.seasons_before(shop.platform.database, wanted, limit=9)
    assert [[season.starts_at.day for season in each] for each in found] == [[4, 3], [], [3]]


@pytest.mark.parametrize(
    ("value", "score"), [("0.5", 0), ("0", -1), ("-4", -1), ("1.9", 1), ("1e17", 2**53 - 1)]
)
async def test_the_score_is_the_value_as_shown(shop: Shop, value: str, score: int) -> None:
    spent, member = await shop.board(), uuid4()
    await shop.add([spent], shop.count(spent, "7", member=member))
    rest = str(Decimal(value) - 7)
    (state,) = await shop.add([spent], shop.count(spent, rest, member=member))
    assert state.score == score


async def test_whoever_has_nothing_left_is_not_ranked(shop: Shop) -> None:
    spent, member = await shop.board(), uuid4()
    await shop.add([spent], shop.count(spent, "5", member=member))
    (state,) = await shop.add([spent], shop.count(spent, "-5", member=member))
    assert await ranking.size(shop.platform.database, spent.id, state.season_starts_at) == 0


async def test_a_version_drawn_before_waiting_is_not_used(shop: Shop) -> None:
    spent, go = await shop.board(), asyncio.Event()
    count = shop.count(spent, "1")

    async def add_meanwhile() -> list[store.StandingState]:
        await go.wait()
        states: list[store.StandingState] = await shop.add([spent], count)
        return states

    meanwhile = asyncio.create_task(add_meanwhile())
    async with shop.platform.database.transaction() as tx:
        await scoring.add(tx, [spent], [count], zone=shop.zone, now=shop.noon)
        go.set()
        await asyncio.sleep(0.2)  # until it waits for the row
        (held,) = await scoring.add(tx, [spent], [count], zone=shop.zone, now=shop.noon)
    (state,) = await meanwhile
    assert (state.score, state.version > held.version) == (3, True)
