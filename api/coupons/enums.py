"""Enums of coupons as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.coupons import CouponState, DiscountKind

described(
    DiscountKind,
    description="What a coupon does for an order.",
    values={
        DiscountKind.FIXED: "Takes an amount off, often from a minimum spend on (满减).",
        DiscountKind.PERCENT: "Takes a percentage off: 20 is 八折.",
        DiscountKind.GIFT: "Adds a gift; nothing is taken off.",
        DiscountKind.FREE_SHIPPING: "Waives the shipping; nothing is taken off the total.",
    },
)
described(
    CouponState,
    description="Whether a coupon can be used now.",
    values={
        CouponState.USABLE: "It can be used for one order.",
        CouponState.USED: "It is used for an order.",
        CouponState.EXPIRED: "Its term ended before it was used.",
        CouponState.VOID: "It was taken back, for one because the order that earned it went back.",
    },
)

__all__ = ["CouponState", "DiscountKind"]
