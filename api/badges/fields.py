"""Queries, mutations and subscriptions about badges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import strawberry

from api.badges.inputs import BadgeInput
from api.badges.types import Badge, BadgeAward, BadgePayload
from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field, subscription
from api.payloads import mutation
from domain import calendar
from domain.members import Role
from gamification.badges import awards, service, store
from gamification.programme import store as programme_store


@strawberry.type
class BadgeQueries:
    @expected(20)
    @field(description="All badges, oldest first.")
    async def badges(self, info: Info) -> list[Badge] | None:
        rows = await store.badges(info.context.services.platform.database)
        return [Badge.of(row) for row in rows]


@strawberry.type
class BadgeMutations:
    @mutation(
        description="Admins: adds a badge or changes the one with this key. Earlier activities "
        "count as well, and what was awarded before is kept."
    )
    async def save_badge(self, info: Info, input: BadgeInput) -> BadgePayload:  # noqa: A002
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        programme = await services.programmes.current(services.platform.database)
        row = await service.save_badge(
            services.platform,
            services.programmes.expressions,
            input.draft(),
            zone=programme.settings.zone,
            changed=programme_store.bump,
        )
        return BadgePayload(badge=Badge.of(row))


@strawberry.type
class BadgeSubscriptions:
    @subscription(description="The viewer's own badges: each level as it is reached.")
    async def badge_awarded(self, info: Info) -> AsyncIterator[BadgeAward]:
        context = info.context
        member_id, platform = context.signed_in(), context.services.platform
        async for rises in service.follow(platform, member_id):
            keys = [(member_id, rise.badge_id) for rise in rises]
            programme = await context.services.programmes.current(platform.database)
            today = calendar.day_of(await platform.clock.now(), programme.settings.zone)
            badges = programme.badges.by_id
            held = await awards.by_keys(platform.database, badges, keys, today)
            for key, rise in zip(keys, rises, strict=True):
                if key in held:
                    yield BadgeAward.of(replace(held[key], level=rise.level))
