"""What members are told of: which activities are news, and of what kind.

A notification is about one activity and has no words of its own: they are made when somebody reads
it, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.activity import Activity
from domain.values import value


class NotificationKind(StrEnum):
    """Source: `NotificationKind` of the contract."""

    POINTS = "POINTS"
    TIER = "TIER"
    BADGE = "BADGE"
    CHALLENGE = "CHALLENGE"
    LEADERBOARD = "LEADERBOARD"
    COMMUNITY = "COMMUNITY"
    MODERATION = "MODERATION"
    REFERRAL = "REFERRAL"
    DEAL = "DEAL"
    REWARD = "REWARD"


@value
class Topic:
    """How a type of activity is told.

    Where `newest_by` is given, of several that come at once and agree in these attributes only
    the newest is told: who rises by two tiers with one order reads of the higher one.
    Where `joined_by` is given, those that agree in these attributes join one notification for as
    long as it is fresh and unread: twelve who like a post make one, which names the newest.
    Where `only_with` is given, those without this attribute are no news.
    """

    kind: NotificationKind
    newest_by: tuple[str, ...] | None = None
    joined_by: tuple[str, ...] | None = None
    only_with: str | None = None


_DECISION: Final = Topic(NotificationKind.MODERATION, only_with="outcome")
_REPORT: Final = Topic(NotificationKind.MODERATION)
_LIKES: Final = Topic(NotificationKind.COMMUNITY, joined_by=("postId", "commentId"))


TOPICS: Final[Mapping[str, Topic]] = {
    "points.expiry_announced": Topic(NotificationKind.POINTS, ()),
    "streak.repaired": Topic(NotificationKind.CHALLENGE),
    "tier.reached": Topic(NotificationKind.TIER, ()),
    "tier.loss_announced": Topic(NotificationKind.TIER, ()),
    "membership.renewal_announced": Topic(NotificationKind.TIER, ("membershipId",)),
    "membership.payment_missed": Topic(NotificationKind.TIER, ("membershipId",)),
    "membership.ended": Topic(NotificationKind.TIER),
    "badge.awarded": Topic(NotificationKind.BADGE, ("badge",)),
    "badge.revoked": Topic(NotificationKind.BADGE, ("badge",)),
    "challenge.milestone_reached": Topic(NotificationKind.CHALLENGE, ("challenge",)),
    "challenge.completed": Topic(NotificationKind.CHALLENGE),
    "challenge.ended": Topic(NotificationKind.CHALLENGE),
    "season.placed": Topic(NotificationKind.LEADERBOARD),
    "coupon.given": Topic(NotificationKind.REWARD),
    "reward.fulfilled": Topic(NotificationKind.REWARD),
    "like.received": _LIKES,
    "like.discounted": _LIKES,
    "comment.received": Topic(NotificationKind.COMMUNITY),
    "member.followed": Topic(NotificationKind.COMMUNITY, joined_by=()),
    "post.featured": Topic(NotificationKind.COMMUNITY),
    "deal.succeeded": Topic(NotificationKind.DEAL),
    "deal.failed": Topic(NotificationKind.DEAL),
    "referral.registered": Topic(NotificationKind.REFERRAL),
    "referral.qualified": Topic(NotificationKind.REFERRAL),
    "referral.rewarded": Topic(NotificationKind.REFERRAL),
    "referral.refused": Topic(NotificationKind.REFERRAL),
    "moderation.decided": _DECISION,
    "moderation.undone": _DECISION,
    "report.upheld": _REPORT,
    "report.dismissed": _REPORT,
    "report.overturned": _REPORT,
    "report.reopened": _REPORT,
    "suspension.lifted": Topic(NotificationKind.MODERATION),
}
"""By type of activity. Types are added, none is ever taken away: what was told stays."""

FRESH: Final = timedelta(days=30)
"""What happened longer ago than that, or was told of longer ago, is history and no news."""


JOINED_FOR: Final = timedelta(days=1)
"""So long after it was made, others join a notification that is not read yet."""


def group_of(activity: Activity) -> str | None:
    """What is equal for activities that join one notification; None for one of its own."""
    by = TOPICS[activity.type].joined_by
    if by is None:
        return None
    noun = activity.type.partition(".")[0]
    return ":".join((noun, *(str(activity.attributes.get(name, "")) for name in by)))


def news(activities: Iterable[Activity], now: datetime) -> list[Activity]:
    """Those of the activities that members are told of, in their order."""
    told: dict[tuple[object, ...], Activity] = {}
    for activity in activities:
        topic = TOPICS.get(activity.type)
        if topic is not None and _is_news(activity, topic) and _is_fresh(activity, now):
            name = _name(activity, topic)
            told.pop(name, None)
            told[name] = activity
    return list(told.values())


def _is_news(activity: Activity, topic: Topic) -> bool:
    return topic.only_with is None or topic.only_with in activity.attributes


def _is_fresh(activity: Activity, now: datetime) -> bool:
    return (
        activity.received_at - activity.occurred_at <= FRESH and now - activity.received_at <= FRESH
    )


def _name(activity: Activity, topic: Topic) -> tuple[object, ...]:
    """Equal for activities of which only the newest is told."""
    if topic.newest_by is None:
        return (activity.id,)
    about = (str(activity.attributes.get(name)) for name in topic.newest_by)
    return (activity.member_id, activity.type, *about)
