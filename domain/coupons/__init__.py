"""Coupons: what they are good for, and codes that cannot be guessed.

coupon  templates, coupons, and what becomes of them
codes   how codes are made and read
"""

from domain.coupons.coupon import (
    LONGEST_NAME,
    LONGEST_ORDER_REF,
    MOST_STOCK,
    Checkout,
    CouponSource,
    CouponState,
    CouponTemplate,
    DiscountKind,
    Grant,
    Origin,
    Supply,
    Terms,
    check_checkout,
    check_template,
    discount_of,
    state_at,
)

__all__ = [
    "LONGEST_NAME",
    "LONGEST_ORDER_REF",
    "MOST_STOCK",
    "Checkout",
    "CouponSource",
    "CouponState",
    "CouponTemplate",
    "DiscountKind",
    "Grant",
    "Origin",
    "Supply",
    "Terms",
    "check_checkout",
    "check_template",
    "discount_of",
    "state_at",
]
