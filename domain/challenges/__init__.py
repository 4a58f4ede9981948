"""Challenges: what they ask for, how they are designed, and who takes part.

challenge       what a challenge is
design          drafts of challenges, checked
participations  how far somebody is, and when it is over
"""

from domain.challenges.challenge import (
    WHOLE,
    Challenge,
    ChallengeMode,
    Challenges,
    ChallengeState,
    Goal,
    Milestone,
    Terms,
    milestones_reached,
    ratio,
    reached,
)

__all__ = [
    "WHOLE",
    "Challenge",
    "ChallengeMode",
    "ChallengeState",
    "Challenges",
    "Goal",
    "Milestone",
    "Terms",
    "milestones_reached",
    "ratio",
    "reached",
]
