"""What designers and members hand in about challenges."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from api.challenges.enums import ChallengeMode
from api.metrics.inputs import MetricInput
from api.scalars import Long
from domain.bundles import Bundle
from domain.challenges import Goal, Milestone, Terms
from domain.challenges.design import ChallengeDraft
from domain.errors import NotFound
from infra.ids import Kind, decode_key


@strawberry.input(description="Points, a badge and a coupon, given together.")
class RewardBundleInput:
    points: Long | None = strawberry.field(default=0, description="0 or more; they never expire.")
    badge_key: str | None = strawberry.field(default=None, description="The `key` of a badge.")
    coupon_key: str | None = strawberry.field(
        default=None, description="The `key` of a coupon template."
    )

    def bundle(self) -> Bundle:
        return Bundle(self.points or 0, self.coupon_key, self.badge_key)


@strawberry.input(description="One of the things to reach.")
class ChallengeGoalInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    metric: MetricInput = strawberry.field(
        description="What counts; its window is always the participation."
    )
    target: Long = strawberry.field(description="Reaching it counts; 1 or more.")

    def goal(self) -> Goal:
        return Goal(self.key, self.name, self.metric.definition(), self.target)


@strawberry.input(description="A part of the way that is told of, and may be rewarded.")
class MilestoneInput:
    percent: int = strawberry.field(description="Of all goals, 1 to 99, ascending.")
    reward: RewardBundleInput | None = strawberry.field(
        default=None, description="Null for none: then it is only told of."
    )

    def milestone(self) -> Milestone:
        return Milestone(self.percent, self.reward.bundle() if self.reward else Bundle())


@strawberry.input(
    description="A challenge to add, or the next version of the one with this key. Once it has "
    "started, only its name, description, cover, capacity, board and (to later) its end change."
)
class ChallengeInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="More about it, up to 1,000 characters.")
    mode: ChallengeMode = strawberry.field(description="Whose progress decides.")
    starts_at: datetime = strawberry.field(description="From then on it can be joined, and counts.")
    ends_at: datetime = strawberry.field(description="What occurs before then counts.")
    goals: list[ChallengeGoalInput] = strawberry.field(description="All are to be reached; 1–20.")
    reward: RewardBundleInput = strawberry.field(description="What each who completes it gets.")
    team_size: int | None = strawberry.field(
        default=None, description="The most that a team may have, for TEAM alone; up to 100."
    )
    capacity: int | None = strawberry.field(
        default=None, description="The most members who may take part; null for any number."
    )
    condition: str | None = strawberry.field(
        default=None, description="Who may join: a CEL expression over `member`; empty: everybody."
    )
    count_from_start: bool | None = strawberry.field(
        default=False, description="Activities between the start and joining count as well."
    )
    late_hours: int | None = strawberry.field(
        default=0,
        description="What occurred before the end counts when it is received up to so many hours "
        "after it, 0 to 744; results are given after that.",
    )
    revocable: bool | None = strawberry.field(
        default=False,
        description="A refund after which the goals are no longer reached takes the reward back, "
        "and reaching them again gives it back, until the challenge closes. For SOLO with a "
        "reward of points alone.",
    )
    milestones: list[MilestoneInput] | None = strawberry.field(
        default=None, description="Up to 20 parts of the way, ascending."
    )
    leaderboard_key: str | None = strawberry.field(
        default=None, description="The `key` of a board that goes with it."
    )
    cover_image_id: strawberry.ID | None = strawberry.field(
        default=None, description="The `id` of an image; null leaves it as it is."
    )

    def draft(self) -> ChallengeDraft:
        """Raises: NotFound for an id that names no image."""
        return ChallengeDraft(
            key=self.key,
            name=self.name,
            description=self.description,
            terms=Terms(
                mode=self.mode,
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                goals=tuple(one.goal() for one in self.goals),
                reward=self.reward.bundle(),
                milestones=tuple(one.milestone() for one in self.milestones or ()),
                team_size=self.team_size,
                condition=self.condition,
                count_from_start=bool(self.count_from_start),
                late_hours=self.late_hours or 0,
                revocable=bool(self.revocable),
            ),
            capacity=self.capacity,
            leaderboard_key=self.leaderboard_key,
            cover_id=self._cover_id(),
        )

    def _cover_id(self) -> UUID | None:
        if self.cover_image_id is None:
            return None
        key = decode_key(self.cover_image_id, Kind.IMAGE)
        if key is None:
            raise NotFound("node.not_found", field=("coverImageId",))
        return key


@strawberry.input(description="A challenge to join.")
class JoinChallengeInput:
    challenge_id: strawberry.ID = strawberry.field(description="The `id` of the challenge.")


@strawberry.input(description="A challenge.")
class ChallengeRefInput:
    challenge_id: strawberry.ID = strawberry.field(description="The `id` of the challenge.")


@strawberry.input(description="A team to make, with its maker as the captain.")
class CreateTeamInput:
    challenge_id: strawberry.ID = strawberry.field(description="The `id` of a TEAM challenge.")
    name: str = strawberry.field(description="What others read, 1 to 30 characters.")


@strawberry.input(description="A team to join.")
class JoinTeamInput:
    invite_code: str = strawberry.field(
        description="As a member of the team gave it; case, hyphens and spaces do not matter."
    )


def challenge_id_of(text: str) -> UUID:
    """Raises: NotFound for what names no challenge."""
    key = decode_key(text, Kind.CHALLENGE)
    if key is None:
        raise NotFound("node.not_found", field=("challengeId",))
    return key
