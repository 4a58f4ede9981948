"""Rehearsing a rule: what it would have given for activities of the past. Nothing comes of it.

The rule is asked by the engine's own readings, as it was applied then: the tier, the number of
orders and the membership are those that the member had at each activity. Activities come member by
member, and what is kept of a member is dropped with the next one, so that the memory does not grow
with the past; only a rule with a budget needs all of them at once, in the order of application.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from typing import Final
from uuid import UUID

from domain import calendar
from domain.activity import Activity
from domain.earning import EarnRule
from domain.errors import Refused
from domain.expressions import Binder, ExpressionFailed
from domain.happening import Effects, Happening, MemberState, Spent
from domain.ledger import Step
from domain.orders import ORDER_TYPES, PAID, read_order, ref_of
from domain.programme import Programme
from domain.readings.metrics import count_metrics
from domain.readings.orders import follow_order, keep_order_count
from domain.readings.points import give
from domain.readings.tiers import hold_tier

PERCENTILES: Final = (10, 50, 90, 99)
EXAMPLES: Final = 10
_SAMPLED: Final = (1 << 62) - 1  # the random bits of an id: the lowest are a fair sample


@dataclass(frozen=True, slots=True)
class Trial:
    """The rule that is rehearsed, and the activities that it is asked about: before `until`.

    `programme` has this rule and no other, and what the rule needs to know of members: the ladder
    with its metric where it asks for the tier.
    """

    programme: Programme
    rule: EarnRule
    since: datetime
    until: datetime
    counts_orders: bool
    judges_tiers: bool

    def asks_about(self, activity: Activity) -> bool:
        """Whether it lies in the window; others only tell how members stood."""
        return (
            activity.type == self.rule.trigger and self.since <= activity.occurred_at < self.until
        )


@dataclass(slots=True)
class Day:
    """What happened on one day of the programme."""

    matched: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """An activity that was rewarded, and how its points came about."""

    activity: Activity
    points: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `days` ascend; `percentiles` are points of rewarded members, by nearest rank
    at `PERCENTILES`, none where nobody was.
    """

    activities: int
    matched: int
    failed: int
    members: int
    points: int
    days: tuple[tuple[date, Day], ...]
    percentiles: tuple[int, ...]
    examples: tuple[Example, ...]


@dataclass(slots=True)
class Rehearsal:
    """Use: `add` each activity with whom it is about, then `outcome`.

    `keep` says that a member's activities do not come together. `going_back` are the orders, by
    member and reference, of which something went back: only those are remembered.
    """

    trial: Trial
    bind: Binder
    going_back: frozenset[tuple[UUID, str]] = frozenset()
    keep: bool = False
    _activities: int = 0
    _matched: int = 0
    _failed: int = 0
    _points: int = 0
    _spent: Spent = field(default_factory=Spent)
    _effects: Effects = field(default_factory=Effects)
    _days: dict[date, Day] = field(default_factory=dict[date, Day])
    _states: dict[UUID, MemberState] = field(default_factory=dict[UUID, MemberState])
    _given: dict[UUID, int] = field(default_factory=dict[UUID, int])
    _totals: array[int] = field(default_factory=lambda: array("q"))
    _examples: list[tuple[int, int, Example]] = field(
        default_factory=list[tuple[int, int, Example]]
    )
    _readings: Sequence[Callable[[Happening], None]] = ()

    def __post_init__(self) -> None:
        trial = self.trial
        follows = trial.counts_orders or trial.judges_tiers
        self._readings = (
            *((self._follow,) if follows else ()),
            self._ask,
            *((count_metrics, hold_tier) if trial.judges_tiers else ()),
            *((keep_order_count,) if follows else ()),
        )

    def add(self, activity: Activity, at: datetime, newcomer: MemberState) -> None:
        """Lets the activity meet its member as it did when it was applied, in that order.

        `newcomer` is the member as they joined: who they are at their first activity.
        """
        state = self._states.get(activity.member_id)
        if state is None:
            if not self.keep:
                self._close()
            state = self._states[activity.member_id] = newcomer
        programme, effects = self.trial.programme, self._effects
        happening = Happening(programme, at, state, activity, self._spent, effects, self.bind)
        try:
            for reading in self._readings:
                reading(happening)
        except Refused:
            pass  # as when it was applied: it contradicts its order, and counts for nothing
        effects.counts.clear()
        effects.orders.clear()
        effects.failures.clear()

    def outcome(self) -> Outcome:
        """What came of all that was added."""
        self._close()
        found = sorted(self._totals)
        return Outcome(
            activities=self._activities,
            matched=self._matched,
            failed=self._failed,
            members=len(found),
            points=self._points,
            days=tuple(sorted(self._days.items())),
            percentiles=tuple(found[ceil(len(found) * p / 100) - 1] for p in PERCENTILES)
            if found
            else (),
            examples=tuple(
                sorted(
                    (one for _, _, one in self._examples),
                    key=lambda one: (one.activity.occurred_at, one.activity.id),
                )
            ),
        )

    def _ask(self, happening: Happening) -> None:
        activity, rule = happening.activity, self.trial.rule
        if not self.trial.asks_about(activity):
            return
        self._activities += 1
        day = self._day(activity)
        if not rule.covers(activity.occurred_at):
            return
        binding = happening.binding
        try:
            if rule.condition is not None and not rule.condition(binding):
                return
            self._matched += 1
            day.matched += 1
            points, steps = give(happening, rule, binding, happening.membership)
        except ExpressionFailed:
            self._failed += 1
            return
        if points:
            self._count(activity, day, points, steps)

    def _count(self, activity: Activity, day: Day, points: int, steps: tuple[Step, ...]) -> None:
        """Books stay empty: of what was given, sums are told, and some examples."""
        day.points += points
        self._points += points
        self._given[activity.member_id] = self._given.get(activity.member_id, 0) + points
        self._sample(activity, points, steps)

    def _day(self, activity: Activity) -> Day:
        day = calendar.day_of(activity.occurred_at, self.trial.programme.settings.zone)
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = Day()
        return found

    def _sample(self, activity: Activity, points: int, steps: tuple[Step, ...]) -> None:
        drawn = -(activity.id.int & _SAMPLED)
        if len(self._examples) < EXAMPLES:
            heapq.heappush(self._examples, (drawn, self._matched, Example(activity, points, steps)))
        elif drawn > self._examples[0][0]:
            example = Example(activity, points, steps)
            heapq.heapreplace(self._examples, (drawn, self._matched, example))

    def _follow(self, happening: Happening) -> None:
        """Reads an order of which nothing ever goes back, and follows one of which something does.

        Raises: Refused.
        """
        activity = happening.activity
        if activity.type not in ORDER_TYPES:
            return
        ref = str(ref_of(activity.external_id, activity.attributes))
        if activity.type == PAID and (activity.member_id, ref) not in self.going_back:
            read_order(activity.type, activity.external_id, activity.attributes)
        else:
            follow_order(happening)

    def _close(self) -> None:
        """Done with these members: what each was given is all that is left of them."""
        self._totals.extend(points for points in self._given.values() if points)
        self._given.clear()
        self._states.clear()
