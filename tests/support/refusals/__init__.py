"""Every refusal of points, rewards, coupons, tiers, memberships and posts, case by case."""

from tests.support.refusals import (
    coupons,
    deals,
    memberships,
    merging,
    moderation,
    points,
    posts,
    reports,
    rewards,
    tiers,
)
from tests.support.refusals.scene import CASES, Case, Scene

__all__ = [
    "CASES",
    "Case",
    "Scene",
    "coupons",
    "deals",
    "memberships",
    "merging",
    "moderation",
    "points",
    "posts",
    "reports",
    "rewards",
    "tiers",
]
