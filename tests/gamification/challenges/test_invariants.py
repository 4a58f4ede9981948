"""Every invariant notices the damage that it is there for."""

from __future__ import annotations

import pytest

from gamification.challenges.invariants import INVARIANTS
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.arena import COMMUNITY, TEAM, Arena, goal

pytestmark = pytest.mark.unreplayed("rows are damaged here")

DAMAGE = {
    "places taken": "UPDATE challenge SET participants = participants + 1",
    "are counted": "UPDATE challenge SET completed = completed + 1",
    "What a community": "UPDATE challenge_participation SET progress[1] = progress[1] + 1",
    "as large as it says": "UPDATE challenge_team SET size = size + 1",
    "has its captain": "UPDATE challenge_team SET captain_id = gen_random_uuid()",
    "is in a team": "UPDATE challenge_participation SET team_id = NULL",
    "all of them had reached": "UPDATE challenge_team SET reached_at = NULL",
    "left by one": "DELETE FROM activity WHERE type = 'challenge.joined'",
    "was told so": "DELETE FROM activity WHERE type = 'challenge.completed'",
    "Results are given once": "UPDATE challenge_participation SET ended = NOT ended",
    "to the point": "UPDATE points_entry SET available = 101, programme = -101",
    "may be taken back": "INSERT INTO points_award (member_id, entry_number, points, taken_back,"
    " expires_at, confirmed) SELECT member_id, award_entry, 100, 1, 'infinity', true"
    " FROM challenge_participation WHERE award_entry IS NOT NULL",
}


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> Arena:
    """One challenge of each kind, each completed by somebody; nobody audits it afterwards."""
    shop = Arena(platform, programmes)
    await shop.challenge("alone", goal(target=1), revocable=True)
    await shop.challenge("team", goal(target=1), mode=TEAM)
    await shop.challenge("all", goal(target=1), mode=COMMUNITY)
    await shop.take_part("C-1", "alone")
    await shop.make_team("C-1", "team")
    await shop.take_part("C-1", "all")
    await shop.tell(shop.paid("A-1", "1"))
    await shop.tend()
    return shop


@pytest.mark.parametrize("words", DAMAGE)
async def test_damage_is_noticed(shop: Arena, words: str) -> None:
    assert await shop.broken() == {}
    async with shop.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(DAMAGE[words])
    assert any(words in name for name in await shop.broken())


def test_every_invariant_is_tried() -> None:
    assert len(DAMAGE) == len(INVARIANTS)
