"""Challenges: goals to reach within a time, alone, in a team or all together, for those who join.

A goal's window is always the participation. Source: behaviour.md, "Challenges".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import contributions, orders
from domain.bundles import NOTHING, Bundle
from domain.expressions import Condition
from domain.metrics import Measure, MetricDefinition

WHOLE: Final = 100  # per cent


class ChallengeMode(StrEnum):
    """Source: `ChallengeMode` of the contract."""

    SOLO = "SOLO"
    TEAM = "TEAM"
    COMMUNITY = "COMMUNITY"


class ChallengeState(StrEnum):
    """Source: `ChallengeState` of the contract."""

    UPCOMING = "UPCOMING"
    RUNNING = "RUNNING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to reach: the metric, within the participation, at least at the target."""

    key: str
    name: str
    metric: MetricDefinition
    target: int

    @property
    def by_cell(self) -> bool:
        """Whether its value is not simply a sum."""
        return self.metric.measure in {Measure.DISTINCT, Measure.STREAK}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the way, in per cent, that is told of and may be rewarded."""

    percent: int
    reward: Bundle = NOTHING


@dataclass(frozen=True, slots=True)
class Terms:
    """What a challenge asks and promises. It counts what occurs from its start to before its end.

    What is reported up to `late_hours` after the end still counts. `team_size` is the most that a
    team may have, for TEAM alone. `condition` is asked of who wants to join. With `revocable` the
    reward is taken back while the goals are no longer reached, until the challenge closes.
    """

    mode: ChallengeMode
    starts_at: datetime
    ends_at: datetime
    goals: tuple[Goal, ...]
    reward: Bundle = NOTHING
    milestones: tuple[Milestone, ...] = ()
    team_size: int | None = None
    condition: str | None = None
    count_from_start: bool = False
    late_hours: int = 0
    revocable: bool = False

    @property
    def closes_at(self) -> datetime:
        """From when on there are results: nothing counts that is received then or later."""
        return self.ends_at + timedelta(hours=self.late_hours)

    def state_at(self, now: datetime) -> ChallengeState:
        if now < self.starts_at:
            return ChallengeState.UPCOMING
        return ChallengeState.RUNNING if now < self.ends_at else ChallengeState.ENDED


@dataclass(frozen=True, slots=True)
class Challenge:
    """One version of a challenge as the engine reads it; `id` is the same over all versions.

    `metric_ids` are those of its goals, by their places; None for one that does not compile.
    """

    id: UUID
    key: str
    version: int
    name: str
    terms: Terms
    metric_ids: tuple[UUID, ...]
    admits: Condition | None = None

    @property
    def shared(self) -> bool:
        """Whether others' progress counts as well."""
        return self.terms.mode is not ChallengeMode.SOLO


@dataclass(frozen=True, slots=True)
class Challenges:
    """The challenges that have not been closed, found by what may count for them."""

    by_id: Mapping[UUID, Challenge] = field(default_factory=dict[UUID, Challenge])
    by_key: Mapping[str, Challenge] = field(default_factory=dict[str, Challenge])
    by_metric: Mapping[UUID, tuple[tuple[Challenge, int], ...]] = field(
        default_factory=dict[UUID, tuple[tuple[Challenge, int], ...]]
    )
    by_type: Mapping[str, tuple[Challenge, ...]] = field(
        default_factory=dict[str, tuple[Challenge, ...]]
    )

    @classmethod
    def of(cls, challenges: Iterable[Challenge]) -> Challenges:
        by_id = {one.id: one for one in challenges}
        by_metric: defaultdict[UUID, list[tuple[Challenge, int]]] = defaultdict(list)
        by_type: defaultdict[str, list[Challenge]] = defaultdict(list)
        for challenge in by_id.values():
            for place, metric_id in enumerate(challenge.metric_ids):
                by_metric[metric_id].append((challenge, place))
            for type_ in _types_of(challenge.terms.goals):
                by_type[type_].append(challenge)
        return cls(
            by_id,
            {one.key: one for one in by_id.values()},
            {metric_id: tuple(found) for metric_id, found in by_metric.items()},
            {type_: tuple(found) for type_, found in by_type.items()},
        )

    def goals_of(self, metric_id: UUID) -> tuple[tuple[Challenge, int], ...]:
        """Whose goals the metric is, with their places."""
        return self.by_metric.get(metric_id, ())

    def matching(self, type_: str) -> tuple[Challenge, ...]:
        """Those whose progress an activity of this type may change."""
        return self.by_type.get(type_, ())

    @property
    def metric_ids(self) -> frozenset[UUID]:
        return frozenset(self.by_metric)


def _types_of(goals: Sequence[Goal]) -> set[str]:
    """What counts for the goals, and what takes it back."""
    types = {trigger for goal in goals for trigger in goal.metric.triggers}
    back: set[str] = set(orders.ORDER_TYPES) if orders.PAID in types else set()
    if not types.isdisjoint(contributions.PARTS):
        back |= contributions.FOLLOWED
    return types | back


def ratio(goals: Sequence[Goal], progress: Sequence[Decimal]) -> Decimal:
    """How much of the way is done, from 0 to 1: the mean over the goals, none counted beyond 1."""
    parts = [
        min(max(value / goal.target, Decimal(0)), Decimal(1))
        for goal, value in zip(goals, progress, strict=True)
    ]
    return sum(parts, Decimal(0)) / len(parts)


def reached(goals: Sequence[Goal], progress: Sequence[Decimal]) -> bool:
    """Whether every goal is."""
    return all(value >= goal.target for goal, value in zip(goals, progress, strict=True))


def milestones_reached(terms: Terms, progress: Sequence[Decimal]) -> int:
    """How many of the milestones, which come ascending, the progress has passed."""
    done = ratio(terms.goals, progress) * WHOLE
    return sum(done >= milestone.percent for milestone in terms.milestones)
