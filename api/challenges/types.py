"""Challenges: what they ask and promise, how they go, and whether the viewer may join."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from api.challenges.bundles import RewardBundle
from api.challenges.enums import ChallengeMode, ChallengeState, ParticipationState
from api.challenges.participations import (
    NEWEST_FIRST,
    ChallengeParticipation,
    ChallengeParticipationConnection,
    Team,
)
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.images.types import Image, images_by_ids
from api.leaderboards.types import Leaderboard
from api.metrics.types import MetricProgress
from api.payloads import Payload, UserError, user_error
from api.relay import Node, PageInfo, edges_of
from api.scalars import Long
from domain.challenges import WHOLE, Goal, Milestone, ratio
from domain.challenges.participations import Participation
from domain.members import Role
from gamification.challenges import participations as rows
from gamification.challenges import reading, store
from gamification.challenges import teams as team_rows
from gamification.challenges.store import ChallengeRow
from gamification.challenges.teams import TeamRow
from gamification.leaderboards import store as boards_store
from gamification.participation import admission
from gamification.unpaid import store as unpaid
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page


@strawberry.type(description="One of the things to reach.")
class ChallengeGoal:
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    target: Long = strawberry.field(description="Reaching it counts.")

    @classmethod
    def of(cls, goal: Goal) -> ChallengeGoal:
        return cls(key=goal.key, name=goal.name, target=goal.target)


@strawberry.type(description="A part of the way that is told of, and may be rewarded.")
class ChallengeMilestone:
    percent: int = strawberry.field(description="Of the mean over all goals.")
    reward: RewardBundle = strawberry.field(description="What each member gets, once.")

    @classmethod
    def of(cls, milestone: Milestone) -> ChallengeMilestone:
        return cls(percent=milestone.percent, reward=RewardBundle.of(milestone.reward))


@strawberry.type(description="Goals to reach within a time, alone, in a team or all together.")
class Challenge(Node):
    row: strawberry.Private[ChallengeRow]
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="More about it.")
    mode: ChallengeMode = strawberry.field(description="Whose progress decides.")
    state: ChallengeState = strawberry.field(description="Where it stands now.")
    starts_at: datetime = strawberry.field(description="From then on it can be joined.")
    ends_at: datetime = strawberry.field(description="What occurs before then counts.")
    closes_at: datetime = strawberry.field(
        description="Until then what occurred in time may still be reported; then there are "
        "results."
    )
    goals: list[ChallengeGoal] = strawberry.field(
        description="All are to be reached.", metadata=expected(3).metadata
    )
    milestones: list[ChallengeMilestone] = strawberry.field(
        description="Parts of the way, ascending.", metadata=expected(3).metadata
    )
    reward: RewardBundle = strawberry.field(description="What each who completes it gets, once.")
    revocable: bool = strawberry.field(
        description="Whether the reward is taken back while a refund makes the goals fall short."
    )
    participant_count: int = strawberry.field(
        description="Members who take part and have not left."
    )
    completed_count: int = strawberry.field(description="Members who completed it.")
    team_size: int | None = strawberry.field(
        description="The most that a team may have; null where there are no teams."
    )
    capacity: int | None = strawberry.field(
        description="The most members who may take part; null for any number."
    )
    community_progress: MetricProgress | None = strawberry.field(
        description="COMMUNITY mode: everyone's joint progress. Of several goals it is the mean in "
        "per cent."
    )

    @classmethod
    def of(cls, row: ChallengeRow, now: datetime) -> Challenge:
        draft, terms = row.draft, row.draft.terms
        return cls(
            id=strawberry.ID(encode_id(Kind.CHALLENGE, row.id)),
            row=row,
            key=draft.key,
            name=draft.name,
            description=draft.description,
            mode=terms.mode,
            state=terms.state_at(now),
            starts_at=terms.starts_at,
            ends_at=terms.ends_at,
            closes_at=terms.closes_at,
            goals=[ChallengeGoal.of(one) for one in terms.goals],
            milestones=[ChallengeMilestone.of(one) for one in terms.milestones],
            reward=RewardBundle.of(terms.reward),
            revocable=terms.revocable,
            participant_count=row.participants,
            completed_count=row.completed,
            team_size=terms.team_size,
            capacity=draft.capacity,
            community_progress=_community(row) if terms.mode is ChallengeMode.COMMUNITY else None,
        )

    @batch_field(
        description="How often points of a reward found no room in the account of who got them, "
        "and were not paid; for admins, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def unpaid_count(found: Sequence[Challenge], info: Info) -> list[int | None]:
        if not info.context.has(Role.ADMIN):
            return [None for _ in found]
        keys = [one.key for one in found]
        counts = await unpaid.counts(info.context.services.platform.database, "challenge.", keys)
        return [counts.get(key, 0) for key in keys]

    @batch_field(description="A picture for it; null for none.")
    @staticmethod
    async def cover(found: Sequence[Challenge], info: Info) -> list[Image | None]:
        ids = [one.row.draft.cover_id for one in found]
        images = await images_by_ids(info.context, ids)
        return [images.get(one) if one is not None else None for one in ids]

    @batch_field(description="The board that goes with it; null for none.")
    @staticmethod
    async def leaderboard(
        found: Sequence[Challenge],
        info: Info,  # noqa: ARG004 - batch resolvers take it
    ) -> list[Leaderboard | None]:
        keys = [one.row.draft.leaderboard_key for one in found]
        if not any(keys):
            return [None for _ in keys]
        boards = {board.key: Leaderboard.of(board) for board in await boards_store.boards()}
        return [boards.get(key or "") for key in keys]

    @batch_field(
        description="The viewer's participation, the one that they left last if there is no other; "
        "null for visitors and for who never joined.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_participation(
        found: Sequence[Challenge], info: Info
    ) -> list[ChallengeParticipation | None]:
        viewer = info.context.viewer
        if viewer is None:
            return [None for _ in found]
        return await info.context.load_many(present_of_viewer, [one.row.id for one in found])

    @batch_field(
        description="Why the viewer may not join: the first reason that `joinChallenge` (or making "
        "a team, where there are teams) would refuse for. Null when they may, and for visitors.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_ineligibility(
        found: Sequence[Challenge], info: Info
    ) -> list[UserError | None]:
        context = info.context
        if context.viewer is None:
            return [None for _ in found]
        services = context.services
        refused = await admission.refusals(
            services.platform.database,
            await services.programmes.current(services.platform.database),
            services.programmes.expressions.bind,
            context.viewer.member_id,
            [one.row for one in found],
            await context.now(),
        )
        return [None if one is None else user_error(context, one) for one in refused]


@strawberry.type(description="A challenge and its place in the list.")
class ChallengeEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Challenge = strawberry.field(description="The challenge.")


@strawberry.type(description="A page of challenges, those that start last first.")
class ChallengeConnection:
    of_state: strawberry.Private[ChallengeState | None]
    edges: list[ChallengeEdge] = strawberry.field(description="Challenges with their cursors.")
    nodes: list[Challenge] = strawberry.field(description="The challenges alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[Challenge], state: ChallengeState | None) -> ChallengeConnection:
        return cls(
            of_state=state,
            edges=edges_of(page, ChallengeEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )

    @batch_field(description="How many there are on all pages.")
    @staticmethod
    async def total_count(pages: Sequence[ChallengeConnection], info: Info) -> list[int]:
        sql, now = info.context.services.platform.database, await info.context.now()
        states = dict.fromkeys(one.of_state for one in pages)
        counts = {state: await store.count(sql, state, now) for state in states}
        return [counts[one.of_state] for one in pages]


@strawberry.type(description="The challenge at its present version.")
class ChallengePayload(Payload):
    challenge: Challenge | None = strawberry.field(description="Null when refused.")


def _community(row: ChallengeRow) -> MetricProgress:
    goals, done = row.terms.goals, ratio(row.terms.goals, row.community)
    if len(goals) == 1:
        return MetricProgress.of(row.community[0], goals[0].target)
    return MetricProgress.of(Decimal(WHOLE) * done, WHOLE)


async def challenges_by_id(context: Context, ids: list[UUID]) -> list[Challenge]:
    """The challenges with these ids, which rows of ours name and which therefore exist."""
    found = await store.by_ids(context.services.platform.database, ids)
    now = await context.now()
    return [Challenge.of(found[one], now) for one in ids]


async def participations_of(
    context: Context, found: Sequence[Participation]
) -> list[ChallengeParticipation]:
    """These participations as they stand now. The caller has checked that the viewer may know."""
    now = await context.services.platform.clock.now()
    standings = await reading.standings(context.services.platform.database, found, now)
    return [ChallengeParticipation.of(one, Challenge.of(one.challenge, now)) for one in standings]


async def present_of_viewer(
    context: Context, ids: list[UUID]
) -> list[ChallengeParticipation | None]:
    """The viewer's participation in each of the challenges."""
    viewer = context.signed_in()
    keys = [(viewer, one) for one in ids]
    present = await rows.present(context.services.platform.database, keys)
    found = await participations_of(context, list(present.values()))
    by_challenge = {one.standing.participation.challenge_id: one for one in found}
    return [by_challenge.get(one) for one in ids]


async def participations_of_members(
    context: Context,
    member_ids: Sequence[UUID],
    *,
    state: ParticipationState | None,
    first: int | None,
    after: str | None,
) -> list[ChallengeParticipationConnection | None]:
    """A page of participations for each member, None for those that are not the viewer's to see.

    A member has as many as there were challenges, and only the moment tells their states: all of
    them are read.
    """
    window = NEWEST_FIRST.window(first, after)
    seen = [one for one in dict.fromkeys(member_ids) if context.sees_private(one)]
    found = await rows.of_members(context.services.platform.database, seen)
    everything = await participations_of(context, [one for own in found.values() for one in own])
    pages: dict[UUID, ChallengeParticipationConnection] = {}
    for member_id in seen:
        wanted = [
            one
            for one in everything
            if one.standing.participation.member_id == member_id
            if state is None or one.state is state
        ]
        later = [one for one in wanted if window.after is None or _place(one) < window.after]
        page = window.page(later[: window.limit], key=_place)
        pages[member_id] = ChallengeParticipationConnection.of(page, len(wanted))
    return [pages.get(one) for one in member_ids]


def _place(one: ChallengeParticipation) -> tuple[datetime, UUID]:
    participation = one.standing.participation
    return participation.joined_at, participation.id


async def participation_nodes(
    context: Context, ids: list[GlobalId]
) -> list[ChallengeParticipation | None]:
    """For the member, the members of the team, admins and service accounts."""
    found = await rows.by_ids(context.services.platform.database, [one.key for one in ids])
    shown = await participations_of(context, list(found.values()))
    by_id = {one.standing.participation.id: one for one in shown if _sees(context, one)}
    return [by_id.get(one.key) for one in ids]


async def team_nodes(context: Context, ids: list[GlobalId]) -> list[Team | None]:
    """For its members, admins and service accounts."""
    found = await team_rows.teams(context.services.platform.database, [one.key for one in ids])
    seen = [one for one in found.values() if _inside(context, one)]
    challenges = await context.load_many(challenges_by_id, [one.challenge_id for one in seen])
    teams = {
        row.id: Team.of(row, challenge) for row, challenge in zip(seen, challenges, strict=True)
    }
    return [teams.get(one.key) for one in ids]


def _sees(context: Context, one: ChallengeParticipation) -> bool:
    team = one.standing.team
    return context.sees_private(one.standing.participation.member_id) or (
        team is not None and _inside(context, team)
    )


def _inside(context: Context, team: TeamRow) -> bool:
    viewer = context.viewer
    inside = viewer is not None and viewer.member_id in team.members
    return inside or context.has(Role.ADMIN, Role.SERVICE)


async def challenge_nodes(context: Context, ids: list[GlobalId]) -> list[Challenge | None]:
    """For everyone."""
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    now = await context.now()
    return [Challenge.of(found[one.key], now) if one.key in found else None for one in ids]
