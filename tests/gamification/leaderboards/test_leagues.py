"""Leagues over weeks: cohorts by divisions, and who rises and falls."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.boards import Period
from domain.boards.leagues import League
from gamification.leaderboards import cohorts, leagues, scoring
from gamification.leaderboards.closing import close_next
from gamification.leaderboards.cohorts import Cohort
from gamification.leaderboards.store import StandingState
from infra import activity_log
from tests.support.shop import WAITS

Shop = Any
MEMBERS = [UUID(int=n) for n in range(1, 8)]
LEAGUE = League(cohort_size=3, promoted=1, demoted=1, divisions=3)
WEEK = timedelta(weeks=1)


@pytest.fixture
async def board(shop: Shop) -> Any:  # noqa: ANN401
    return await shop.board(period=Period.WEEK, grace_hours=0, league=LEAGUE)


async def score(shop: Shop, board: Any, scores: dict[int, int]) -> datetime:  # noqa: ANN401
    """Members score one after another, as they are given; the start of the week."""
    now = await shop.platform.clock.now()
    start = now
    for member, amount in scores.items():
        count = shop.count(board, str(amount), member=MEMBERS[member - 1], at=now)
        async with shop.platform.database.transaction() as tx:
            states: list[StandingState] = await scoring.add(
                tx, [board], [count], zone=shop.zone, now=now
            )
            await leagues.enqueue(tx, [board], states)
        start = states[0].season_starts_at
    return start


async def place(shop: Shop) -> None:
    while await leagues.place_next(shop.platform):
        pass


async def end_week(shop: Shop) -> None:
    """Also applies the places that were told: the next season waits for them."""
    now = await shop.platform.clock.advance(WEEK)
    while await close_next(shop.platform):
        pass
    rows = await shop.platform.database.fetch(f"SELECT id FROM activity a WHERE {WAITS}")  # noqa: S608
    await activity_log.mark_applied(shop.platform.database, [row["id"] for row in rows], now)


async def cohort(shop: Shop, board: Any, start: datetime, member: int) -> Cohort | None:  # noqa: ANN401
    key = (MEMBERS[member - 1], board.id, start)
    return (await cohorts.cohorts(shop.platform.database, [key]))[0]


def members(found: Cohort | None) -> list[int]:
    return [] if found is None else [entry.member_id.int for entry in found.entries]


async def divisions(shop: Shop) -> dict[int, int]:
    rows = await shop.platform.database.fetch("SELECT member_id, division FROM league_member")
    return {row["member_id"].int: row["division"] for row in rows}


async def test_cohorts_are_filled_in_the_order_of_first_scores(shop: Shop, board: Any) -> None:  # noqa: ANN401
    start = await score(shop, board, {5: 10, 1: 20, 2: 5, 3: 1, 4: 2})
    await place(shop)
    assert members(await cohort(shop, board, start, 2)) == [1, 5, 2]
    assert members(await cohort(shop, board, start, 3)) == [4, 3]


async def test_the_first_rise_and_the_last_fall_but_not_out_of_the_lowest(
    shop: Shop,
    board: Any,  # noqa: ANN401
) -> None:
    await score(shop, board, {1: 30, 2: 20, 3: 10})
    await place(shop)
    await end_week(shop)
    assert await divisions(shop) == {1: 2, 2: 1, 3: 1}
    await score(shop, board, {1: 1, 2: 20, 3: 10})
    await place(shop)
    await end_week(shop)
    assert await divisions(shop) == {1: 3, 2: 2, 3: 1}, "alone at the top of a division one rises"


async def test_a_full_cohort_lets_its_last_fall(shop: Shop, board: Any) -> None:  # noqa: ANN401
    await shop.platform.database.execute(
        "INSERT INTO league_member SELECT unnest($1::uuid[]), $2, 2", MEMBERS[:3], board.id
    )
    await score(shop, board, {1: 30, 2: 20, 3: 10})
    await place(shop)
    await end_week(shop)
    assert await divisions(shop) == {1: 3, 2: 2, 3: 1}


@pytest.mark.unreplayed("scores are written without activities")
async def test_nobody_is_placed_before_the_week_before_is_decided(shop: Shop, board: Any) -> None:  # noqa: ANN401
    await score(shop, board, {1: 30, 2: 20, 3: 10})
    await place(shop)
    await shop.platform.clock.advance(WEEK)
    start = await score(shop, board, {1: 1, 2: 1})
    await place(shop)
    assert await cohort(shop, board, start, 1) is None
    while await close_next(shop.platform):
        pass
    await place(shop)
    found = await cohort(shop, board, start, 1)
    assert (found and found.division, members(found)) == (2, [1])


async def test_seasons_from_before_the_board_are_nobodys_league(shop: Shop, board: Any) -> None:  # noqa: ANN401
    old = datetime(2020, 1, 1, tzinfo=UTC)
    async with shop.platform.database.transaction() as tx:
        now = await shop.platform.clock.now(tx)
        counts = [shop.count(board, "1", member=MEMBERS[0], at=old)]
        states = await scoring.add(tx, [board], counts, zone=shop.zone, now=now)
        await leagues.enqueue(tx, [board], states)
    assert await leagues.place_next(shop.platform) == 0


@pytest.mark.unreplayed("scores are written without activities")
async def test_who_is_not_shown_stays_in_their_division(shop: Shop, board: Any) -> None:  # noqa: ANN401
    await score(shop, board, {1: 30, 2: 20, 3: 10})
    await place(shop)
    await shop.platform.database.execute(
        "UPDATE standing SET hidden = true, version = nextval('standing_version')"
        " WHERE member_id = $1",
        MEMBERS[0],
    )
    await end_week(shop)
    assert await divisions(shop) == {1: 1, 2: 2, 3: 1}
