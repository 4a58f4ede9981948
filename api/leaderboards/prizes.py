"""What the first ranks of a season get."""

from __future__ import annotations

import strawberry

from api.scalars import Long
from domain.boards.prizes import Prize


@strawberry.type(description="What each of the ranks of a range gets when a season closes.")
class LeaderboardPrize:
    from_rank: int = strawberry.field(description="The first rank.")
    to_rank: int = strawberry.field(description="The last rank.")
    points: Long = strawberry.field(description="Points for each.")
    badge_key: str | None = strawberry.field(description="The badge for each, if any.")
    coupon_key: str | None = strawberry.field(description="The coupon for each, if any.")

    @classmethod
    def of(cls, prize: Prize) -> LeaderboardPrize:
        reward = prize.reward
        return cls(
            from_rank=prize.from_rank,
            to_rank=prize.to_rank,
            points=reward.points,
            badge_key=reward.badge,
            coupon_key=reward.coupon,
        )
