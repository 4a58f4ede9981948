"""What designers hand in: a board."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.leaderboards.enums import Period
from api.metrics.inputs import MetricInput
from domain.boards import BoardDraft


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
