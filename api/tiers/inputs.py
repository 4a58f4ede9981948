"""What designers hand in: a tier, and what tiers are measured by."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import strawberry

from api.benefits import BenefitInput, benefits_of
from api.metrics.inputs import MetricInput
from api.scalars import Long
from domain.tiers import RulesDraft, TierDraft

GRACE_DAYS: Final = 30
NOTICE_DAYS: Final = 14


@strawberry.input(description="A tier to add, or to change by its key.")
class TierInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    level: int = strawberry.field(description="0 for the base tier; higher is better.")
    threshold: Long = strawberry.field(
        description="Of the qualification metric; reaching it counts. Higher levels need more."
    )
    points_multiplier: Decimal = strawberry.field(description="More than 0, at most 1000.")
    benefits: list[BenefitInput] | None = strawberry.field(
        default=None, description="What it gives beside points; null leaves them as they are."
    )

    def draft(self) -> TierDraft:
        return TierDraft(
            key=self.key,
            name=self.name,
            level=self.level,
            threshold=self.threshold,
            points_multiplier=self.points_multiplier,
            benefits=benefits_of(self.benefits),
        )


@strawberry.input(description="What tiers are measured by, and how one is lost.")
class TierRulesInput:
    metric: MetricInput = strawberry.field(
        description="What thresholds are compared with; mostly a sum over ROLLING_DAYS."
    )
    grace_days: int | None = strawberry.field(
        default=GRACE_DAYS,
        description="Days that a tier is kept after its threshold is no longer met.",
    )
    notice_days: int | None = strawberry.field(
        default=NOTICE_DAYS,
        description="Days before its end on which the loss of a tier is announced; 0 for not.",
    )

    def draft(self) -> RulesDraft:
        return RulesDraft(
            metric=self.metric.definition(),
            grace_days=GRACE_DAYS if self.grace_days is None else self.grace_days,
            notice_days=NOTICE_DAYS if self.notice_days is None else self.notice_days,
        )
