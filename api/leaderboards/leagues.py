"""Boards whose members compete in cohorts, and rise and fall between divisions."""

from __future__ import annotations

import strawberry

from api.execution.cost.sizes import expected
from api.leaderboards.seasons import LeaderboardEntry
from domain.boards import Board
from domain.boards.leagues import COHORT
from domain.boards.leagues import League as Rules
from gamification.leaderboards.cohorts import Cohort


@strawberry.type(
    description="The members of one division who compete with each other in a season of a league."
)
class LeagueCohort:
    division: int = strawberry.field(description="From 1, where everybody begins.")
    promoted: int = strawberry.field(description="So many of the first ranks rise at the end.")
    demoted: int = strawberry.field(
        description="So many of the last ranks fall at the end, out of division 1 nobody."
    )
    entries: list[LeaderboardEntry] = strawberry.field(
        description="Everybody, ranked among themselves.", metadata=expected(COHORT).metadata
    )

    @classmethod
    def of(cls, league: Rules, cohort: Cohort) -> LeagueCohort:
        return cls(
            division=cohort.division,
            promoted=league.promoted,
            demoted=league.demoted,
            entries=[LeaderboardEntry.of(entry) for entry in cohort.entries],
        )


@strawberry.type(description="What a board with divisions and cohorts is like.")
class League:
    cohort_size: int = strawberry.field(description="Members who compete with each other.")
    promoted: int = strawberry.field(description="How many of a cohort rise.")
    demoted: int = strawberry.field(description="How many of a cohort fall.")
    divisions: int = strawberry.field(description="How many divisions there are.")

    @classmethod
    def of(cls, league: Rules) -> League:
        return cls(
            cohort_size=league.cohort_size,
            promoted=league.promoted,
            demoted=league.demoted,
            divisions=league.divisions,
        )


def cohort_of(board: Board, cohort: Cohort | None) -> LeagueCohort | None:
    """As it is shown; None where there is none, or no league."""
    if board.league is None or cohort is None:
        return None
    return LeagueCohort.of(board.league, cohort)
