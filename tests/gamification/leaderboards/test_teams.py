"""Boards of teams: what their members did together, in the order in which they did it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.boards import Board, BoardDraft, Entry, Period
from domain.boards.prizes import Prize
from domain.bundles import Bundle
from domain.errors import Conflict, Invalid, NotFound
from domain.metrics import Measure, Window
from gamification.challenges import designing
from gamification.leaderboards import archive, invariants, jobs, mirror, ranking, reading, service
from gamification.leaderboards.closing import close_next
from gamification.leaderboards.mirror import Keys
from gamification.programme import store as programme_store
from tests.support.arena import ORDERS, SPENT, TEAM, Arena, goal
from tests.support.shop import SHANGHAI


@pytest.fixture
def shop(platform: Any, programmes: Any) -> Arena:  # noqa: ANN401
    return Arena(platform, programmes)


async def board(shop: Arena, **more: Any) -> Board:  # noqa: ANN401
    draft: dict[str, Any] = {
        "name": "Teams",
        "unit": "CNY",
        "period": Period.SEASON,
        "metric": replace(SPENT, window=Window.ALL_TIME),
        "teams_of": "spring",
    }
    return await service.save(
        shop.platform,
        BoardDraft(key="teams", **(draft | more)),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )


async def two_teams(shop: Arena, **terms: Any) -> None:  # noqa: ANN401
    """C-1 and C-2 are red, C-3 is blue; nobody has reached anything."""
    await shop.challenge(
        "spring", goal(ORDERS, 90), goal(SPENT, 9_000, key="spent"), mode=TEAM, **terms
    )
    code = await shop.make_team("C-1", name="红队")
    await shop.join_team("C-2", code)
    await shop.make_team("C-3", name="蓝队")


async def top(shop: Arena, found: Board) -> list[Entry]:
    assert found.starts_at is not None
    return await reading.top(shop.platform, found.id, found.starts_at, first=10, offset=0)


async def scores(shop: Arena, found: Board) -> list[tuple[str, int]]:
    names = {(await shop.team_of(ref)).id: (await shop.team_of(ref)).name for ref in ("C-1", "C-3")}
    return [(names[entry.member_id], entry.score) for entry in await top(shop, found)]


async def wrong(shop: Arena) -> list[str]:
    sql = shop.platform.database
    found = [one.name for one in invariants.INVARIANTS if await sql.fetch(one.violations)]
    return found + [line async for line in invariants.differing_copies(shop.platform, SHANGHAI)]


async def test_a_team_has_the_sum_over_its_members(shop: Arena) -> None:
    await two_teams(shop)
    found = await board(shop)
    await jobs.keep_boards(shop.platform, SHANGHAI)
    await shop.tell(shop.paid("A", "20", "C-1"), shop.paid("B", "30.5", "C-3"))
    await shop.tell(shop.paid("C", "15.9", "C-2"))
    assert await scores(shop, found) == [("红队", 35), ("蓝队", 30)]
    assert await wrong(shop) == []


async def test_a_new_board_begins_with_what_there_is(shop: Arena) -> None:
    await two_teams(shop)
    await shop.tell(shop.paid("A", "20", "C-1"), shop.paid("B", "30", "C-3"))
    found = await board(shop)
    assert await scores(shop, found) == [("蓝队", 30), ("红队", 20)]
    assert await wrong(shop) == []


async def test_of_equal_teams_the_one_that_was_there_first_stands_before(shop: Arena) -> None:
    await two_teams(shop)
    found = await board(shop)
    early, late = (shop.now + timedelta(seconds=n) for n in (1, 2))
    await shop.let_pass(seconds=5)
    await shop.tell(shop.paid("A", "10", "C-1", at=early), shop.paid("B", "20", "C-3", at=late))
    await shop.tell(shop.paid("C", "10", "C-2", at=early))
    assert await scores(shop, found) == [("红队", 20), ("蓝队", 20)]
    assert [entry.reached_at for entry in await top(shop, found)] == [early, late]


async def test_what_is_given_back_and_who_leaves(shop: Arena) -> None:
    await two_teams(shop)
    found = await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"), shop.paid("B", "12", "C-2"))
    await shop.tell(shop.paid("C", "25", "C-3"))
    await shop.leave("C-2")
    assert await scores(shop, found) == [("红队", 32), ("蓝队", 25)]
    await shop.tell(shop.cancelled("B", "X", "C-2"))
    assert await scores(shop, found) == [("蓝队", 25), ("红队", 20)]
    assert await wrong(shop) == []


async def test_who_joins_brings_what_counts_from_the_start(shop: Arena) -> None:
    await two_teams(shop, count_from_start=True)
    found = await board(shop)
    await shop.join("C-4")
    await shop.tell(shop.paid("A", "50", "C-4"))
    assert await scores(shop, found) == []
    await shop.join_team("C-4", (await shop.team_of("C-3")).invite_code)
    assert await scores(shop, found) == [("蓝队", 50)]
    assert await wrong(shop) == []


async def test_the_copy_in_redis_may_be_lost(shop: Arena) -> None:
    await two_teams(shop)
    found = await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"), shop.paid("B", "30", "C-3"))
    assert found.starts_at is not None
    keys = Keys(found.id, found.starts_at)
    assert await mirror.top(shop.platform.redis, keys, first=9, offset=0) is None
    assert await scores(shop, found) == [("蓝队", 30), ("红队", 20)]
    await jobs.keep_boards(shop.platform, SHANGHAI)
    copied = await mirror.top(shop.platform.redis, keys, first=9, offset=0)
    truth = await ranking.top(shop.platform.database, found.id, found.starts_at, first=9, offset=0)
    assert copied == truth
    assert len(truth) == 2


async def test_its_season_is_that_of_the_challenge_and_closes_without_prizes(shop: Arena) -> None:
    await two_teams(shop)
    found = await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"))
    row = await shop.row()
    draft = replace(row.draft, terms=replace(row.terms, ends_at=row.terms.ends_at + timedelta(1)))
    await designing.save_challenge(
        shop.platform, shop.programmes.expressions, draft, changed=programme_store.bump
    )
    assert found.starts_at is not None
    key = (found.id, found.starts_at)
    await shop.let_pass(days=11, hours=20)
    while await close_next(shop.platform):
        pass
    assert await archive.sealed(shop.platform.database, [key]) == {}
    await shop.let_pass(hours=6)
    await shop.tend()
    while await close_next(shop.platform):
        pass
    assert (await archive.sealed(shop.platform.database, [key]))[key].size == 1
    assert await shop.count("activity WHERE type = 'season.placed'") == 0
    assert await scores(shop, found) == [("红队", 20)]
    assert await wrong(shop) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"period": Period.MONTH}, Invalid),
        ({"starts_at": datetime.fromisoformat("2026-01-01T00:00:00Z")}, Invalid),
        ({"prizes": (Prize(1, 1, Bundle(points=1)),)}, Invalid),
        ({"metric": replace(SPENT, window=Window.ALL_TIME, attribute="other")}, Invalid),
        ({"metric": replace(ORDERS, window=Window.ALL_TIME, measure=Measure.STREAK)}, Invalid),
        ({"teams_of": "nobody"}, NotFound),
        ({"grace_hours": 1}, Invalid),
    ],
)
async def test_what_could_not_be_ranked_is_refused(
    shop: Arena, changed: dict[str, Any], error: type[Exception]
) -> None:
    await two_teams(shop, late_hours=2)
    with pytest.raises(error):
        await board(shop, **changed)


async def test_a_board_with_standings_stays_one_of_teams(shop: Arena) -> None:
    await two_teams(shop)
    await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"))
    with pytest.raises(Conflict):
        await board(shop, teams_of=None, starts_at=shop.now, ends_at=shop.now + timedelta(days=1))


async def test_the_check_finds_a_standing_that_is_not_the_teams(shop: Arena) -> None:
    await two_teams(shop)
    await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"))
    sql = shop.platform.database
    await sql.execute("UPDATE standing SET value = $1", Decimal(21))
    assert len(await wrong(shop)) == 1
    await sql.execute("UPDATE standing SET value = $1", Decimal(20))


async def test_teams_of_another_challenge_stand_on_another_board(shop: Arena) -> None:
    await two_teams(shop)
    await shop.challenge("other", goal(ORDERS, 90), goal(SPENT, 9_000, key="spent"), mode=TEAM)
    await shop.make_team("C-1", "other", name="绿队")
    found = await board(shop)
    await shop.tell(shop.paid("A", "20", "C-1"))
    assert await scores(shop, found) == [("红队", 20)]
    assert await wrong(shop) == []
