"""What `laurels verify` says of leagues and of cells, when they are right and when they are not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.boards import Period
from domain.boards.leagues import League
from domain.metrics import Count, Measure, MetricDefinition
from gamification.leaderboards import league_invariants, leagues, scoring
from gamification.leaderboards.closing import close_next
from infra import activity_log
from tests.support.shop import WAITS

Shop = Any
LEAGUE = League(cohort_size=4, promoted=2, demoted=1, divisions=3)
MEMBERS = [UUID(int=n) for n in range(1, 12)]
FULL, MOVED, DIVISION, VALUES, DAYS = (one.name for one in league_invariants.INVARIANTS)

GONE = "DELETE FROM league_place WHERE queue = (SELECT min(queue) FROM league_place)"
OTHER_COHORT = """UPDATE league_place SET cohort = cohort + 1
WHERE queue = (SELECT min(queue) FROM league_place)"""

pytestmark = pytest.mark.unreplayed("scores are written without activities")


async def told(shop: Shop) -> list[str]:
    sql = shop.platform.database
    return [one.name for one in league_invariants.INVARIANTS if await sql.fetch(one.violations)]


async def play(shop: Shop, board: Any, seed: int, changed: League) -> None:  # noqa: ANN401
    """A week in which most members score, some lose it all again, and some are hidden.

    In the middle of it the rules are changed.
    """
    draw = random.Random(seed)  # noqa: S311 - repeatable
    sql = shop.platform.database
    now = await shop.platform.clock.now()
    for number, member in enumerate(draw.sample(MEMBERS, 9)):
        if number == 5:
            while await leagues.place_next(shop.platform):
                pass
            await shop.board(period=Period.WEEK, grace_hours=0, league=changed)
        amounts = [str(draw.randrange(1, 5)), draw.choice(["0", "1", "-9"])]
        for amount in amounts:
            count = shop.count(board, amount, member=member, at=now)
            async with sql.transaction() as tx:
                states = await scoring.add(tx, [board], [count], zone=shop.zone, now=now)
                await leagues.enqueue(tx, [board], states)
        if draw.random() < 0.5:
            while await leagues.place_next(shop.platform):
                pass
    while await leagues.place_next(shop.platform):
        pass
    await sql.execute(
        "UPDATE standing SET hidden = true FROM leaderboard_season x WHERE member_id = $1"
        " AND x.starts_at = season_starts_at AND x.frozen_at IS NULL",
        draw.choice(MEMBERS),
    )
    ended = await shop.platform.clock.advance(timedelta(weeks=1))
    while await close_next(shop.platform):
        pass
    rows = await sql.fetch(f"SELECT id FROM activity a WHERE {WAITS}")  # noqa: S608
    await activity_log.mark_applied(sql, [row["id"] for row in rows], ended)


async def three_weeks(shop: Shop, seed: int) -> None:
    board = await shop.board(period=Period.WEEK, grace_hours=0, league=LEAGUE)
    for week in range(3):
        rules = replace(LEAGUE, cohort_size=3 + 2 * week, promoted=1)
        await play(shop, board, seed * 3 + week, rules)


@pytest.mark.parametrize("seed", range(4))
async def test_weeks_of_a_league_break_nothing(shop: Shop, seed: int) -> None:
    await three_weeks(shop, seed)
    assert await shop.platform.database.fetchval("SELECT max(division) FROM league_member") > 1
    assert await told(shop) == []


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (OTHER_COHORT, [FULL]),
        (GONE, [FULL]),
        ("UPDATE league_division SET placed = placed + 1", [FULL]),
        ("UPDATE league_place SET became = became + 1 WHERE became < 3", [MOVED, DIVISION]),
        ("UPDATE league_member SET division = division % 3 + 1", [DIVISION]),
    ],
)
async def test_damage_of_a_league_is_found(shop: Shop, damage: str, broken: list[str]) -> None:
    await three_weeks(shop, 1)
    await shop.platform.database.execute(damage)
    found = await told(shop)
    assert found
    assert set(found) & set(broken) == set(broken)


async def seen(shop: Shop, measure: Measure, *items: str) -> Any:  # noqa: ANN401
    """One count a day, of one thing each."""
    metric = MetricDefinition(
        ("order.paid",), None, measure, "channel" if measure is Measure.DISTINCT else None
    )
    board = await shop.board(measure.value.lower(), metric=metric)
    counts = [
        Count(
            board.metric_id, MEMBERS[0], Decimal(1), shop.noon + timedelta(days=n), shop.noon, item
        )
        for n, item in enumerate(items)
    ]
    await shop.add([board], *counts)
    return board


async def test_cells_that_agree_with_their_standings_break_nothing(shop: Shop) -> None:
    await seen(shop, Measure.DISTINCT, "a", "b", "a")
    await seen(shop, Measure.STREAK, "", "", "")
    assert await told(shop) == []


@pytest.mark.parametrize(
    ("measure", "broken"), [(Measure.DISTINCT, VALUES), (Measure.STREAK, DAYS)]
)
async def test_a_cell_that_is_gone_is_found(shop: Shop, measure: Measure, broken: str) -> None:
    await seen(shop, measure, *("abc" if measure is Measure.DISTINCT else ("", "", "")))
    sql = shop.platform.database
    middle = await sql.fetchval("SELECT cell FROM standing_cell ORDER BY cell OFFSET 1 LIMIT 1")
    await sql.execute("DELETE FROM standing_cell WHERE cell = $1", middle)
    assert await told(shop) == [broken]
