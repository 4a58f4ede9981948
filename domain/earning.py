"""Earn rules: how one activity becomes points, with each factor written down.

Points of one award = floor(formula × tier multiplier × membership multiplier), then the daily
cap, then the budget. Source: activities.md, "Points of one award".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.expressions import Binding, Condition, ExpressionFailed, FailureReason, Formula
from domain.ledger import MOST_POINTS, Step
from domain.values import value

_ONE: Final = Decimal(1)
_MOST: Final = Decimal(MOST_POINTS)


class RuleState(StrEnum):
    """Source: `RuleState` of the contract. Only LIVE rules award."""

    DRAFT = "DRAFT"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


@dataclass(frozen=True, slots=True)
class EarnRule:
    """One version of a rule, ready to be asked. Caps and budgets are points; terms are days.

    `coupon` is the key of the template of which it also gives a coupon.
    """

    id: UUID
    key: str
    version: int
    trigger: str
    condition: Condition | None
    points: Formula
    tier_multiplied: bool = False
    pending_days: int = 0
    expires_after_days: int | None = None
    cap_per_day: int | None = None
    budget: int | None = None
    coupon: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether the schedule covers what occurred at `moment`: from start, before the end."""
        return (self.starts_at is None or self.starts_at <= moment) and (
            self.ends_at is None or moment < self.ends_at
        )


@value
class Multipliers:
    """What a member's standing multiplies awards by; 1 is nothing."""

    tier: Decimal = _ONE
    membership: Decimal = _ONE


@value
class Room:
    """What the daily cap and the budget still leave; None where there is no such limit."""

    cap: int | None = None
    budget: int | None = None


def points_of(
    rule: EarnRule, binding: Binding, multipliers: Multipliers, room: Room
) -> tuple[int, tuple[Step, ...]]:
    """The points that an applying rule gives for this activity, and how they came about.

    Raises: ExpressionFailed when the formula fails on this activity.
    """
    exact = rule.points(binding)
    steps = [Step("base", None, exact)]
    if rule.tier_multiplied:
        exact *= multipliers.tier
        steps.append(Step("tier", multipliers.tier, exact))
    if multipliers.membership != _ONE:
        exact *= multipliers.membership
        steps.append(Step("membership", multipliers.membership, exact))
    points = _floored(exact, steps)
    points = _limited(points, room.cap, "daily_cap", steps)
    points = _limited(points, room.budget, "budget", steps)
    return points, tuple(steps)


def _floored(exact: Decimal, steps: list[Step]) -> int:
    whole = exact.to_integral_value(ROUND_FLOOR)
    if whole > _MOST:
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    if whole != exact:
        steps.append(Step("rounding", None, whole))
    return int(whole)


def _limited(points: int, room: int | None, key: str, steps: list[Step]) -> int:
    if room is None or points <= room:
        return points
    kept = max(room, 0)
    steps.append(Step(key, None, Decimal(kept)))
    return kept
