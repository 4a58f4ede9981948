"""Enums of boards as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.boards import Period

described(
    Period,
    name="LeaderboardPeriod",
    description="How long a season of a board lasts, in days of the programme's time zone.",
    values={
        Period.ALL_TIME: "One season, from the board's start to its end.",
        Period.DAY: "A calendar day.",
        Period.WEEK: "A calendar week, from Monday.",
        Period.MONTH: "A calendar month.",
        Period.SEASON: "The board's own dates; new dates make the next season.",
    },
)

__all__ = ["Period"]
