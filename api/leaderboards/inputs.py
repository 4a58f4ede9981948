"""What designers hand in: a metric, and a board that ranks by it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.leaderboards.enums import Measure, Period, Window
from domain.boards import BoardDraft
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


@strawberry.input(description="A board to add, or to change by its key.")
class LeaderboardInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    unit: str = strawberry.field(description="What the scores are, for example 元 or orders.")
    period: Period = strawberry.field(
        description="How long a season lasts; stays once there are standings."
    )
    metric: MetricInput = strawberry.field(
        description="What members are ranked by; stays once there are standings."
    )
    starts_at: datetime | None = strawberry.field(
        default=None, description="Activities from then on count; null: always."
    )
    ends_at: datetime | None = strawberry.field(
        default=None, description="Activities before then count; null: without end."
    )

    def draft(self) -> BoardDraft:
        return BoardDraft(
            key=self.key,
            name=self.name,
            unit=self.unit,
            period=self.period,
            metric=self.metric.definition(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )
