"""Enums of how members stand as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.moderation.standing import Step as StrikeStep
from domain.moderation.standing import Trust as TrustLevel

described(
    TrustLevel,
    name="TrustLevel",
    description="How far a member is trusted, the least first. It lapses: what is older than 180 "
    "days does not count.",
    values={
        TrustLevel.WATCHED: "Two strikes or more are in force.",
        TrustLevel.NEW: "Little is known, or a strike is in force.",
        TrustLevel.KNOWN: "A member for a week, with a few approved pieces.",
        TrustLevel.TRUSTED: "A member for a month, with many, and nothing decided against them.",
    },
)
described(
    StrikeStep,
    name="StrikeStep",
    description="What the strikes in force call for. Nobody is suspended by themselves: that is "
    "advice to whoever decides next.",
    values={
        StrikeStep.NONE: "There is none.",
        StrikeStep.WARNED: "One: trust is gone until it ends.",
        StrikeStep.REVIEWED: "Two: the member is watched.",
        StrikeStep.SUSPEND_7_DAYS: "Three: suspend for 7 days.",
        StrikeStep.SUSPEND_30_DAYS: "Four: suspend for 30 days.",
        StrikeStep.SUSPEND_LASTINGLY: "Five or more: suspend lastingly.",
    },
)

__all__ = ["StrikeStep", "TrustLevel"]
