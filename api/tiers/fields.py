"""Queries and mutations about tiers."""

from __future__ import annotations

import strawberry

from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import mutation
from api.tiers.types import Tier, TierInput, TierPayload
from domain.members import Role
from gamification.programme import service, store


@strawberry.type
class TierQueries:
    @expected(10)
    @field(description="All tiers, lowest first.")
    async def tiers(self, info: Info) -> list[Tier] | None:
        rows = await store.tiers(info.context.services.platform.database)
        return [Tier.of(row) for row in rows]


@strawberry.type
class TierMutations:
    @mutation(description="Admins: adds a tier or changes the one with this key.")
    async def save_tier(self, info: Info, input: TierInput) -> TierPayload:  # noqa: A002
        info.context.require(Role.ADMIN)
        row = await service.save_tier(
            info.context.services.platform,
            key=input.key,
            name=input.name,
            level=input.level,
            threshold=input.threshold,
            points_multiplier=input.points_multiplier,
        )
        return TierPayload(tier=Tier.of(row))
