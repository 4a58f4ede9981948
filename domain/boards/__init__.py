"""Leaderboards: seasons, order, leagues, prizes, and the seal of what is closed.

board    what a board is, and in which season an activity counts
leagues  cohorts of members of one division
prizes   what places are worth
seals    the hash over a closed season
"""

from domain.boards.board import (
    GRACE_HOURS,
    LONGEST_NAME,
    UNRANKED,
    Board,
    BoardDraft,
    Entry,
    Period,
    Season,
    TeamGoal,
    check_board,
    check_change,
    check_team_goal,
    counting_season,
    gap,
    is_key,
    order,
    season_at,
)

__all__ = [
    "GRACE_HOURS",
    "LONGEST_NAME",
    "UNRANKED",
    "Board",
    "BoardDraft",
    "Entry",
    "Period",
    "Season",
    "TeamGoal",
    "check_board",
    "check_change",
    "check_team_goal",
    "counting_season",
    "gap",
    "is_key",
    "order",
    "season_at",
]
