"""A replay of the log comes to the same members, progress and rewards."""

from __future__ import annotations

from domain.bundles import Bundle
from domain.challenges import Milestone
from gamification.replay.checking import check
from tests.support.arena import COMMUNITY, SPENT, TEAM, Arena, goal


async def clean(shop: Arena, url: str) -> int:
    """How many activities came to the same again."""
    found = await check(shop.platform, url)
    assert [*found.differences, *found.refused, *found.left_out] == []
    return found.activities


async def test_solo_challenges_come_to_the_same(shop: Arena, database_url: str) -> None:
    steps = (Milestone(50, Bundle(points=5)),)
    await shop.challenge("spring", goal(target=2), milestones=steps, count_from_start=True)
    await shop.tell(shop.paid("A-1", "10"))
    await shop.take_part("C-1")
    await shop.take_part("C-2")
    await shop.leave("C-2")
    await shop.tell(shop.cancelled("A-1", "X-1"), shop.paid("A-2", "10"), shop.paid("A-3", "1"))
    await shop.let_pass(days=11)
    await shop.tend()
    assert await clean(shop, database_url) > 8
    assert await shop.available() == 105


async def test_challenges_with_others_come_to_the_same(shop: Arena, database_url: str) -> None:
    await shop.challenge("team", goal(target=2), mode=TEAM)
    await shop.challenge("all", goal(SPENT, 20), mode=COMMUNITY)
    code = await shop.make_team("C-1", "team")
    await shop.join_team("C-2", code)
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref, "all")
    await shop.tell(shop.paid("A-1", "10", "C-1"), shop.paid("A-2", "10", "C-2"))
    await shop.tend()
    assert await clean(shop, database_url) > 8
    assert [await shop.available(ref) for ref in ("C-1", "C-2")] == [200, 200]
