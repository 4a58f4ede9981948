"""Taking part in a challenge, alone or in a team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.challenges.enums import ParticipationState
from api.execution.compiler import batch_field
from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import Payload
from api.relay import Node, PageInfo, edges_of
from api.scalars import Long
from domain.coupons.codes import shown
from domain.members import Role
from gamification.challenges.reading import Standing, goals_done, team_progress
from gamification.challenges.teams import TeamRow
from infra.ids import Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.challenges.types import Challenge, ChallengeGoal
    from api.members.types import Member

NEWEST_FIRST: Final = keyset(datetime, UUID)
_CHALLENGE = strawberry.lazy("api.challenges.types")
_MEMBER = strawberry.lazy("api.members.types")


@strawberry.type(description="How far one of the goals is.")
class GoalProgress:
    goal: Annotated[ChallengeGoal, _CHALLENGE] = strawberry.field(description="The goal.")
    value: Long = strawberry.field(description="The metric's value, rounded down.")
    done: bool = strawberry.field(description="Whether the goal is reached.")


@strawberry.type(description="Members who reach the goals of a challenge together.")
class Team(Node):
    row: strawberry.Private[TeamRow]
    name: str = strawberry.field(description="What others read.")
    challenge: Annotated[Challenge, _CHALLENGE] = strawberry.field(description="What it is for.")
    progress: list[GoalProgress] = strawberry.field(
        description="The sum over everybody who is or was in it, goal by goal.",
        metadata=expected(3).metadata,
    )

    @classmethod
    def of(cls, row: TeamRow, challenge: Challenge) -> Team:
        goals, values = challenge.row.terms.goals, team_progress(row, challenge.row)
        reached = row.reached_at is not None
        done = [reached or value >= one.target for one, value in zip(goals, values, strict=True)]
        return cls(
            id=strawberry.ID(encode_id(Kind.TEAM, row.id)),
            row=row,
            name=row.name,
            challenge=challenge,
            progress=_progress(challenge, values, done),
        )

    @batch_field(description="Who made it, or took over when they left.")
    @staticmethod
    async def captain(teams: Sequence[Team], info: Info) -> list[Annotated[Member, _MEMBER]]:
        context, ids = info.context, [one.row.captain_id for one in teams]
        return cast("list[Member]", await context.load_many(context.services.members, ids))

    @expected(10)
    @batch_field(description="Who is in it, in the order of joining.")
    @staticmethod
    async def members(teams: Sequence[Team], info: Info) -> list[list[Annotated[Member, _MEMBER]]]:
        context = info.context
        ids = list(dict.fromkeys(key for one in teams for key in one.row.members))
        found = cast("list[Member]", await context.load_many(context.services.members, ids))
        by_id = dict(zip(ids, found, strict=True))
        return [[by_id[key] for key in one.row.members] for one in teams]

    @field(
        description="What lets others in; for its members, admins and service accounts, null for "
        "others.",
        reads_viewer=True,
    )
    def invite_code(self, info: Info) -> str | None:
        viewer = info.context.viewer
        inside = viewer is not None and viewer.member_id in self.row.members
        if not inside and not info.context.has(Role.ADMIN, Role.SERVICE):
            return None
        return shown(self.row.invite_code)


@strawberry.type(description="A member in a challenge.")
class ChallengeParticipation(Node):
    standing: strawberry.Private[Standing]
    challenge: Annotated[Challenge, _CHALLENGE] = strawberry.field(description="The challenge.")
    team: Team | None = strawberry.field(description="The member's team; null where there is none.")
    state: ParticipationState = strawberry.field(description="How it goes now.")
    joined_at: datetime = strawberry.field(description="When the member joined.")
    completed_at: datetime | None = strawberry.field(
        description="When all goals were reached; null when they are not."
    )
    progress: list[GoalProgress] = strawberry.field(
        description="What the member did, goal by goal. Whether a goal is done the team decides, "
        "or everybody together, where there is one or the other.",
        metadata=expected(3).metadata,
    )
    ratio: float = strawberry.field(
        description="How much of the way is done, 0 to 1: the mean over the goals, of the team's "
        "or everybody's progress where that decides."
    )

    @classmethod
    def of(cls, standing: Standing, challenge: Challenge) -> ChallengeParticipation:
        one = standing.participation
        return cls(
            id=strawberry.ID(encode_id(Kind.PARTICIPATION, one.id)),
            standing=standing,
            challenge=challenge,
            team=Team.of(standing.team, challenge) if standing.team else None,
            state=standing.state,
            joined_at=one.joined_at,
            completed_at=standing.completed_at,
            progress=_progress(challenge, one.progress, goals_done(standing)),
            ratio=float(standing.ratio),
        )

    @batch_field(description="Who takes part.")
    @staticmethod
    async def member(
        found: Sequence[ChallengeParticipation], info: Info
    ) -> list[Annotated[Member, _MEMBER]]:
        context, ids = info.context, [one.standing.participation.member_id for one in found]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.type(description="A participation and its place in the list.")
class ChallengeParticipationEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: ChallengeParticipation = strawberry.field(description="The participation.")


@strawberry.type(description="A page of a member's participations, those joined last first.")
class ChallengeParticipationConnection:
    edges: list[ChallengeParticipationEdge] = strawberry.field(
        description="Participations with their cursors."
    )
    nodes: list[ChallengeParticipation] = strawberry.field(description="The participations alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are on all pages.")

    @classmethod
    def of(cls, page: Page[ChallengeParticipation], total: int) -> ChallengeParticipationConnection:
        return cls(
            edges=edges_of(page, ChallengeParticipationEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
            total_count=total,
        )


@strawberry.type(description="The participation as it is now.")
class ParticipationPayload(Payload):
    participation: ChallengeParticipation | None = strawberry.field(
        description="Null when refused."
    )


def _progress(
    challenge: Challenge, values: Sequence[Decimal], done: Sequence[bool]
) -> list[GoalProgress]:
    return [
        GoalProgress(goal=goal, value=int(value.to_integral_value(ROUND_FLOOR)), done=reached)
        for goal, value, reached in zip(challenge.goals, values, done, strict=True)
    ]
