"""Enums of notifications."""

from __future__ import annotations

from api.enums import described
from domain.notifications import NotificationKind

described(
    NotificationKind,
    description="What a notification is about.",
    values={
        NotificationKind.POINTS: "Points that need attention.",
        NotificationKind.TIER: "The tier or the paid membership that a member holds.",
        NotificationKind.BADGE: "A badge that was awarded, or changed.",
        NotificationKind.CHALLENGE: "A challenge, or a streak.",
        NotificationKind.LEADERBOARD: "A place on a board.",
        NotificationKind.COMMUNITY: "What others did with the member's posts and comments.",
        NotificationKind.MODERATION: "A decision about a post or comment, or the member.",
        NotificationKind.REFERRAL: "An invitation.",
        NotificationKind.DEAL: "A group buy or bargain.",
        NotificationKind.REWARD: "A coupon, or a reward that was redeemed.",
    },
)

__all__ = ["NotificationKind"]
