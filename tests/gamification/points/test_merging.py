"""Points never stay with a member who is merged into another."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from domain.errors import Conflict
from gamification.points import holds
from gamification.points import service as points
from gamification.points.holds import HoldDraft, HoldRow
from gamification.points.store import EntryRow
from gamification.rewards import redeeming
from gamification.rewards.redemptions import RedemptionRow
from infra.ids import new_id
from tests.support.locks import members_held, somebody_waits
from tests.support.merging import ANA, link, merge_before, sign_up
from tests.support.reward_counter import RewardCounter
from tests.support.shop import Shop

STAFF = UUID(int=9)


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """The shop has a customer C-1, with 100 points."""
    await shop.join("C-1")
    await shop.adjust(100)
    return await sign_up(shop)


async def correct(shop: Shop, member_id: UUID, amount: int, key: str = "k") -> EntryRow:
    return await points.adjust(
        shop.platform,
        shop.programmes,
        actor_id=STAFF,
        member_id=member_id,
        amount=amount,
        reason="by hand",
        key=key,
    )


async def hold(shop: Shop, member_id: UUID) -> HoldRow:
    draft = HoldDraft(member_id, 30, "A-1")
    return await holds.hold(shop.platform, shop.programmes, draft, actor_id=STAFF, key="k")


async def test_whoever_was_given_points_by_hand_is_merged_into_nobody(
    shop: Shop, ana: UUID
) -> None:
    await correct(shop, ana, 5)
    with pytest.raises(Conflict):
        await link(shop, ana)


async def test_nor_is_whoever_has_nothing_left_of_them(shop: Shop, ana: UUID) -> None:
    await correct(shop, ana, 5)
    await correct(shop, ana, -5, key="back")
    with pytest.raises(Conflict):
        await link(shop, ana)


async def test_what_joining_gave_keeps_nobody_from_it(shop: Shop, ana: UUID) -> None:
    await shop.rule("welcome", "50", trigger="member.joined")
    await shop.tell(shop.report("member.joined", "J-1", ANA))
    assert await shop.available(ANA) == 50
    assert await link(shop, ana) == await shop.member("C-1")


async def test_a_merge_and_a_correction_at_once_leave_nothing_behind(shop: Shop, ana: UUID) -> None:
    """Whichever gets the lock first: the merge is refused, or the points are the other's."""
    async with members_held(shop.platform):
        correcting = asyncio.create_task(correct(shop, ana, 5))
        await somebody_waits(shop.platform)
        linking = asyncio.create_task(link(shop, ana))
        await somebody_waits(shop.platform, 2)
    entry = await correcting
    if entry.member_id == ana:
        with pytest.raises(Conflict):
            await linking
    else:
        assert await linking == entry.member_id == await shop.member("C-1")
        assert await shop.available() == 105


async def test_a_correction_that_waits_for_a_merge_goes_to_the_member_that_stays(
    shop: Shop, ana: UUID
) -> None:
    stays, entry = await merge_before(shop, ana, correct(shop, ana, 5))
    assert (entry.member_id, await shop.available()) == (stays, 105)
    assert await correct(shop, ana, 5) == entry, "the same key, by the same name"


async def test_a_hold_that_waits_for_a_merge_is_the_one_of_the_member_that_stays(
    shop: Shop, ana: UUID
) -> None:
    stays, held = await merge_before(shop, ana, hold(shop, ana))
    assert (held.member_id, (await shop.balance()).held) == (stays, 30)


async def test_a_reward_asked_for_during_a_merge_is_for_the_member_that_stays(
    shop: Shop, ana: UUID
) -> None:
    counter = RewardCounter(shop)
    mug = (await counter.offer()).reward.id

    async def redeem() -> RedemptionRow:
        made = await redeeming.redeem(
            shop.platform, shop.programmes, member_id=ana, reward_id=mug, key=str(new_id())
        )
        return await counter.redemption(made)

    stays, made = await merge_before(shop, ana, redeem())
    assert (made.member_id, await shop.available()) == (stays, 90)
    assert await counter.broken() == {}
