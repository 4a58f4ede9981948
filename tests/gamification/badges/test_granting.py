"""Badges that are given: kept whatever the metric says, once a reason, and taken back with it."""

from __future__ import annotations

from domain.badges import Gift
from gamification.badges import granting
from gamification.ledger import states
from tests.gamification.badges.conftest import BadgeShop


async def give(shop: BadgeShop, origin_id: str = "1", *, back: bool = False) -> None:
    """Gives the first level of the only badge to C-1, or takes it back."""
    member, bind = await shop.member(), shop.programmes.expressions.bind
    async with shop.platform.database.transaction() as tx:
        await states.lock(tx, [member])
        programme = await shop.programmes.current(tx)
        gift = Gift(member, next(iter(programme.badges.by_id)), 1, "reward", origin_id)
        now = await shop.platform.clock.now(tx)
        if back:
            await granting.take_back(tx, shop.platform, programme, bind, gift, now=now)
        else:
            await granting.grant(tx, shop.platform, programme, bind, [gift], now=now)


async def test_a_gift_is_kept_and_told_once(shop: BadgeShop) -> None:
    await shop.badge("regular", 2, revocable=True)
    await shop.buy("10")
    await give(shop)
    await give(shop)
    await shop.tell(shop.cancelled("C-1-0", "R-0"))
    assert await shop.levels() == {"regular": 1}
    assert len(await shop.told("badge.awarded")) == 1


async def test_what_was_given_goes_back_with_its_last_reason(shop: BadgeShop) -> None:
    await shop.badge("regular", 2)
    await shop.buy("10")
    await give(shop, "1")
    await give(shop, "2")
    await give(shop, "1", back=True)
    assert await shop.levels() == {"regular": 1}
    await give(shop, "2", back=True)
    assert await shop.levels() == {}
    assert await shop.told("badge.revoked") == [{"badge": "regular", "level": 0, "from": 1}]


async def test_what_was_earned_as_well_stays_when_a_gift_goes_back(shop: BadgeShop) -> None:
    await shop.badge("regular", 1, 2)
    await shop.buy("10", "10")
    await give(shop)
    await give(shop, back=True)
    assert await shop.levels() == {"regular": 2}


async def test_a_gift_that_was_never_given_goes_back_without_a_trace(shop: BadgeShop) -> None:
    await shop.badge("regular", 1)
    await shop.buy("10")
    await give(shop, back=True)
    assert await shop.levels() == {"regular": 1}
