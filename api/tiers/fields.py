"""Queries, mutations and subscriptions about tiers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field, subscription
from api.payloads import mutation
from api.tiers.inputs import TierInput, TierRulesInput
from api.tiers.types import (
    Tier,
    TierPayload,
    TierProgress,
    TierRules,
    TierRulesPayload,
    progress_of_members,
)
from domain.members import Role
from gamification.programme import store as programme_store
from gamification.tiers import service, store


@strawberry.type
class TierQueries:
    @expected(10)
    @field(description="All tiers, lowest first.")
    async def tiers(self, info: Info) -> list[Tier] | None:
        rows = await store.tiers(info.context.services.platform.database)
        return [Tier.of(row) for row in rows]

    @field(description="What the tiers are measured by; null while nothing says so.")
    async def tier_rules(self, info: Info) -> TierRules | None:
        row = await store.rules(info.context.services.platform.database)
        return None if row is None else TierRules.of(row)


@strawberry.type
class TierMutations:
    @mutation(description="Admins: adds a tier or changes the one with this key.")
    async def save_tier(self, info: Info, input: TierInput) -> TierPayload:  # noqa: A002
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        programme = await services.programmes.current(services.platform.database)
        row = await service.save_tier(
            services.platform,
            input.draft(),
            zone=programme.settings.zone,
            changed=programme_store.bump,
        )
        return TierPayload(tier=Tier.of(row))

    @mutation(
        description="Admins: says what the tiers are measured by. Earlier activities count as "
        "well, and whoever holds a tier keeps it for the grace days at least."
    )
    async def save_tier_rules(
        self,
        info: Info,
        input: TierRulesInput,  # noqa: A002
    ) -> TierRulesPayload:
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        programme = await services.programmes.current(services.platform.database)
        row = await service.save_rules(
            services.platform,
            services.programmes.expressions,
            input.draft(),
            zone=programme.settings.zone,
            changed=programme_store.bump,
        )
        return TierRulesPayload(rules=TierRules.of(row))


@strawberry.type
class TierSubscriptions:
    @subscription(
        description="The viewer's own tier: each time when it became another one, higher or lower."
    )
    async def tier_changed(self, info: Info) -> AsyncIterator[TierProgress]:
        context = info.context
        member_id = context.signed_in()
        async for _ in service.follow(context.services.platform, member_id):
            (progress,) = await progress_of_members(context, [member_id])
            if progress is not None:
                yield progress
