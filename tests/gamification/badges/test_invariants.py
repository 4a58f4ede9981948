"""Every invariant of badges notices the damage that it is about."""

from __future__ import annotations

import pytest

from gamification.badges import invariants
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.gamification.badges.conftest import BadgeShop

pytestmark = pytest.mark.unreplayed("rows are damaged here")

DAMAGE = {
    "As many members hold a badge as are counted": "UPDATE badge_holders SET holders = holders + 1",
    "Every award was judged by a version of its badge": "UPDATE badge_award SET version = 9",
    "Only a level above what is kept ever ends": "UPDATE badge_award SET floor = level,"
    " kept_through = '2030-01-01'",
    "What brought a level is an activity of the member": "UPDATE badge_award"
    " SET activity_id = gen_random_uuid()",
    "A badge that was given is kept at its level": "INSERT INTO badge_grant"
    " SELECT member_id, badge_id, 'test', '1', 1, now() FROM badge_award",
    "Badges are measured by metrics that are kept for them": "DELETE FROM metric_reader",
}


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> BadgeShop:
    """Not audited afterwards: it is damaged."""
    shop = BadgeShop(platform, programmes)
    await shop.badge("regular", 1, 5)
    await shop.buy("10")
    await shop.tend()
    return shop


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage_is_noticed(shop: BadgeShop, name: str) -> None:
    assert await shop.broken() == {}
    await shop.platform.database.execute(DAMAGE[name])
    assert name in await shop.broken()


def test_every_invariant_has_its_damage() -> None:
    assert {one.name for one in invariants.INVARIANTS} == set(DAMAGE)


async def test_a_level_that_was_counted_and_is_not_held_is_found(shop: BadgeShop) -> None:
    assert await shop.misjudged() == []
    await shop.platform.database.execute("UPDATE badge_award SET level = 0, revoked_at = now()")
    assert len(await shop.misjudged()) == 1
