"""A metric as designers hand it in."""

from __future__ import annotations

import strawberry

from api.metrics.enums import Measure, Window
from domain.metrics import MetricDefinition


@strawberry.input(
    description="A number computed over a member's activities: what badges, challenges, tiers and "
    "leaderboards all read."
)
class MetricInput:
    trigger: list[str] = strawberry.field(description="The activity types that it looks at.")
    condition: str | None = strawberry.field(
        default=None, description="A CEL expression over `activity` and `member`; empty: always."
    )
    measure: Measure = strawberry.field(description="What it makes of them.")
    attribute: str | None = strawberry.field(
        default=None, description="Attribute for SUM and DISTINCT."
    )
    window: Window | None = strawberry.field(
        default=Window.ALL_TIME, description="Which time it looks at."
    )
    rolling_days: int | None = strawberry.field(
        default=None, description="Days of a ROLLING_DAYS window."
    )

    def definition(self) -> MetricDefinition:
        return MetricDefinition(
            triggers=tuple(self.trigger),
            condition=(self.condition or "").strip() or None,
            measure=self.measure,
            attribute=self.attribute or None,
            window=self.window or Window.ALL_TIME,
            rolling_days=self.rolling_days,
        )
