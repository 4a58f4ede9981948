"""Enums of rewards as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.rewards import RedemptionState, RewardKind

described(
    RewardKind,
    description="What a member gets.",
    values={
        RewardKind.COUPON: "A coupon for the shop's checkout, issued at once.",
        RewardKind.GIFT: "A thing that the shop hands over or sends.",
        RewardKind.BADGE: "A badge for the member's profile.",
        RewardKind.PRIVILEGE: "Something that the shop lets the member do.",
    },
)
described(
    RedemptionState,
    description="Where a redemption stands.",
    values={
        RedemptionState.CONFIRMED: "The points are spent; the shop owes the reward.",
        RedemptionState.FULFILLED: "The shop handed it over.",
        RedemptionState.CANCELLED: "Taken back; the points returned.",
    },
)

__all__ = ["RedemptionState", "RewardKind"]
