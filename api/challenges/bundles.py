"""Bundles of rewards as clients see them."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from api.badges.types import Badge, badges_by_key
from api.coupons.types import CouponTemplate, templates_by_key
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.scalars import Long
from domain.bundles import Bundle


@strawberry.type(description="Points, a badge and a coupon, given together and once.")
class RewardBundle:
    bundle: strawberry.Private[Bundle]
    points: Long = strawberry.field(description="They never expire; 0 for none.")

    @classmethod
    def of(cls, bundle: Bundle) -> RewardBundle:
        return cls(bundle=bundle, points=bundle.points)

    @batch_field(description="The badge as it is now; null for none.")
    @staticmethod
    async def badge(bundles: Sequence[RewardBundle], info: Info) -> list[Badge | None]:
        keys = [one.bundle.badge or "" for one in bundles]
        return await info.context.load_many(badges_by_key, keys)

    @batch_field(description="The coupon template at its present version; null for none.")
    @staticmethod
    async def coupon(bundles: Sequence[RewardBundle], info: Info) -> list[CouponTemplate | None]:
        keys = [one.bundle.coupon or "" for one in bundles]
        return await info.context.load_many(templates_by_key, keys)

    @batch_field(description="What is in it, in a sentence of the reader's language.")
    @staticmethod
    async def description(bundles: Sequence[RewardBundle], info: Info) -> list[str]:
        context = info.context
        keys = [one.bundle.coupon or "" for one in bundles]
        coupons = await context.load_many(templates_by_key, keys)
        keys = [one.bundle.badge or "" for one in bundles]
        badges = await context.load_many(badges_by_key, keys)
        named = zip(bundles, coupons, badges, strict=True)
        return [_sentence(context, one.bundle, coupon, badge) for one, coupon, badge in named]


def _sentence(
    context: Context, bundle: Bundle, coupon: CouponTemplate | None, badge: Badge | None
) -> str:
    say = context.say
    parts = [say("bundle.points", points=bundle.points)] if bundle.points else []
    parts += [say("bundle.coupon", name=coupon.name)] if coupon else []
    parts += [say("bundle.badge", name=badge.name)] if badge else []
    return say("bundle.and").join(parts) or say("bundle.nothing")
