"""Tiers: which one a member holds, until when, and what is missing to the next.

A day's tier is the highest whose threshold was met on that day or on one of the grace days before
it. So a rise binds at once, a fall only when the grace days are over, and it needs no job: the day
on which a tier ends is known beforehand. What a refund (or a change of the rules) takes away is
promised for the grace days in writing, because the days that are kept do not show it any more.
Source: behaviour.md, "Tiers"; ADR 17.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.benefits import Benefit, check_benefits
from domain.errors import Conflict, Invalid
from domain.ledger import MOST_POINTS
from domain.metrics import MetricDefinition, Window, check_metric
from domain.metrics.tallies import Tally, last_days_met, value_on
from domain.text import check_text

REACHED: Final = "tier.reached"
LOSS_ANNOUNCED: Final = "tier.loss_announced"
FOREVER: Final = date.max
LONGEST_NAME: Final = 60  # user-perceived characters
MOST_DAYS: Final = 3_660
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_HIGHEST_LEVEL: Final = 100
_MOST_MULTIPLIER: Final = 1_000


@dataclass(frozen=True, slots=True)
class TierStanding:
    """A tier as expressions, multipliers and the ladder see it."""

    key: str
    level: int
    multiplier: Decimal
    threshold: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers with what they are measured by. `tiers` begin with the base, lowest first.

    `above` are those above it, which ask for their `thresholds`. `version` rises with every change
    of what a tier asks for, the last of which was on `changed_on`. `metric_id` is the metric by
    day, `window` brings its window.
    """

    version: int
    changed_on: date
    metric_id: UUID
    window: MetricDefinition
    grace_days: int
    notice_days: int
    tiers: tuple[TierStanding, ...]
    above: tuple[TierStanding, ...] = field(init=False)
    thresholds: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "above", self.tiers[1:])
        object.__setattr__(self, "thresholds", tuple(tier.threshold for tier in self.above))

    @property
    def base(self) -> TierStanding:
        return self.tiers[0]

    def tier(self, key: str) -> TierStanding:
        """The tier with this key; the base where there is none."""
        return next((tier for tier in self.tiers if tier.key == key), self.base)


@dataclass(slots=True)
class Tenure:
    """The tier that a member holds, through which day if nothing more happens, and why.

    An empty `tier` is the base. `promised` are tiers kept through a day whatever the metric says.
    The loss after the day `announced` has been announced. `version` is that of the ladder by
    which all of this was judged.
    """

    tier: str = ""
    through: date = FOREVER
    promised: dict[str, date] = field(default_factory=dict[str, date])
    announced: date | None = None
    version: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether what is written here is still so on that day."""
        return day <= self.through


def kept_through(ladder: Ladder, days: Tally, promised: dict[str, date]) -> dict[str, date]:
    """For each tier above the base the last day on which a member has a right to it, ascending.

    Tiers that were never met are left out. `days` reach back by the window and the grace days.
    """
    kept: dict[str, date] = {}
    met = last_days_met(ladder.window, days, ladder.thresholds)
    for tier, day in zip(ladder.above, met, strict=True):
        best = promised.get(tier.key)
        if day is not None:
            natural = _later(day, ladder.grace_days)
            best = natural if best is None else max(natural, best)
        if best is not None:
            kept[tier.key] = best
    return kept


def judge(ladder: Ladder, tenure: Tenure, days: Tally, today: date) -> None:
    """Writes into `tenure` the tier of today, by what the days count and by what is promised.

    Where another ladder judged before, the tier held is promised for the grace days from the day
    of the change, or for as long as it would have been kept anyway.
    """
    if tenure.version != ladder.version:
        if tenure.tier not in {"", ladder.base.key}:
            _promise(tenure, tenure.tier, min(tenure.through, _since_change(ladder)))
        tenure.version = ladder.version
    if tenure.promised:
        tenure.promised = {key: day for key, day in tenure.promised.items() if day >= today}
    kept = kept_through(ladder, days, tenure.promised)
    for tier in reversed(ladder.above):
        if kept.get(tier.key, date.min) >= today:
            tenure.tier, tenure.through = tier.key, kept[tier.key]
            return
    tenure.tier, tenure.through = ladder.base.key, FOREVER


def promise_before_fall(
    ladder: Ladder, tenure: Tenure, days: Tally, *, fell_on: date, today: date
) -> None:
    """Before the days lose something: promises each tier in force for the grace days.

    It is not promised for longer than it would have been kept without the fall.
    """
    kept = kept_through(ladder, days, tenure.promised)
    for key, through in kept.items():
        if through >= today:
            _promise(tenure, key, min(through, _later(fell_on, ladder.grace_days)))


def loss_is_near(ladder: Ladder, tenure: Tenure, today: date) -> bool:
    """Whether the tier held today ends within the days of notice, which nobody has told yet."""
    if tenure.through in {FOREVER, tenure.announced} or not ladder.notice_days:
        return False
    return _notice(ladder, tenure) <= today <= tenure.through


def due_at(ladder: Ladder, tenure: Tenure, zone: ZoneInfo) -> datetime:
    """When the tenure next asks for something: to be announced, or to end; `NEVER` for neither."""
    if tenure.through == FOREVER:
        return calendar.NEVER
    if ladder.notice_days and tenure.announced != tenure.through:
        return calendar.start_of(_notice(ladder, tenure), zone)
    return calendar.end_of(tenure.through, zone)


def _notice(ladder: Ladder, tenure: Tenure) -> date:
    """The day on which the loss is announced: so many days before the first without the tier."""
    return tenure.through - timedelta(days=ladder.notice_days - 1)


def reached(tier: TierStanding, before: TierStanding) -> dict[str, Any]:
    """The attributes of `tier.reached`."""
    return {
        "tier": tier.key,
        "level": tier.level,
        "from": before.key,
        "fromLevel": before.level,
    }


@dataclass(frozen=True, slots=True)
class Progress:
    """How a member stands on the ladder. `value` is the exact one of the present window."""

    current: TierStanding
    next: TierStanding | None
    value: Decimal
    kept_through: date | None

    @property
    def shown(self) -> int:
        return int(self.value.to_integral_value(ROUND_FLOOR))

    @property
    def remaining(self) -> int | None:
        """What is missing to the next tier, rounded up; None at the top."""
        if self.next is None:
            return None
        missing = (self.next.threshold - self.value).to_integral_value(ROUND_CEILING)
        return max(int(missing), 0)

    @property
    def ratio(self) -> float:
        """How far from the present threshold to the next one, 0 to 1; 1 at the top."""
        if self.next is None:
            return 1.0
        way = self.next.threshold - self.current.threshold
        return float(min(max((self.value - self.current.threshold) / way, Decimal(0)), Decimal(1)))


def progress(ladder: Ladder, tenure: Tenure, days: Tally, today: date) -> Progress:
    """How a member stands, whose tenure is judged for today."""
    current = ladder.tier(tenure.tier)
    place = ladder.tiers.index(current)
    return Progress(
        current=current,
        next=ladder.tiers[place + 1] if place + 1 < len(ladder.tiers) else None,
        value=value_on(ladder.window, days, today),
        kept_through=None if tenure.through == FOREVER else tenure.through,
    )


def _promise(tenure: Tenure, key: str, through: date) -> None:
    tenure.promised[key] = max(through, tenure.promised.get(key, date.min))


def _since_change(ladder: Ladder) -> date:
    return _later(ladder.changed_on, ladder.grace_days)


def _later(day: date, days: int) -> date:
    return FOREVER if day == FOREVER else day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class TierDraft:
    """A tier as its designer writes it. Benefits of None stay as they are."""

    key: str
    name: str
    level: int
    threshold: int
    points_multiplier: Decimal
    benefits: tuple[Benefit, ...] | None = None


def check_tier(draft: TierDraft, others: Sequence[tuple[int, int]]) -> None:
    """Refuses a tier that could not stand among the `others`, each (level, threshold).

    Raises: Invalid, Conflict; with the field it is about.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    if not draft.name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(draft.name, limit=LONGEST_NAME, field=("name",))
    _check_count("level", draft.level, _HIGHEST_LEVEL)
    _check_count("threshold", draft.threshold, MOST_POINTS)
    if not 0 < draft.points_multiplier <= _MOST_MULTIPLIER:
        raise Invalid("tier.multiplier", field=("pointsMultiplier",))
    check_benefits(draft.benefits or ())
    if any(level == draft.level for level, _ in others):
        raise Conflict("tier.level_taken", field=("level",), level=draft.level)
    ladder = sorted([*others, (draft.level, draft.threshold)])
    if ladder[0] != (0, 0):
        raise Invalid("tier.base", field=("threshold",))
    if any(low >= high for (_, low), (_, high) in itertools.pairwise(ladder)):
        raise Invalid("tier.ladder", field=("threshold",))


@dataclass(frozen=True, slots=True)
class RulesDraft:
    """What tiers are measured by, as a designer writes it."""

    metric: MetricDefinition
    grace_days: int
    notice_days: int


def check_rules(draft: RulesDraft) -> None:
    """Refuses rules by which no tier could be judged. The condition is checked by its compiler.

    Raises: Invalid, with the field it is about.
    """
    metric = draft.metric
    check_metric(metric)
    if metric.window is Window.PARTICIPATION:
        raise Invalid("tier.window", field=("metric", "window"))
    if metric.window is Window.ROLLING_DAYS:
        if not 1 <= (metric.rolling_days or 0) <= MOST_DAYS:
            raise Invalid(
                "programme.count", field=("metric", "rollingDays"), least=1, most=MOST_DAYS
            )
    elif metric.rolling_days is not None:
        raise Invalid("metric.rolling_days_unused", field=("metric", "rollingDays"))
    _check_count("graceDays", draft.grace_days, MOST_DAYS)
    _check_count("noticeDays", draft.notice_days, MOST_DAYS)


def _check_count(name: str, count: int, most: int) -> None:
    if not 0 <= count <= most:
        raise Invalid("programme.count", field=(name,), least=0, most=most)
