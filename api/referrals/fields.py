"""Queries and mutations about referrals."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import strawberry

from api.execution.context import Info
from api.execution.fields import field
from api.execution.http.networks import network_of
from api.payloads import mutation
from api.referrals.inputs import (
    ClaimReferralInput,
    DecideReferralInput,
    ReferralRulesInput,
)
from api.referrals.rules import ReferralRules, ReferralRulesPayload, ReferralStats
from api.referrals.types import Referral, ReferralConnection, ReferralPayload, held_page
from api.relay import After, First
from community.referrals import deciding, statistics
from community.referrals.deciding import Ruling
from domain.errors import Invalid, NotFound
from domain.members import Role
from gamification.programme import store as programme_store
from gamification.referrals import service
from gamification.referrals import store as rules_store
from infra.ids import Kind, decode_key

_LONGEST: Final = 366


@strawberry.type
class ReferralQueries:
    @field(description="What is promised for bringing a friend; null while nothing is.")
    async def referral_rules(self, info: Info) -> ReferralRules | None:
        row = await rules_store.newest(info.context.services.platform.database)
        return None if row is None else ReferralRules.of(row)

    @field(description="Moderators and admins: referrals that wait for staff, the oldest first.")
    async def held_referrals(
        self, info: Info, first: First = 20, after: After = None
    ) -> ReferralConnection | None:
        info.context.require(Role.MODERATOR, Role.ADMIN)
        return await held_page(info.context, first=first, after=after)

    @field(description="Moderators and admins: how referrals fare.")
    async def referral_stats(
        self,
        info: Info,
        days: Annotated[
            int | None, strawberry.argument(description="Since so many days ago, 1 to 366.")
        ] = 30,
    ) -> ReferralStats | None:
        context = info.context
        context.require(Role.MODERATOR, Role.ADMIN)
        days = 30 if days is None else days
        if not 1 <= days <= _LONGEST:
            raise Invalid("programme.count", field=("days",), least=1, most=_LONGEST)
        start = await context.now() - timedelta(days=days)
        return ReferralStats.of(await statistics.since(context.services.platform.database, start))


@strawberry.type
class ReferralMutations:
    @mutation(
        description="Says by whose code the viewer came, after they signed up, as when they opened "
        "an invitation before the app was installed. The first touch counts, for good."
    )
    async def claim_referral(
        self,
        info: Info,
        input: ClaimReferralInput,  # noqa: A002
    ) -> ReferralPayload:
        context = info.context
        row = await context.services.bringing_friends().claim(
            context.signed_in(),
            input.code,
            network=network_of(context.address),
            device=input.device_token,
        )
        return ReferralPayload(referral=Referral.of(row))

    @mutation(
        description="Admins: says what is promised for bringing a friend. What has qualified "
        "already keeps the terms of then."
    )
    async def save_referral_rules(
        self,
        info: Info,
        input: ReferralRulesInput,  # noqa: A002
    ) -> ReferralRulesPayload:
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        row = await service.save_rules(
            services.platform,
            services.programmes.expressions,
            input.draft(),
            changed=programme_store.bump,
        )
        return ReferralRulesPayload(rules=ReferralRules.of(row))

    @mutation(
        description="Admins: lets a referral go on, whatever speaks against it, or refuses it. It "
        "goes into the log of staff."
    )
    async def decide_referral(
        self,
        info: Info,
        input: DecideReferralInput,  # noqa: A002
    ) -> ReferralPayload:
        context = info.context
        actor_id = context.require(Role.ADMIN)
        key = decode_key(input.referral_id, Kind.REFERRAL)
        if key is None:
            raise NotFound("node.not_found", field=("referralId",))
        ruling = Ruling(actor_id, key, input.allow, input.note)
        row = await deciding.decide(context.services.platform, ruling)
        return ReferralPayload(referral=Referral.of(row))
