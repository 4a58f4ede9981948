"""Badges that members redeem: granted in the same moment, once, or when the programme has them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.errors import NotAllowed
from domain.rewards import RedemptionState, RewardKind
from gamification.programme.current import Programmes
from gamification.rewards.store import RewardRow
from infra.platform import Platform
from tests.gamification.badges.conftest import BadgeShop
from tests.support.dying import survive
from tests.support.reward_counter import RewardCounter

DONE = RedemptionState.FULFILLED


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[BadgeShop]:
    shop = BadgeShop(platform, programmes)
    yield shop
    assert await shop.broken() == {}


@pytest.fixture
async def counter(shop: BadgeShop) -> AsyncIterator[RewardCounter]:
    """One member, C-1, with 100 points."""
    made = RewardCounter(shop)
    await shop.tell(shop.report("store.visited", "V-1"))
    await made.enrol("C-1")
    yield made
    assert await made.broken() == {}


async def offer(counter: RewardCounter, key: str = "star") -> RewardRow:
    return await counter.offer(kind=RewardKind.BADGE, badge_key=key)


async def held(shop: BadgeShop) -> dict[str, int]:
    """The levels of the member's badges, by key."""
    rows = await shop.platform.database.fetch(
        "SELECT b.key, a.level FROM badge_award a JOIN badge b ON b.id = a.badge_id"
    )
    return {row["key"]: row["level"] for row in rows}


async def test_a_badge_is_granted_in_the_moment_in_which_it_is_redeemed(
    shop: BadgeShop, counter: RewardCounter
) -> None:
    await shop.badge("star", 10, 20)
    row = await offer(counter)
    made = await counter.redeem(row)
    assert (made.state, made.ended_by) == (DONE, await shop.member())
    assert await held(shop) == {"star": 1}
    assert await counter.stock(row) == (None, 1, 1, 0)


async def test_what_was_granted_is_not_cancelled(shop: BadgeShop, counter: RewardCounter) -> None:
    await shop.badge("star", 10)
    made = await counter.redeem(await offer(counter))
    with pytest.raises(NotAllowed):
        await counter.cancel(made)
    assert await shop.available() == 90


async def test_the_log_tells_of_the_badge_once(shop: BadgeShop, counter: RewardCounter) -> None:
    await shop.badge("star", 10)
    row = await offer(counter)
    first = await counter.redeem(row, key="same")
    assert await counter.redeem(row, key="same") == first
    await shop.consume()
    assert await shop.count("activity WHERE type = 'badge.awarded'") == 1


async def test_a_badge_to_come_is_owed_and_granted_when_it_is_handed_over(
    shop: BadgeShop, counter: RewardCounter
) -> None:
    made = await counter.redeem(await offer(counter))
    assert made.state is RedemptionState.CONFIRMED
    await shop.badge("star", 10)
    assert (await counter.fulfil(made)).state is DONE
    assert await counter.fulfil(await counter.redemption(made.id))
    assert await held(shop) == {"star": 1}


async def test_who_dies_while_it_is_granted_has_paid_and_has_it_or_neither(
    shop: BadgeShop, counter: RewardCounter
) -> None:
    await shop.badge("star", 10)
    row = await offer(counter)
    assert await survive(shop.platform.database, lambda: counter.redeem(row, key="same")) > 10
    assert (await held(shop), await shop.available()) == ({"star": 1}, 90)
