"""What an entry of the section `challenges` says, and the draft that it becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from domain.bundles import NOTHING, Bundle
from domain.challenges import ChallengeMode, Goal, Milestone, Terms
from domain.challenges.design import ChallengeDraft, normal
from domain.metrics import Measure, MetricDefinition, Window
from server.programme.fields import (
    REQUIRED,
    Field,
    ListOf,
    ManyWords,
    Moment,
    OneOf,
    Shape,
    Whole,
    Words,
    YesNo,
)

_OF_TERMS: Final = "terms."
_METRIC: Final = Shape(
    MetricDefinition,
    (
        Field("trigger", "triggers", ManyWords(), REQUIRED),
        Field("condition", "condition", Words()),
        Field("measure", "measure", OneOf(Measure), REQUIRED),
        Field("attribute", "attribute", Words()),
        Field("window", "window", OneOf(Window), Window.PARTICIPATION),
    ),
)
_GOAL: Final = Shape(
    Goal,
    (
        Field("key", "key", Words(), REQUIRED),
        Field("name", "name", Words(), REQUIRED),
        Field("metric", "metric", _METRIC, REQUIRED),
        Field("target", "target", Whole(), REQUIRED),
    ),
)
_BUNDLE: Final = Shape(
    Bundle,
    (
        Field("points", "points", Whole(), 0),
        Field("couponKey", "coupon", Words()),
        Field("badgeKey", "badge", Words()),
    ),
)
_MILESTONE: Final = Shape(
    Milestone,
    (
        Field("percent", "percent", Whole(), REQUIRED),
        Field("reward", "reward", _BUNDLE, NOTHING),
    ),
)


def _draft(**given: Any) -> ChallengeDraft:  # noqa: ANN401 - by the attributes of the fields below
    terms = {
        name.removeprefix(_OF_TERMS): given.pop(name)
        for name in list(given)
        if name.startswith(_OF_TERMS)
    }
    return ChallengeDraft(**given, terms=Terms(**terms))


CHALLENGE: Final = Shape(
    _draft,
    (
        Field("name", "name", Words(), REQUIRED),
        Field("description", "description", Words(), ""),
        Field("mode", "terms.mode", OneOf(ChallengeMode), REQUIRED),
        Field("startsAt", "terms.starts_at", Moment(), REQUIRED),
        Field("endsAt", "terms.ends_at", Moment(), REQUIRED),
        Field("goals", "terms.goals", ListOf(_GOAL), REQUIRED),
        Field("reward", "terms.reward", _BUNDLE, NOTHING),
        Field("milestones", "terms.milestones", ListOf(_MILESTONE), ()),
        Field("teamSize", "terms.team_size", Whole()),
        Field("capacity", "capacity", Whole()),
        Field("condition", "terms.condition", Words()),
        Field("countFromStart", "terms.count_from_start", YesNo(), default=False),
        Field("lateHours", "terms.late_hours", Whole(), 0),
        Field("revocable", "terms.revocable", YesNo(), default=False),
        Field("leaderboardKey", "leaderboard_key", Words()),
    ),
)


def normal_challenge(draft: ChallengeDraft) -> ChallengeDraft:
    """The one form of drafts that mean the same. A file has no pictures: the shop's stays."""
    return replace(normal(draft), cover_id=None)
