"""Enums of challenges as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.challenges import ChallengeMode, ChallengeState
from domain.challenges.participations import ParticipationState

described(
    ChallengeMode,
    description="Whose progress decides a challenge.",
    values={
        ChallengeMode.SOLO: "The member's own.",
        ChallengeMode.TEAM: "The team's: the sum over everybody who is or was in it.",
        ChallengeMode.COMMUNITY: "Everyone's together.",
    },
)
described(
    ChallengeState,
    description="Whether a challenge has begun, and whether it is over.",
    values={
        ChallengeState.UPCOMING: "It has not started.",
        ChallengeState.RUNNING: "It can be joined, and counts.",
        ChallengeState.ENDED: "It is over.",
    },
)
described(
    ParticipationState,
    description="How it goes for somebody who takes part.",
    values={
        ParticipationState.JOINED: "On the way.",
        ParticipationState.COMPLETED: "All goals are reached, and the reward is paid.",
        ParticipationState.FAILED: "The challenge ended before its goals were reached.",
        ParticipationState.LEFT: "The member left; what they did for others stays counted.",
    },
)

__all__ = ["ChallengeMode", "ChallengeState", "ParticipationState"]
