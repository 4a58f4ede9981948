"""Refusals of rewards and redemptions."""

from __future__ import annotations

from tests.support.refusals.scene import DAY, Input, Scene, case, of_redemption, wish


@case("reward.not_started", "NOT_STARTED", "redeemReward", "C-1")
async def a_sale_to_come(scene: Scene) -> Input:
    return await scene.redeem(starts_at=scene.club.now + DAY)


@case("reward.ended", "ENDED", "redeemReward", "C-1")
async def a_sale_that_is_over(scene: Scene) -> Input:
    return await scene.redeem(ends_at=scene.club.now)


@case("reward.out_of_stock", "OUT_OF_STOCK", "redeemReward", "C-1")
async def nothing_left(scene: Scene) -> Input:
    return await scene.redeem(stock=0)


@case("reward.out_of_stock", "OUT_OF_STOCK", "redeemReward", "C-1")
async def no_coupon_left(scene: Scene) -> Input:
    row = await scene.counter.offer_coupon(stock=1)
    await scene.counter.redeem(row, "C-2")
    return wish(row.reward.id)


@case("reward.not_enough", "INSUFFICIENT_POINTS", "redeemReward", "C-1")
async def too_dear(scene: Scene) -> Input:
    return await scene.redeem(cost=101)


@case("reward.tier", "NOT_ELIGIBLE", "redeemReward", "C-1")
async def for_a_higher_tier(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return await scene.redeem(minimum_tier="gold")


@case("reward.limit", "LIMIT_REACHED", "redeemReward", "C-1")
async def one_more_than_the_limit(scene: Scene) -> Input:
    row = await scene.counter.offer(per_member_limit=1)
    await scene.counter.redeem(row)
    return wish(row.reward.id)


@case("reward.tier_unknown", "INVALID", "saveReward")
async def for_an_unknown_tier(_scene: Scene) -> Input:
    return _reward(minimumTierKey="nobody")


@case("reward.coupon_key", "INVALID", "saveReward")
async def coupons_of_no_template(_scene: Scene) -> Input:
    return _reward(kind="COUPON")


@case("reward.badge_key", "INVALID", "saveReward")
async def a_badge_for_a_gift(_scene: Scene) -> Input:
    return _reward(badgeKey="star")


@case("reward.stock_taken", "INVALID", "saveReward")
async def fewer_than_were_taken(scene: Scene) -> Input:
    await scene.redeemed(stock=2)
    return _reward(stock=0)


@case("redemption.fulfilled", "NOT_ALLOWED", "cancelRedemption")
async def what_was_handed_over(scene: Scene) -> Input:
    made = await scene.redeemed()
    await scene.counter.fulfil(made)
    return of_redemption(made)


@case("redemption.coupon_used", "NOT_ALLOWED", "cancelRedemption")
async def what_was_used(scene: Scene) -> Input:
    made = await scene.counter.redeem(await scene.counter.offer_coupon())
    (coupon,) = await scene.coupons.of()
    await scene.counter.use_coupon(coupon.code)
    return of_redemption(made)


@case("redemption.cancelled", "CONFLICT", "fulfilRedemption")
async def what_was_cancelled(scene: Scene) -> Input:
    made = await scene.redeemed()
    await scene.counter.cancel(made)
    return of_redemption(made)


def _reward(**terms: object) -> Input:
    plain = {"key": "mug", "name": "Mug", "description": "", "kind": "GIFT", "cost": 10}
    return plain | terms
