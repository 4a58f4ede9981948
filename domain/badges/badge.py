"""Badges: which level a member holds, what raises it, and what may take it back.

A level is reached when the badge's metric reaches its threshold. A badge that is not revocable
keeps the best level that any of its windows ever reached, in whatever order activities came. A
revocable one is held for as long as the metric says so: a refund takes it back, and so does the
day on which the window no longer sees enough, which is known beforehand and needs no job. What was
awarded by an earlier version of the badge, or granted, is kept whatever the metric says.
Source: behaviour.md, "Badges"; activities.md, "Refund".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from domain.errors import Invalid
from domain.ledger import MOST_POINTS
from domain.metrics import Measure, MetricDefinition, Window, check_metric
from domain.metrics.tallies import (
    Tally,
    best_ever,
    best_seeing,
    last_days_met,
    level_of,
    looks_back,
    value_on,
)
from domain.text import check_text
from domain.values import value

AWARDED: Final = "badge.awarded"
REVOKED: Final = "badge.revoked"
DERIVABLE: Final = frozenset({AWARDED, REVOKED})
FOREVER: Final = date.max
LONGEST_NAME: Final = 60  # user-perceived characters, like the next
LONGEST_DESCRIPTION: Final = 500
MOST_LEVELS: Final = 20
MOST_DAYS: Final = 3_660
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as the engine sees it: what one version of it asks for.

    `metric_id` is the metric as it is kept, `window` brings measure and window. `thresholds`
    ascend; level 1 is the first. `changed_on` is the day since which this version judges.
    """

    id: UUID
    key: str
    version: int
    metric_id: UUID
    window: MetricDefinition
    thresholds: tuple[int, ...]
    revocable: bool
    changed_on: date

    @property
    def looks_back(self) -> int | None:
        """How many days before an activity judging it may need to see; None for all of them."""
        if self.window.measure is Measure.STREAK and not self.revocable:
            run = self.thresholds[-1] - 1  # a run that just reaches the last level is enough
            window = looks_back(self.window)
            return run if window is None else min(run, window)
        return looks_back(self.window)


@dataclass(slots=True)
class Award:
    """What a member holds of a badge; level 0 is nothing, or what was taken back.

    `floor` is a level that is kept whatever the metric says, `through` the last day of the level
    if nothing more happens. `version` is that of the badge by which it was judged.
    """

    level: int = 0
    floor: int = 0
    version: int = 0
    through: date = FOREVER
    awarded_at: datetime | None = None
    activity_id: UUID | None = None

    def level_on(self, day: date) -> int:
        """The level still held then, by what is written here; by the metric it may be more."""
        return self.level if day <= self.through else self.floor


@value
class Rise:
    """A level that a member reached, one for each level."""

    member_id: UUID
    badge_id: UUID
    level: int


@value
class Gift:
    """A badge that was given to a member by something other than its metric."""

    member_id: UUID
    badge_id: UUID
    level: int
    origin: str
    origin_id: str


@dataclass(frozen=True)
class Badges:
    """All badges of a programme, found by what is asked."""

    by_id: Mapping[UUID, Badge] = field(default_factory=dict[UUID, Badge])

    def __bool__(self) -> bool:
        return bool(self.by_id)

    @cached_property
    def by_key(self) -> Mapping[str, Badge]:
        return {badge.key: badge for badge in self.by_id.values()}

    @cached_property
    def by_metric(self) -> Mapping[UUID, tuple[Badge, ...]]:
        """The badges that read a kept metric."""
        found: dict[UUID, tuple[Badge, ...]] = {}
        for badge in self.by_id.values():
            found[badge.metric_id] = (*found.get(badge.metric_id, ()), badge)
        return found


def judge(
    badge: Badge, award: Award, tally: Tally, *, today: date, days: Iterable[date] | None = None
) -> None:
    """Writes into `award` the level of today.

    `days` are those on which something was counted just now; None asks about all that there were.
    """
    if award.version != badge.version:
        if award.version and award.level_on(badge.changed_on):
            award.floor = award.level_on(badge.changed_on)
        award.version = badge.version
    if badge.revocable:
        level, through = _held(badge, tally, today)
    else:
        level, through = max(award.level_on(today), _reached(badge, tally, days)), FOREVER
    if award.floor >= level:
        level, through = award.floor, FOREVER
    award.level, award.through = level, through


def _held(badge: Badge, tally: Tally, today: date) -> tuple[int, date]:
    """The highest level whose threshold is still met, and through which day."""
    met = last_days_met(badge.window, tally, badge.thresholds)
    for level in range(len(met), 0, -1):
        through = met[level - 1]
        if through is not None and through >= today:
            return level, through
    return 0, FOREVER


def _reached(badge: Badge, tally: Tally, days: Iterable[date] | None) -> int:
    if days is None:
        return level_of(badge.thresholds, best_ever(badge.window, tally))
    best = (best_seeing(badge.window, tally, day) for day in days)
    return max(level_of(badge.thresholds, one) for one in best)


def awarded(badge: Badge, level: int) -> dict[str, Any]:
    """The attributes of `badge.awarded`, which tells of one level."""
    return {"badge": badge.key, "level": level, "version": badge.version}


def revoked(badge: Badge, level: int, before: int) -> dict[str, Any]:
    """The attributes of `badge.revoked`: the level that is left, and the one that was held."""
    return {"badge": badge.key, "level": level, "from": before}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member is to the next level. `value` is the exact one of the present window."""

    value: Decimal
    target: int

    @property
    def shown(self) -> int:
        return int(self.value.to_integral_value(ROUND_FLOOR))

    @property
    def ratio(self) -> float:
        """0 to 1, rounded down to four decimals: nobody is promised what is not there."""
        share = min(max(self.value / self.target, Decimal(0)), Decimal(1))
        return float(share.quantize(Decimal("0.0001"), ROUND_FLOOR))


def progress(badge: Badge, level: int, tally: Tally, today: date) -> Progress | None:
    """The way to the level after this one; None where there is none."""
    if level >= len(badge.thresholds):
        return None
    return Progress(value_on(badge.window, tally, today), badge.thresholds[level])


@dataclass(frozen=True, slots=True)
class BadgeDraft:
    """A badge as its designer writes it. `image_id` None lets the picture be drawn."""

    key: str
    name: str
    description: str
    metric: MetricDefinition
    thresholds: tuple[int, ...]
    revocable: bool = False
    image_id: UUID | None = None


def check_badge(draft: BadgeDraft) -> BadgeDraft:
    """Refuses a badge that nobody could earn or read. The condition is checked by its compiler.

    Raises: Invalid, with the field it is about.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    texts = (("name", draft.name, LONGEST_NAME),
             ("description", draft.description, LONGEST_DESCRIPTION))  # fmt: skip
    for name, text, limit in texts:
        if not text.strip():
            raise Invalid("text.blank", field=(name,))
        check_text(text, limit=limit, field=(name,))
    _check_metric(draft.metric)
    _check_thresholds(draft.thresholds)
    triggers = tuple(dict.fromkeys(draft.metric.triggers))
    return replace(draft, metric=replace(draft.metric, triggers=triggers))


def _check_metric(metric: MetricDefinition) -> None:
    check_metric(metric)
    if metric.window is Window.PARTICIPATION:
        raise Invalid("badge.window", field=("metric", "window"))
    if metric.window is Window.ROLLING_DAYS:
        if not 1 <= (metric.rolling_days or 0) <= MOST_DAYS:
            raise Invalid(
                "programme.count", field=("metric", "rollingDays"), least=1, most=MOST_DAYS
            )
    elif metric.rolling_days is not None:
        raise Invalid("metric.rolling_days_unused", field=("metric", "rollingDays"))


def _check_thresholds(thresholds: tuple[int, ...]) -> None:
    if not 1 <= len(thresholds) <= MOST_LEVELS:
        raise Invalid("badge.levels", field=("thresholds",), most=MOST_LEVELS)
    if thresholds[0] < 1 or thresholds[-1] > MOST_POINTS:
        raise Invalid("programme.count", field=("thresholds",), least=1, most=MOST_POINTS)
    if any(low >= high for low, high in itertools.pairwise(thresholds)):
        raise Invalid("badge.thresholds_ascend", field=("thresholds",))
