"""Leagues: members of a board compete in cohorts of their division, and rise or fall by places.

Everybody begins in division 1. A cohort is filled in the order in which members first score in a
season; when the season is over, its first places rise by a division and its last ones fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from domain.errors import Invalid
from domain.values import value

COHORT: Final = 30
LOWEST: Final = 1
_LARGEST: Final = 100
_MOST_DIVISIONS: Final = 20


@value
class League:
    """`divisions` from 1, the lowest; cohorts of `cohort_size`; so many rise and fall."""

    cohort_size: int = COHORT
    promoted: int = 7
    demoted: int = 5
    divisions: int = 10

    def as_json(self) -> dict[str, Any]:
        return {
            "cohortSize": self.cohort_size,
            "promoted": self.promoted,
            "demoted": self.demoted,
            "divisions": self.divisions,
        }

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> League:
        return cls(
            cohort_size=written["cohortSize"],
            promoted=written["promoted"],
            demoted=written["demoted"],
            divisions=written["divisions"],
        )


def divisions_after(
    league: League, division: int, ranked: Sequence[UUID], unranked: Sequence[UUID] = ()
) -> dict[UUID, int]:
    """The division of each of a cohort's members when its season is over.

    `ranked` is in the order of their places. Who rises does not fall: in a cohort that is smaller
    than both numbers together, rising goes first. Who scored and has nothing left (`unranked`)
    stands behind all others, and does not rise.
    """
    order = [*ranked, *unranked]
    after = dict.fromkeys(order, division)
    rising = ranked[: league.promoted]
    for member in rising:
        after[member] = min(division + 1, league.divisions)
    staying = order[len(rising) :]
    falling = min(league.demoted, len(staying), max(len(order) - league.promoted, 0))
    for member in staying[len(staying) - falling :]:
        after[member] = max(division - 1, LOWEST)
    return after


def check_league(league: League) -> None:
    """Refuses a league that would go nowhere.

    Raises: Invalid, with the field it is about.
    """
    for field, number, least, most in (
        ("cohortSize", league.cohort_size, 2, _LARGEST),
        ("promoted", league.promoted, 0, league.cohort_size),
        ("demoted", league.demoted, 0, league.cohort_size - league.promoted),
        ("divisions", league.divisions, 2, _MOST_DIVISIONS),
    ):
        if not least <= number <= most:
            raise Invalid("programme.count", field=("league", field), least=least, most=most)
