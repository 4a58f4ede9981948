"""Who takes part in a challenge, how far they are, and why somebody may not join.

What occurred from `counts_from` on, before the end (or before leaving) counts, whenever it is
reported until the challenge closes; a refund takes back what its order added. What was counted
before somebody left stays counted for their team and for the community.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.activity import LAURELS, Activity
from domain.bundles import Bundle
from domain.challenges.challenge import (
    Challenge,
    ChallengeMode,
    Goal,
    Terms,
    milestones_reached,
    reached,
)
from domain.errors import AlreadyDone, Ended, LimitReached, NotEligible, NotStarted
from domain.metrics import Count, Measure
from domain.metrics.tallies import longest_run

JOINED: Final = "challenge.joined"
LEFT: Final = "challenge.left"
MILESTONE_REACHED: Final = "challenge.milestone_reached"
COMPLETED: Final = "challenge.completed"
REVOKED: Final = "challenge.revoked"
RESTORED: Final = "challenge.restored"
ENDED: Final = "challenge.ended"
DERIVABLE: Final = frozenset({MILESTONE_REACHED, COMPLETED, REVOKED, RESTORED})
FOLLOWED: Final = DERIVABLE | {JOINED, LEFT, ENDED}

News: TypeAlias = tuple[str, dict[str, Any]]
"""The type of an activity about a participation, and what it says."""

_ZERO: Final = Decimal(0)


class ParticipationState(StrEnum):
    """Source: `ParticipationState` of the contract."""

    JOINED = "JOINED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    LEFT = "LEFT"


@dataclass(slots=True)
class Participation:
    """A member in a challenge, as it is written down.

    `progress` is a number a goal, `counted_at` the latest activity of each. `seen` is what goals
    that are no plain sums have seen: by the place of the goal and the value or day. `milestones` is
    how many were told. `added` is what this unit of work added to `progress`, `untold` are types
    and attributes of activities that are still to be recorded. `award_entry` is the entry that paid
    a reward which may be taken back, `revocations` how often it was, and `taken` from which lots,
    as (date, points).
    """

    id: UUID
    member_id: UUID
    challenge_id: UUID
    team_id: UUID | None
    state: ParticipationState
    joined_at: datetime
    counts_from: datetime
    progress: list[Decimal]
    counts_until: datetime | None = None
    completed_at: datetime | None = None
    ended: bool = False
    milestones: int = 0
    seen: dict[tuple[int, str], Decimal] = field(default_factory=dict[tuple[int, str], Decimal])
    seen_changed: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    added: list[Decimal] = field(default_factory=list[Decimal])
    changed: bool = False
    untold: list[News] = field(default_factory=list[News])
    counted_at: list[datetime | None] = field(default_factory=list["datetime | None"])
    award_entry: int | None = None
    revocations: int = 0
    taken: tuple[tuple[datetime, int], ...] = ()


@dataclass(slots=True)
class TakingPart:
    """A member's participations by challenge, as far as planning can need them.

    `before` is what counted for a challenge that the member joins in this unit of work.
    """

    found: dict[UUID, list[Participation]] = field(default_factory=dict[UUID, list[Participation]])
    before: dict[UUID, Sequence[Count]] = field(default_factory=dict[UUID, Sequence[Count]])

    def put(self, participation: Participation) -> None:
        self.found.setdefault(participation.challenge_id, []).append(participation)

    def by_id(self, key: UUID) -> Participation | None:
        return next((one for found in self.found.values() for one in found if one.id == key), None)


def counts(participation: Participation, terms: Terms, count: Count, received_at: datetime) -> bool:
    """Whether a count falls into the participation, and was received while there was time."""
    state = participation.state
    if state is ParticipationState.COMPLETED:
        if not terms.revocable or participation.ended:
            return False
    elif state is ParticipationState.FAILED:
        return False
    until = participation.counts_until or terms.ends_at
    return (
        participation.counts_from <= count.counted_at < min(until, terms.ends_at)
        and received_at < terms.closes_at
    )


def add(
    participation: Participation, place: int, goal: Goal, count: Count, where: ZoneInfo
) -> None:
    """Adds a count to the progress of the goal at this place."""
    before = participation.progress[place]
    if goal.by_cell:
        cell = (place, _cell_of(goal, count, where))
        participation.seen[cell] = participation.seen.get(cell, _ZERO) + count.amount
        participation.seen_changed.add(cell)
        participation.progress[place] = _value_of(goal, place, participation.seen)
    else:
        participation.progress[place] = before + count.amount
    _note_time(participation, place, count)
    if not participation.added:
        participation.added = [_ZERO] * len(participation.progress)
    participation.added[place] += participation.progress[place] - before
    participation.changed = True


def _note_time(participation: Participation, place: int, count: Count) -> None:
    times = participation.counted_at
    times.extend([None] * (len(participation.progress) - len(times)))
    times[place] = max(times[place] or count.occurred_at, count.occurred_at)


def _cell_of(goal: Goal, count: Count, where: ZoneInfo) -> str:
    if goal.metric.measure is Measure.STREAK:
        return calendar.day_of(count.counted_at, where).isoformat()
    return count.item


def _value_of(goal: Goal, place: int, seen: Mapping[tuple[int, str], Decimal]) -> Decimal:
    cells = [cell for (at, cell), amount in seen.items() if at == place and amount > 0]
    if goal.metric.measure is Measure.STREAK:
        return Decimal(longest_run(date.fromisoformat(cell) for cell in cells))
    return Decimal(len(cells))


def state_at(
    participation: Participation, terms: Terms, *, reached: bool, now: datetime
) -> ParticipationState:
    """The state that binds, whether or not a job has written it down.

    `reached` is whether the team, or everybody together, has reached all goals.
    """
    if participation.state is not ParticipationState.JOINED:
        return participation.state
    if reached:
        return ParticipationState.COMPLETED
    return ParticipationState.FAILED if now >= terms.closes_at else ParticipationState.JOINED


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody before a challenge: their participation that they have not left, if there is one,
    whether the condition holds, and how many take part. `reached` is of the community.
    """

    state: ParticipationState | None
    admitted: bool
    participants: int
    capacity: int | None
    reached: bool = False


def check_open(terms: Terms, now: datetime) -> None:
    """Raises: NotStarted, Ended."""
    if now < terms.starts_at:
        raise NotStarted("challenge.not_started")
    if now >= terms.ends_at:
        raise Ended("challenge.ended")


def check_joining(terms: Terms, applicant: Applicant, now: datetime) -> None:
    """Refuses who may not join now, by the first reason that there is.

    Raises: NotStarted, Ended, AlreadyDone, NotEligible, LimitReached.
    """
    check_open(terms, now)
    if applicant.state is not None:
        team = terms.mode is ChallengeMode.TEAM
        raise AlreadyDone("challenge.in_team" if team else "challenge.joined")
    if applicant.reached:
        raise Ended("challenge.reached")
    if not applicant.admitted:
        raise NotEligible("challenge.not_eligible")
    if applicant.capacity is not None and applicant.participants >= applicant.capacity:
        raise LimitReached("challenge.full", limit=applicant.capacity)


def news_of(terms: Terms, progress: Sequence[Decimal], *, told: int) -> list[News]:
    """What is to be told of progress: milestones beyond those that were told, and completion."""
    done = milestones_reached(terms, progress)
    return reached_news(terms, told=told, done=done, completed=reached(terms.goals, progress))


def reached_news(terms: Terms, *, told: int, done: int, completed: bool) -> list[News]:
    """The milestones from one number to another, and the completion, with what they pay."""
    news: list[News] = [
        (
            MILESTONE_REACHED,
            {"percent": one.percent, "number": number, "reward": one.reward.as_json()},
        )
        for number, one in enumerate(terms.milestones, start=1)
        if told < number <= done
    ]
    if completed:
        news.append((COMPLETED, {"reward": terms.reward.as_json()}))
    return news


def activity_of(
    type_: str,
    member_id: UUID,
    said: Mapping[str, Any],
    *,
    key: UUID,
    now: datetime,
    depth: int = 0,
) -> Activity:
    """What befalls a participation, as the log tells it."""
    return Activity(
        id=key,
        member_id=member_id,
        type=type_,
        source=LAURELS,
        external_id=f"{type_}:{suffix_of(said)}",
        occurred_at=now,
        received_at=now,
        attributes=said,
        depth=depth,
    )


def suffix_of(said: Mapping[str, Any]) -> str:
    """What makes the name of an activity of a challenge unique among its type."""
    which = said.get("percent", said.get("time"))
    one = str(said["participation"])
    return one if which is None else f"{one}:{which}"


def facts_of(participation: Participation, challenge: Challenge) -> dict[str, Any]:
    """What every activity of a challenge says."""
    facts = {
        "challenge": challenge.key,
        "name": challenge.name,
        "version": challenge.version,
        "mode": challenge.terms.mode.value,
        "participation": str(participation.id),
    }
    return facts | ({"team": str(participation.team_id)} if participation.team_id else {})


def reward_of(activity: Activity) -> Bundle:
    """What an activity of a challenge promises, by the version in force when it was recorded."""
    return Bundle.from_json(activity.attributes["reward"])
