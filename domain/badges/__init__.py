"""Badges: which level a metric brings, and how an award is shown to others.

badge        levels, awards, and what may take them back
open_badges  what is signed of an award
"""

from domain.badges.badge import (
    AWARDED,
    DERIVABLE,
    FOREVER,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MOST_DAYS,
    REVOKED,
    Award,
    Badge,
    BadgeDraft,
    Badges,
    Gift,
    Progress,
    Rise,
    awarded,
    check_badge,
    judge,
    progress,
    revoked,
)

__all__ = [
    "AWARDED",
    "DERIVABLE",
    "FOREVER",
    "LONGEST_DESCRIPTION",
    "LONGEST_NAME",
    "MOST_DAYS",
    "REVOKED",
    "Award",
    "Badge",
    "BadgeDraft",
    "Badges",
    "Gift",
    "Progress",
    "Rise",
    "awarded",
    "check_badge",
    "judge",
    "progress",
    "revoked",
]
