"""Rewards that are taken back while their goals are not reached, and given back when they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.bundles import Bundle
from domain.challenges import Milestone
from domain.errors import Conflict, Invalid
from domain.ledger import DebtPolicy
from gamification.programme import service as programme
from gamification.programme import store as programme_store
from tests.support.arena import COMPLETED, FAILED, JOINED, TEAM, Arena, goal


async def completed(shop: Arena, **terms: Any) -> None:  # noqa: ANN401
    """C-1 has reached two orders, and has 100 points for them."""
    await shop.challenge("spring", goal(target=2), revocable=True, **terms)
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_a_refund_takes_the_reward_back(shop: Arena) -> None:
    await completed(shop)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert (await shop.state(), await shop.available()) == (JOINED, 0)
    assert (await shop.row()).completed == 0


async def test_reaching_it_again_gives_it_back_once(shop: Arena) -> None:
    await completed(shop)
    await shop.tell(shop.cancelled("A-1", "X-1"), shop.paid("A-3", "10"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)
    await shop.tell(shop.cancelled("A-2", "X-2"), shop.cancelled("A-3", "X-3"))
    await shop.tell(shop.paid("A-4", "10"), shop.paid("A-5", "10"), shop.paid("A-6", "10"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)
    assert len(await shop.told("challenge.completed")) == 1
    assert [one["time"] for one in await shop.told("challenge.restored")] == [1, 2]


async def test_more_than_enough_may_go_back(shop: Arena) -> None:
    await completed(shop)
    await shop.tell(shop.paid("A-3", "10"), shop.cancelled("A-1", "X-1"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_what_was_spent_is_not_given_twice(shop: Arena) -> None:
    """The programme lets go what is there and no more."""
    await completed(shop)
    await shop.adjust(-70)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert await shop.available() == 0
    await shop.tell(shop.paid("A-3", "10"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 30)


async def test_where_there_may_be_debt_all_is_taken(shop: Arena) -> None:
    await programme.save_settings(
        shop.platform, debt_policy=DebtPolicy.ALLOW_DEBT, changed=programme_store.bump
    )
    await completed(shop)
    await shop.adjust(-70)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert await shop.available() == -70
    await shop.tell(shop.paid("A-3", "10"))
    assert await shop.available() == 30


async def test_milestones_stay(shop: Arena) -> None:
    await completed_with_milestone(shop)
    await shop.tell(shop.cancelled("A-1", "X-1"), shop.cancelled("A-2", "X-2"))
    assert await shop.available() == 5


async def completed_with_milestone(shop: Arena) -> None:
    steps = (Milestone(50, Bundle(points=5)),)
    await shop.challenge("spring", goal(target=2), revocable=True, milestones=steps)
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    assert await shop.available() == 105


async def test_once_results_are_given_they_stay(shop: Arena) -> None:
    await completed(shop)
    await shop.let_pass(days=11)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    await shop.tend()
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_late_hours_are_time_for_refunds(shop: Arena) -> None:
    await completed(shop, late_hours=72)
    await shop.let_pass(days=11)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    await shop.let_pass(days=3)
    await shop.tend()
    assert (await shop.state(), await shop.available()) == (FAILED, 0)
    assert [one["result"] for one in await shop.told("challenge.ended")] == ["FAILED"]


@pytest.mark.unreplayed("a participation is damaged")
async def test_the_check_finds_a_reward_that_was_kept(shop: Arena) -> None:
    await completed(shop)
    sql = shop.platform.database
    kept = await sql.fetchval("SELECT debt_policy FROM programme")
    await sql.execute("UPDATE programme SET debt_policy = 'ALLOW_DEBT'")
    broken = "UPDATE challenge_participation SET state = '{}', completed_at = {}"
    await sql.execute(broken.format("JOINED", "NULL"))
    assert any("taken back" in name for name in await shop.broken())
    await sql.execute(broken.format("COMPLETED", "joined_at"))
    await sql.execute("UPDATE programme SET debt_policy = $1", kept)


@pytest.mark.parametrize(
    "terms",
    [
        {"mode": TEAM},
        {"reward": Bundle(badge="b")},
        {"reward": Bundle(points=1, coupon="c")},
        {"reward": Bundle()},
    ],
)
async def test_what_could_not_be_taken_back_is_refused(shop: Arena, terms: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await shop.challenge("spring", revocable=True, **terms)


async def test_a_challenge_that_has_started_does_not_become_revocable(shop: Arena) -> None:
    begins = shop.now - timedelta(hours=1)
    await shop.challenge("spring", starts_at=begins)
    with pytest.raises(Conflict):
        await shop.challenge("spring", starts_at=begins, revocable=True)
