"""The words of a notification: made of its activity when it is read, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.decisions import receipts
from api.decisions.receipts import Say
from api.notifications.subjects import Named, section_of
from domain.activity import Activity
from domain.moderation.receipts import Outcome
from domain.referrals import REWARDED
from messaging.notifications.store import NotificationRow

_DAYS: Final = ("day", "keptThrough")
_ENDS: Final = {
    "points.expiry_announced": "expiresAt",
    "membership.renewal_announced": "paidUntil",
    "membership.payment_missed": "perksUntil",
}
"""Attributes with the first moment after the last day that is told."""

_LINKS: Final = {
    "points": "/points",
    "streak": "/check-in",
    "tier": "/tiers",
    "membership": "/membership",
    "badge": "/badges/{badge}",
    "challenge": "/challenges/{challenge}",
    "season": "/leaderboards/{board}",
    "coupon": "/coupons",
    "reward": "/redemptions",
    "like": "/posts/{postId}",
    "comment": "/posts/{postId}",
    "post": "/posts/{postId}",
    "member": "/members/{actorId}",
    "deal": "/deals/{dealId}",
    "referral": "/invite",
    "moderation": "/decisions/{decisionId}",
    "report": "/reports/{reportId}",
    "suspension": "/me",
}

_SHOWN: Final = frozenset({Outcome.PUBLISHED, Outcome.RESTORED, Outcome.OVERTURNED})
"""After which the post itself is to be looked at, and not what was decided."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification says of somebody else: their name, and what they wrote, if it is seen."""

    actor: str
    quoted: str | None = None


def words(say: Say, part: str, activity: Activity, named: Named | None, zone: ZoneInfo) -> str:
    """The `title` or the `body`. A thing that is gone is called by its key."""
    told: Mapping[str, Any] = activity.attributes
    section = section_of(activity)
    name = named.name if named else told.get("name") or (told[section] if section else "")
    params = {**told, "name": name}
    last = _last_day(activity, zone)
    if last is not None:
        spoken = receipts.spoken(say, last)
        params |= {"last": spoken, "day": spoken}
    return say(f"notification.{activity.type}.{part}", **params)


def community_words(say: Say, part: str, row: NotificationRow, told: Told) -> str:
    """As `words`, for what others did: who was the last of them, and how many there are."""
    activity, others = row.activity, row.told - 1
    key = f"notification.{_variant(activity)}.{part}"
    if part == "title" and others:
        key += "_two" if others == 1 else "_many"
    if part == "body" and told.quoted:
        return told.quoted
    return say(key, name=told.actor, others=others, all=row.told)


def decision_words(
    say: Say, part: str, activity: Activity, policy: str | None, zone: ZoneInfo
) -> str:
    """As `words`, for what was decided about the member, or what of it was taken back."""
    undone = {"outcome": "undone"} if activity.type == "moderation.undone" else {}
    return receipts.words(say, part, {**activity.attributes, **undone}, policy, zone)


def _variant(activity: Activity) -> str:
    """Which of the sentences about its type tells the activity."""
    of_comment = "commentId" in activity.attributes
    if activity.type.startswith("like."):
        return "like.of_comment" if of_comment else "like.of_post"
    if activity.type == "comment.received":
        return "comment.reply" if activity.attributes.get("reply") else "comment.received"
    if activity.type == REWARDED:
        return f"{activity.type}.{activity.attributes['side'].lower()}"
    return activity.type


def link_of(activity: Activity) -> str:
    """Where in the app to look: a path."""
    noun, told = activity.type.partition(".")[0], activity.attributes
    if noun == "moderation" and told["subjectKind"] == "POST" and told.get("outcome") in _SHOWN:
        return f"/posts/{told['subjectId']}"
    return _LINKS[noun].format(**told)


def _last_day(activity: Activity, zone: ZoneInfo) -> date | None:
    """The day that a notification speaks of, if it speaks of one."""
    for name in _DAYS:
        if name in activity.attributes:
            return date.fromisoformat(activity.attributes[name])
    ends = _ENDS.get(activity.type)
    return None if ends is None else receipts.last_day(activity.attributes[ends], zone)
