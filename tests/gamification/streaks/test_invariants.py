"""Every invariant notices the damage that it is there for."""

from __future__ import annotations

import pytest

from gamification.programme.current import Programmes
from gamification.streaks.invariants import INVARIANTS
from infra.platform import Platform
from tests.gamification.streaks.conftest import StreakShop, faults

pytestmark = pytest.mark.unreplayed("rows are damaged here")

DAMAGE = {
    "is in the activity log": "UPDATE check_in SET activity_id = gen_random_uuid()",
    "counts for its day": 'UPDATE activity SET attributes = \'{"day": "2020-01-01"}\''
    " WHERE type = 'day.checked_in'",
    "that the ledger has": "UPDATE check_in SET points = points + 1",
    "ends with their last day": "DELETE FROM streak",
    "Every repair": "DELETE FROM activity WHERE type = 'streak.repaired'",
}
AGAIN = {
    "longer": "UPDATE streak SET longest = longest + 1",
    "with another freeze": "UPDATE streak SET freezes = freezes + 1",
    "anew": "UPDATE streak SET current = 1",
}


@pytest.fixture
async def worn(platform: Platform, programmes: Programmes) -> StreakShop:
    """With a member who checked in twice, and had a day put right between."""
    shop = StreakShop(platform, programmes)
    await shop.rule("checkin", "5", trigger="day.checked_in")
    await shop.check_in()
    await shop.let_pass(days=2)
    await shop.check_in()
    await shop.repair(await shop.ago(1))
    return shop


async def damage(shop: StreakShop, statement: str) -> None:
    async with shop.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(statement)


@pytest.mark.parametrize("words", DAMAGE)
async def test_damage_is_noticed(worn: StreakShop, words: str) -> None:
    assert await faults(worn) == {}
    await damage(worn, DAMAGE[words])
    assert any(words in name for name in await faults(worn))


@pytest.mark.parametrize("way", AGAIN)
async def test_a_streak_that_its_days_do_not_make_is_noticed(worn: StreakShop, way: str) -> None:
    await damage(worn, AGAIN[way])
    assert "differing" in await faults(worn)


def test_every_invariant_is_tried() -> None:
    assert len(DAMAGE) == len(INVARIANTS)
