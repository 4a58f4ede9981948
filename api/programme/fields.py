"""Queries and mutations of the programme's designers."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.enums import Role, RuleState
from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import mutation
from api.programme.types import (
    EarnRule,
    EarnRuleInput,
    EarnRulePayload,
    Programme,
    ProgrammeInput,
    ProgrammePayload,
)
from gamification.programme import service, store


@strawberry.type
class ProgrammeQueries:
    @field(description="Settings of the whole programme.")
    async def programme(self, info: Info) -> Programme | None:
        row = await store.settings(info.context.services.platform.database)
        return Programme.of(row, await info.context.now())

    @expected(50)
    @field(description="Admins: every rule at its newest version, by key.")
    async def earn_rules(
        self,
        info: Info,
        state: Annotated[
            RuleState | None,
            strawberry.argument(description="Only rules in this state; null for all."),
        ] = None,
    ) -> list[EarnRule] | None:
        info.context.require(Role.ADMIN)
        rows = await store.current_rules(info.context.services.platform.database, state)
        return [EarnRule.of(row) for row in rows]


@strawberry.type
class ProgrammeMutations:
    @mutation(description="Admins: saves a rule as its next version.")
    async def save_earn_rule(
        self,
        info: Info,
        input: EarnRuleInput,  # noqa: A002
    ) -> EarnRulePayload:
        info.context.require(Role.ADMIN)
        services = info.context.services
        row = await service.save_rule(
            services.platform, services.programmes.expressions, input.draft()
        )
        return EarnRulePayload(rule=EarnRule.of(row))

    @mutation(description="Admins: changes settings of the whole programme.")
    async def save_programme(
        self,
        info: Info,
        input: ProgrammeInput,  # noqa: A002
    ) -> ProgrammePayload:
        info.context.require(Role.ADMIN)
        row = await service.save_settings(
            info.context.services.platform,
            name=input.name,
            time_zone=input.time_zone,
            currency=input.currency,
            point_worth=input.point_worth,
            debt_policy=input.debt_policy,
            new_author_reviews=input.new_author_reviews,
        )
        return ProgrammePayload(programme=Programme.of(row, await info.context.now()))
