"""Every invariant notices the damage that it is there for."""

from __future__ import annotations

import pytest

from gamification.memberships.invariants import INVARIANTS
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clubs import Club

pytestmark = pytest.mark.unreplayed("rows are damaged here")

DAMAGE = {
    "Nobody has two": "INSERT INTO membership SELECT (jsonb_populate_record(m,"
    " jsonb_build_object('id', gen_random_uuid(), 'ended', true))).* FROM membership m",
    "is paid until its last period": "UPDATE membership SET period = period + 1",
    "begins where the one before": "UPDATE membership_period SET starts_at = '2020-01-01Z'"
    " WHERE number = 2",
    "nobody tries the same plan": "UPDATE membership_period SET trial = true WHERE number = 2",
    "never outlast": "UPDATE membership SET perks_until = perks_until + interval '2 days'",
    "called ended before": "UPDATE membership SET ended = true",
    "is in the activity log": "DELETE FROM activity WHERE type = 'membership.renewed'",
    "by whoever held": "UPDATE membership_perk SET occurred_at = '2020-01-01Z'",
    "where the entry says so": "UPDATE points_entry SET steps = '[]'",
}


@pytest.fixture
async def club(platform: Platform, programmes: Programmes) -> Club:
    """With a member who paid twice, and earned more by it."""
    club = Club(platform, programmes)
    club.now = await platform.clock.now()
    await club.plan()
    await club.rule("base", "activity.attributes.total")
    await club.renew(await club.start())
    await club.let_pass(minutes=1)
    await club.tell(club.paid("A-1", "10"))
    return club


async def broken(club: Club) -> set[str]:
    found = {one.name: await club.platform.database.fetch(one.violations) for one in INVARIANTS}
    return {name for name, rows in found.items() if rows}


@pytest.mark.parametrize("words", DAMAGE)
async def test_damage_is_noticed(club: Club, words: str) -> None:
    assert await broken(club) == set()
    async with club.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(DAMAGE[words])
    assert any(words in name for name in await broken(club))


def test_every_invariant_is_tried() -> None:
    assert len(DAMAGE) == len(INVARIANTS)
