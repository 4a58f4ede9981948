"""What designers, members and the shop's systems hand in about rewards."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.rewards.enums import RewardKind
from api.scalars import Long
from domain.rewards import RewardDraft


@strawberry.input(description="A reward to put on sale, or to change by its key.")
class RewardInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read, up to 60 characters.")
    description: str = strawberry.field(description="More about it, up to 1,000 characters.")
    kind: RewardKind = strawberry.field(description="What a member gets.")
    cost: Long = strawberry.field(description="In points; 0 for a free one.")
    stock: int | None = strawberry.field(
        default=None,
        description="How many are put on sale in all, those redeemed before included, so that "
        "saving it again changes nothing; null for any number.",
    )
    per_member_limit: int | None = strawberry.field(
        default=None, description="How many a member can have, cancelled ones not counted."
    )
    minimum_tier_key: str | None = strawberry.field(
        default=None, description="The lowest tier that may redeem it; null for everybody."
    )
    starts_at: datetime | None = strawberry.field(
        default=None, description="From when on it can be redeemed; null for at once."
    )
    ends_at: datetime | None = strawberry.field(
        default=None, description="Until when it can be redeemed; null for always."
    )
    coupon_key: str | None = strawberry.field(
        default=None, description="Of kind COUPON: the key of the template it is issued by."
    )
    badge_key: str | None = strawberry.field(
        default=None, description="Of kind BADGE: the key of the badge; null for the reward's own."
    )

    def draft(self) -> RewardDraft:
        return RewardDraft(
            key=self.key,
            name=self.name,
            description=self.description,
            kind=self.kind,
            cost=self.cost,
            stock=self.stock,
            per_member_limit=self.per_member_limit,
            minimum_tier=self.minimum_tier_key,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            coupon_key=self.coupon_key,
            badge_key=self.badge_key,
        )


@strawberry.input(description="A reward that the viewer redeems.")
class RedeemRewardInput:
    reward_id: strawberry.ID = strawberry.field(description="The `id` of the reward.")
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same redemption and costs nothing more."
    )


@strawberry.input(description="A redemption that was made before.")
class RedemptionRefInput:
    redemption_id: strawberry.ID = strawberry.field(description="The `id` of the redemption.")
