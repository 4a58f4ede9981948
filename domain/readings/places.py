"""The places of a closed season, told as activities: `season.placed`, one for each first rank.

The activity carries the prize of its rank; the log applies it once, so the prize is paid once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from domain.activity import LAURELS, Activity
from domain.boards import Entry
from domain.boards.prizes import Prize, prize_of
from domain.bundles import NOTHING, Bundle
from domain.happening import Happening
from domain.readings.bundles import pay

PLACED: Final = "season.placed"
"""Source: activities.md."""

TOLD: Final = 100
"""Ranks that are told of every season, with a prize or without."""


def last_told(prizes: Sequence[Prize]) -> int:
    """The last rank whose place is told."""
    return max((TOLD, *(one.to_rank for one in prizes)))


def placed(
    key: str, name: str, season_starts_at: datetime, entry: Entry, prizes: Sequence[Prize]
) -> dict[str, Any]:
    """What `season.placed` says of a place. The season is named by its start."""
    prize = prize_of(prizes, entry.rank)
    return {
        "board": key,
        "name": name,
        "season": season_starts_at.isoformat(),
        "rank": entry.rank,
        "score": entry.score,
        "prize": None if prize is None else prize.reward.as_json(),
    }


def prize_told(activity: Activity) -> Bundle:
    """The prize of the place that an activity tells; nothing where it tells none."""
    if activity.type != PLACED or activity.source != LAURELS:
        return NOTHING
    return Bundle.from_json(activity.attributes.get("prize") or {})


def pay_prize(happening: Happening) -> None:
    """A reading: gives the member of a told place what the place is worth."""
    prize = prize_told(happening.activity)
    if prize:
        attributes = happening.activity.attributes
        pay(happening, prize, reason=attributes["name"], key=attributes["board"])
