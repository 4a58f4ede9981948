"""How far a metric is from a target."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

import strawberry

from api.scalars import Long


@strawberry.type(description="How far a metric is from a target.")
class MetricProgress:
    value: Long = strawberry.field(description="The metric's value, rounded down.")
    target: Long = strawberry.field(description="Reaching it counts.")
    ratio: float = strawberry.field(description="How much of the way is done: 0 to 1.")

    @classmethod
    def of(cls, value: Decimal, target: int) -> MetricProgress:
        done = min(max(value / target, Decimal(0)), Decimal(1))
        return cls(
            value=int(value.to_integral_value(ROUND_FLOOR)), target=target, ratio=float(done)
        )
