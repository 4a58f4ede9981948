"""How participations stand, as every reader sees it: what binds, whether or not it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.challenges import ChallengeMode, ratio, reached
from domain.challenges.participations import Participation, ParticipationState, state_at
from gamification.challenges import store
from gamification.challenges import teams as team_rows
from gamification.challenges.store import ChallengeRow
from gamification.challenges.teams import TeamRow
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class Standing:
    """A participation at a moment. `deciding` is the progress that decides about it: the member's
    own, the team's, or everybody's; a number a goal.
    """

    participation: Participation
    challenge: ChallengeRow
    team: TeamRow | None
    state: ParticipationState
    deciding: tuple[Decimal, ...]

    @property
    def ratio(self) -> Decimal:
        """How much of the way is done, from 0 to 1."""
        if self.state is ParticipationState.COMPLETED:
            return Decimal(1)
        return ratio(self.challenge.terms.goals, self.deciding)

    @property
    def completed_at(self) -> datetime | None:
        """When it was completed; for what others completed, when that was found out."""
        if self.participation.completed_at is not None:
            return self.participation.completed_at
        if self.state is not ParticipationState.COMPLETED:
            return None
        return self.team.reached_at if self.team else self.challenge.reached_at


async def standings(sql: Sql, found: Sequence[Participation], now: datetime) -> list[Standing]:
    """How these participations stand, in their order."""
    challenges = await store.by_ids(sql, list({one.challenge_id for one in found}))
    ids = {one.team_id for one in found if one.team_id is not None}
    teams = await team_rows.teams(sql, list(ids)) if ids else {}
    return [_standing(one, challenges[one.challenge_id], teams, now) for one in found]


def _standing(
    one: Participation, challenge: ChallengeRow, teams: dict[UUID, TeamRow], now: datetime
) -> Standing:
    team = teams[one.team_id] if one.team_id else None
    mode, deciding, together = challenge.terms.mode, tuple(one.progress), False
    if team is not None:
        deciding, together = team_progress(team, challenge), team.reached_at is not None
    elif mode is ChallengeMode.COMMUNITY:
        deciding, together = challenge.community, challenge.reached
    state = state_at(one, challenge.terms, reached=together, now=now)
    return Standing(one, challenge, team, state, deciding)


def team_progress(team: TeamRow, challenge: ChallengeRow) -> tuple[Decimal, ...]:
    """A number a goal, also for a team of which nobody has done anything."""
    return team.progress or (Decimal(0),) * len(challenge.terms.goals)


def goals_done(standing: Standing) -> list[bool]:
    """Which goals are reached by the progress that decides."""
    everything = standing.state is ParticipationState.COMPLETED
    goals = standing.challenge.terms.goals
    return [
        everything or reached((goal,), (value,))
        for goal, value in zip(goals, standing.deciding, strict=True)
    ]
