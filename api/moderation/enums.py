"""Enums of the queue as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from community.moderation.queue.store import Phase as ReviewState
from domain.moderation.subjects import Origin as ReviewOrigin
from domain.moderation.subjects import ReportReason

described(
    ReviewState,
    name="ReviewState",
    description="Where an item of the queue stands.",
    values={
        ReviewState.OPEN: "Waits; nobody holds it.",
        ReviewState.CLAIMED: "Somebody holds it for ten minutes.",
        ReviewState.DECIDED: "Is decided.",
    },
)
described(
    ReviewOrigin,
    name="ReviewOrigin",
    description="What brought an item into the queue: the strongest, where there is more than one.",
    values={
        ReviewOrigin.NEW_AUTHOR: "Its author is new.",
        ReviewOrigin.AUTOMATIC: "Something in it was noticed.",
        ReviewOrigin.REPORT: "Members reported it.",
        ReviewOrigin.APPEAL: "Its author appeals against a decision.",
        ReviewOrigin.SAMPLE: "It was drawn at random.",
    },
)
described(
    ReportReason,
    description="Why a member reports something.",
    values={
        ReportReason.SPAM: "Advertising, or the same again and again.",
        ReportReason.ABUSE: "Insults or threatens somebody.",
        ReportReason.ILLEGAL: "Against the law.",
        ReportReason.NUDITY: "Sexual, or shows nakedness.",
        ReportReason.COUNTERFEIT: "Shows or offers what is not genuine.",
        ReportReason.PRIVACY: "Shows what somebody wants to keep private.",
        ReportReason.OFF_TOPIC: "Has nothing to do with the products.",
        ReportReason.OTHER: "Anything else.",
    },
)

__all__ = ["ReportReason", "ReviewOrigin", "ReviewState"]
