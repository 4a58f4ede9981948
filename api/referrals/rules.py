"""What is promised for bringing a friend, and how it fares, as clients see it."""

from __future__ import annotations

import strawberry

from api.challenges.bundles import RewardBundle
from api.execution.cost.sizes import expected
from api.payloads import Payload
from api.scalars import Long
from community.referrals.statistics import Statistics
from gamification.referrals.store import RulesRow


@strawberry.type(description="What is promised for bringing a friend.")
class ReferralRules:
    version: int = strawberry.field(
        description="Rises with each change. What has qualified keeps the terms of then."
    )
    trigger: str = strawberry.field(description="The type of activity that qualifies.")
    condition: str | None = strawberry.field(
        description="CEL over the activity and the invited member; null for any."
    )
    confirm_days: int = strawberry.field(description="Days in which a refund undoes it.")
    monthly_cap: int = strawberry.field(
        description="For how many friends a member is rewarded in a calendar month."
    )
    referrer_reward: RewardBundle = strawberry.field(description="For the person who invited.")
    referee_reward: RewardBundle = strawberry.field(description="For the person invited.")

    @classmethod
    def of(cls, row: RulesRow) -> ReferralRules:
        draft = row.draft
        return cls(
            version=row.version,
            trigger=draft.trigger,
            condition=draft.condition,
            confirm_days=draft.confirm_days,
            monthly_cap=draft.monthly_cap,
            referrer_reward=RewardBundle.of(draft.referrer_reward),
            referee_reward=RewardBundle.of(draft.referee_reward),
        )


@strawberry.type(description="What is promised now.")
class ReferralRulesPayload(Payload):
    rules: ReferralRules | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="How many referrals have something in common.")
class ReferralCount:
    key: str = strawberry.field(description="What they have in common: a refusal, or a signal.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(description="The referrals that began in a span of days, as they stand now.")
class ReferralStats:
    registered: int = strawberry.field(description="Came, and nothing has qualified yet.")
    qualified: int = strawberry.field(description="In their confirm period.")
    rewarded: int = strawberry.field(description="Rewarded, to both or to the friend alone.")
    refused: int = strawberry.field(description="Refused.")
    held: int = strawberry.field(description="Of the first two, those that wait for staff.")
    points: Long = strawberry.field(description="Points for both sides together.")
    refusals: list[ReferralCount] = strawberry.field(
        description="Why they were refused, the commonest first.", metadata=expected(5).metadata
    )
    signals: list[ReferralCount] = strawberry.field(
        description="What speaks against any of them, the commonest first.",
        metadata=expected(10).metadata,
    )

    @classmethod
    def of(cls, found: Statistics) -> ReferralStats:
        return cls(
            registered=found.registered,
            qualified=found.qualified,
            rewarded=found.rewarded,
            refused=found.refused,
            held=found.held,
            points=found.points,
            refusals=[ReferralCount(key=key, count=n) for key, n in found.refusals.items()],
            signals=[ReferralCount(key=key, count=n) for key, n in found.signals.items()],
        )
