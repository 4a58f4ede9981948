"""Teams and communities: sums over many, results for each."""

from __future__ import annotations

from typing import Any

import pytest

from domain.bundles import Bundle
from domain.challenges import Milestone
from domain.errors import AlreadyDone, Ended, LimitReached, NotAllowed, NotFound
from tests.support.arena import (
    COMMUNITY,
    COMPLETED,
    FAILED,
    JOINED,
    LEFT,
    SPENT,
    TEAM,
    Arena,
    goal,
)


async def team_of_three(shop: Arena, **more: Any) -> str:  # noqa: ANN401
    """C-1 leads, C-2 and C-3 are in; three orders together."""
    await shop.challenge("spring", goal(target=3), mode=TEAM, **more)
    code = await shop.make_team("C-1")
    for ref in ("C-2", "C-3"):
        await shop.join_team(ref, code)
    return code


async def test_a_team_adds_up_and_everybody_gets_the_whole(shop: Arena) -> None:
    await team_of_three(shop)
    await shop.tell(shop.paid("A-1", "1", "C-1"), shop.paid("A-2", "1", "C-1"))
    await shop.tell(shop.paid("A-3", "1", "C-2"))
    assert await shop.state("C-3") is COMPLETED
    await shop.tend()
    assert [await shop.available(ref) for ref in ("C-1", "C-2", "C-3")] == [100, 100, 100]
    assert [await shop.progress(ref) for ref in ("C-1", "C-2", "C-3")] == [[2], [1], [0]]


async def test_what_a_leaver_did_stays_with_the_team(shop: Arena) -> None:
    code = await team_of_three(shop)
    await shop.tell(shop.paid("A-1", "1", "C-2"), shop.paid("A-2", "1", "C-2"))
    await shop.leave("C-2")
    assert (await shop.team_of("C-1")).progress == (2,)
    await shop.tell(shop.paid("A-3", "1", "C-1"))
    await shop.tend()
    assert [await shop.available(ref) for ref in ("C-1", "C-2", "C-3")] == [100, 0, 100]
    with pytest.raises(Ended):
        await shop.join_team("C-2", code)


async def test_what_went_back_does_not_stay_whoever_left(shop: Arena) -> None:
    await team_of_three(shop)
    await shop.tell(shop.paid("A-1", "1", "C-2"))
    await shop.leave("C-2")
    await shop.tell(shop.cancelled("A-1", "X-1", "C-2"))
    assert (await shop.team_of("C-1")).progress == (0,)


async def test_the_captain_hands_over_when_they_leave(shop: Arena) -> None:
    await team_of_three(shop)
    await shop.leave("C-1")
    assert (await shop.team_of("C-2")).captain_id == await shop.member("C-2")
    assert await shop.state("C-1") is LEFT


async def test_nobody_joins_a_team_that_everybody_left(shop: Arena) -> None:
    await shop.challenge(mode=TEAM)
    code = await shop.make_team("C-1")
    await shop.leave("C-1")
    with pytest.raises(NotFound):
        await shop.join_team("C-2", code)


async def test_a_full_team_takes_nobody(shop: Arena) -> None:
    code = await team_of_three(shop)
    with pytest.raises(LimitReached):
        await shop.join_team("C-4", code)
    assert (await shop.row()).participants == 3


async def test_nobody_is_in_two_teams(shop: Arena) -> None:
    code = await team_of_three(shop)
    with pytest.raises(AlreadyDone):
        await shop.make_team("C-2", name="蓝队")
    with pytest.raises(AlreadyDone):
        await shop.join_team("C-2", code)


async def test_teams_are_for_team_challenges(shop: Arena) -> None:
    await shop.challenge("alone")
    await shop.challenge("team", mode=TEAM)
    with pytest.raises(NotAllowed):
        await shop.make_team("C-1", "alone")
    with pytest.raises(NotAllowed):
        await shop.take_part("C-1", "team")


async def test_a_milestone_pays_each_of_the_team_once(shop: Arena) -> None:
    await team_of_three(shop, milestones=(Milestone(50, Bundle(points=5)),))
    await shop.tell(shop.paid("A-1", "1", "C-1"), shop.paid("A-2", "1", "C-2"))
    await shop.tell(shop.cancelled("A-2", "X-1", "C-2"))
    await shop.tell(shop.paid("A-3", "1", "C-3"))
    await shop.tend()
    assert [await shop.available(ref) for ref in ("C-1", "C-2", "C-3")] == [5, 5, 5]


async def test_a_team_that_is_not_there_at_the_end_has_failed(shop: Arena) -> None:
    await team_of_three(shop)
    await shop.let_pass(days=10)
    assert await shop.state("C-2") is FAILED
    await shop.tend()
    results = [one["result"] for one in await shop.told("challenge.ended")]
    assert results == ["FAILED"] * 3


async def test_everybody_together_reaches_it_and_is_paid(shop: Arena) -> None:
    await shop.challenge("spring", goal(SPENT, 100, key="spent"), mode=COMMUNITY)
    for ref in ("C-1", "C-2", "C-3"):
        await shop.take_part(ref)
    await shop.tell(shop.paid("A-1", "60", "C-1"), shop.paid("A-2", "30.5", "C-2"))
    assert (await shop.row()).community == (90.5,)
    assert await shop.state("C-3") is JOINED
    await shop.tell(shop.paid("A-3", "9.5", "C-1"))
    assert await shop.state("C-3") is COMPLETED
    await shop.tend()
    await shop.tend()
    assert [await shop.available(ref) for ref in ("C-1", "C-2", "C-3")] == [100, 100, 100]
    assert (await shop.row()).completed == 3
    with pytest.raises(Ended):
        await shop.take_part("C-4")


async def test_a_community_that_fell_before_it_was_added_up_goes_on(shop: Arena) -> None:
    await shop.challenge("spring", goal(SPENT, 100, key="spent"), mode=COMMUNITY)
    await shop.take_part("C-1")
    await shop.tell(shop.paid("A-1", "100"))
    await shop.tell(shop.refunded("A-1", "R-1", "1"))
    await shop.tend()
    assert (await shop.state(), await shop.available()) == (JOINED, 0)


async def test_milestones_of_a_community_are_for_who_is_in(shop: Arena) -> None:
    steps = (Milestone(25, Bundle(points=5)), Milestone(50, Bundle(points=10)))
    await shop.challenge("spring", goal(target=4), mode=COMMUNITY, milestones=steps)
    await shop.take_part("C-1")
    await shop.tell(shop.paid("A-1", "1"))
    await shop.tend()
    await shop.take_part("C-2")
    await shop.tell(shop.paid("A-2", "1", "C-2"))
    await shop.tend()
    assert [await shop.available(ref) for ref in ("C-1", "C-2")] == [15, 10]


async def test_who_comes_back_counts_nothing_twice(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=9), mode=COMMUNITY, count_from_start=True)
    await shop.take_part("C-1")
    await shop.tell(shop.paid("A-1", "1"))
    await shop.leave("C-1")
    await shop.take_part("C-1")
    await shop.tell(shop.paid("A-2", "1"))
    assert ((await shop.row()).community, await shop.progress()) == ((2,), [1])
