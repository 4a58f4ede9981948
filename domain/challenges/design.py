"""How challenges are designed: drafts, and what may still be changed.

When a challenge has started, what it asks and promises stays as it is: only its words, its
capacity and its end (to a later one) may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.bundles import Bundle, check_bundle
from domain.challenges.challenge import WHOLE, ChallengeMode, Goal, Milestone, Terms
from domain.errors import Conflict, Invalid
from domain.ledger import MOST_POINTS
from domain.metrics import MetricDefinition, Window, check_metric
from domain.text import check_text

LONGEST_NAME: Final = 60  # user-perceived characters, like the next
LONGEST_DESCRIPTION: Final = 1_000
MOST_GOALS: Final = 20
MOST_MILESTONES: Final = 20
LARGEST_TEAM: Final = 100
MOST_PARTICIPANTS: Final = 2**31 - 1
MOST_LATE_HOURS: Final = 744
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


@dataclass(frozen=True, slots=True)
class ChallengeDraft:
    """A challenge as its designer hands it in. Source: `ChallengeInput` of the contract."""

    key: str
    name: str
    description: str
    terms: Terms
    capacity: int | None = None
    leaderboard_key: str | None = None
    cover_id: UUID | None = None


def normal(draft: ChallengeDraft) -> ChallengeDraft:
    """The one form of drafts that mean the same: a goal's window is always the participation."""
    terms = draft.terms
    goals = tuple(replace(goal, metric=_normal_metric(goal.metric)) for goal in terms.goals)
    condition = (terms.condition or "").strip() or None
    return replace(draft, terms=replace(terms, goals=goals, condition=condition))


def _normal_metric(metric: MetricDefinition) -> MetricDefinition:
    if metric.window is Window.ALL_TIME:
        metric = replace(metric, window=Window.PARTICIPATION)
    return MetricDefinition.from_json(metric.as_json())


def is_key(text: str) -> bool:
    """Whether a challenge can be called this."""
    return _KEY.fullmatch(text) is not None


def check_challenge(draft: ChallengeDraft) -> None:
    """Refuses a challenge that could not be shown, joined or won.

    Raises: Invalid, naming the field.
    """
    terms = draft.terms
    if not is_key(draft.key):
        raise Invalid("programme.key", field=("key",))
    _check_name(draft.name, ("name",))
    check_text(draft.description, limit=LONGEST_DESCRIPTION, field=("description",))
    if terms.starts_at >= terms.ends_at:
        raise Invalid("programme.schedule", field=("endsAt",))
    if (terms.mode is ChallengeMode.TEAM) != (terms.team_size is not None):
        raise Invalid("challenge.team_size", field=("teamSize",))
    _check_count(terms.team_size, ("teamSize",), least=1, most=LARGEST_TEAM)
    _check_count(draft.capacity, ("capacity",), least=1, most=MOST_PARTICIPANTS)
    _check_count(terms.late_hours, ("lateHours",), least=0, most=MOST_LATE_HOURS)
    _check_goals(terms.goals)
    check_bundle(terms.reward, field=("reward",))
    _check_revocable(terms)
    _check_milestones(terms.milestones)


def check_change(known: ChallengeDraft, wanted: ChallengeDraft, now: datetime) -> None:
    """Refuses to rewrite a challenge that has started.

    Raises: Conflict, naming the field.
    """
    before, after = known.terms, wanted.terms
    if now < before.starts_at:
        return
    for name, was, is_ in (
        ("mode", before.mode, after.mode),
        ("startsAt", before.starts_at, after.starts_at),
        ("goals", _asked(before), _asked(after)),
        ("reward", before.reward, after.reward),
        ("milestones", before.milestones, after.milestones),
        ("teamSize", before.team_size, after.team_size),
        ("condition", before.condition, after.condition),
        ("countFromStart", before.count_from_start, after.count_from_start),
        ("lateHours", before.late_hours, after.late_hours),
        ("revocable", before.revocable, after.revocable),
    ):
        if was != is_:
            raise Conflict("challenge.started", field=(name,))
    if after.ends_at < before.ends_at or (after.ends_at > before.ends_at <= now):
        raise Conflict("challenge.end_only_later", field=("endsAt",))


def _asked(terms: Terms) -> list[tuple[str, object, int]]:
    """The goals without their names, which may be corrected."""
    return [(goal.key, goal.metric.as_json(), goal.target) for goal in terms.goals]


def _check_goals(goals: Sequence[Goal]) -> None:
    if not 1 <= len(goals) <= MOST_GOALS:
        raise Invalid("challenge.goals", field=("goals",), limit=MOST_GOALS)
    keys: set[str] = set()
    for place, goal in enumerate(goals):
        where = ("goals", str(place))
        if not _KEY.fullmatch(goal.key) or goal.key in keys:
            raise Invalid("programme.key", field=(*where, "key"))
        keys.add(goal.key)
        _check_name(goal.name, (*where, "name"))
        _check_count(goal.target, (*where, "target"), least=1, most=MOST_POINTS)
        if goal.metric.window not in {Window.PARTICIPATION, Window.ALL_TIME}:
            raise Invalid("challenge.goal_window", field=(*where, "metric", "window"))
        try:
            check_metric(goal.metric)
        except Invalid as refused:
            raise refused.at(*where) from None


def _check_revocable(terms: Terms) -> None:
    """What can be taken back: points, and nobody's whom others made reach it or fall short."""
    if not terms.revocable:
        return
    if terms.mode is not ChallengeMode.SOLO:
        raise Invalid("challenge.revocable_alone", field=("revocable",))
    for name, given in (("couponKey", terms.reward.coupon), ("badgeKey", terms.reward.badge)):
        if given is not None:
            raise Invalid("challenge.revocable_points", field=("reward", name))
    if not terms.reward.points:
        raise Invalid("challenge.revocable_points", field=("reward", "points"))


def _check_milestones(milestones: Sequence[Milestone]) -> None:
    _check_count(len(milestones), ("milestones",), least=0, most=MOST_MILESTONES)
    last = 0
    for place, one in enumerate(milestones):
        where = ("milestones", str(place))
        if not last < one.percent < WHOLE:
            raise Invalid("challenge.milestone", field=(*where, "percent"))
        last = one.percent
        check_bundle(one.reward, field=(*where, "reward"))


def _check_name(name: str, where: tuple[str, ...]) -> None:
    if not name.strip():
        raise Invalid("text.blank", field=where)
    check_text(name, limit=LONGEST_NAME, field=where)


def _check_count(count: int | None, where: tuple[str, ...], *, least: int, most: int) -> None:
    if count is not None and not least <= count <= most:
        raise Invalid("programme.count", field=where, least=least, most=most)


def goals_as_json(goals: Iterable[Goal], metric_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """As a version writes them down."""
    return [
        {
            "key": goal.key,
            "name": goal.name,
            "metric": goal.metric.as_json(),
            "target": goal.target,
            "metricId": str(metric_id),
        }
        for goal, metric_id in zip(goals, metric_ids, strict=True)
    ]


def goal_from_json(written: Mapping[str, Any]) -> Goal:
    metric = MetricDefinition.from_json(written["metric"])
    return Goal(written["key"], written["name"], metric, written["target"])


def milestones_as_json(milestones: Iterable[Milestone]) -> list[dict[str, Any]]:
    """As a version writes them down."""
    return [{"percent": one.percent, "reward": one.reward.as_json()} for one in milestones]


def milestone_from_json(written: Mapping[str, Any]) -> Milestone:
    return Milestone(written["percent"], Bundle.from_json(written["reward"]))
