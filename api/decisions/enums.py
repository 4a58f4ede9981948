"""Enums of decisions as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from community.moderation.decisions.appeals import AppealState
from domain.moderation.subjects import Action as ModerationAction

described(
    ModerationAction,
    name="ModerationAction",
    description="What moderators decide.",
    values={
        ModerationAction.APPROVE: "Publishes what waits, or leaves what is published.",
        ModerationAction.REJECT: "Refuses what waits for its review.",
        ModerationAction.REMOVE: "Takes down what is published.",
        ModerationAction.RESTORE: "Publishes what was removed or rejected.",
        ModerationAction.WARN: "Gives the author a strike; what waits is rejected.",
        ModerationAction.SUSPEND: "Suspends the author; what waits is rejected.",
        ModerationAction.FEATURE: "Publishes a post, and the shop shows it off.",
    },
)
described(
    AppealState,
    description="How an appeal stands.",
    values={
        AppealState.OPEN: "Waits for somebody else to decide.",
        AppealState.UPHELD: "The first decision stands.",
        AppealState.OVERTURNED: "The first decision was taken back.",
    },
)

__all__ = ["AppealState", "ModerationAction"]
