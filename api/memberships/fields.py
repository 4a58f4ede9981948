"""Queries and mutations about paid memberships."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import strawberry

from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.memberships.inputs import (
    MembershipPlanInput,
    MembershipRefInput,
    RenewMembershipInput,
    StartMembershipInput,
)
from api.memberships.types import (
    Membership,
    MembershipPayload,
    MembershipPlan,
    MembershipPlanPayload,
)
from api.payloads import mutation
from domain.errors import NotFound
from domain.members import Role
from gamification.memberships import plans, service
from gamification.memberships.service import Request
from gamification.programme import store as programme_store
from infra.ids import Kind, decode_key

_SHOP: Final = (Role.SERVICE, Role.ADMIN)


@strawberry.type
class MembershipQueries:
    @expected(5)
    @field(description="The plans of paid membership as they are sold now, by key.")
    async def membership_plans(self, info: Info) -> list[MembershipPlan] | None:
        found = await plans.newest(info.context.services.platform.database)
        return [MembershipPlan.of(one) for one in found]


@strawberry.type
class MembershipMutations:
    @mutation(
        description="Begins a membership of the signed-in member, who paid the shop for it. With "
        "the plan's trial, once a member; one membership at a time."
    )
    async def start_membership(
        self,
        info: Info,
        input: StartMembershipInput,  # noqa: A002
    ) -> MembershipPayload:
        member_id, services = info.context.signed_in(), info.context.services
        row = await service.start(
            services.platform,
            services.programmes.current,
            Request(member_id, input.idempotency_key),
            member_id=member_id,
            plan_key=input.plan_key,
            payment_ref=input.payment_ref,
        )
        return MembershipPayload(membership=Membership.of(row))

    @mutation(
        description="The signed-in member's membership will not renew: it keeps its perks until "
        "the paid period ends. Doing it again changes nothing."
    )
    async def cancel_membership(self, info: Info) -> MembershipPayload:
        member_id = info.context.signed_in()
        row = await service.cancel_of(info.context.services.platform, member_id=member_id)
        return MembershipPayload(membership=Membership.of(row))

    @mutation(
        description="Service accounts and admins: another period was paid, which begins where the "
        "last one ends. A missed payment is made good by it, and who had cancelled goes on."
    )
    async def renew_membership(
        self,
        info: Info,
        input: RenewMembershipInput,  # noqa: A002
    ) -> MembershipPayload:
        actor_id, services = info.context.require(*_SHOP), info.context.services
        row = await service.renew(
            services.platform,
            services.programmes.current,
            Request(actor_id, input.idempotency_key),
            membership_id=_membership_id(input.membership_id),
            payment_ref=input.payment_ref,
        )
        return MembershipPayload(membership=Membership.of(row))

    @mutation(
        description="Service accounts and admins: a payment failed. The membership is past due "
        "from now on, and ends after 7 days without a payment."
    )
    async def fail_membership_payment(
        self,
        info: Info,
        input: MembershipRefInput,  # noqa: A002
    ) -> MembershipPayload:
        info.context.require(*_SHOP)
        services = info.context.services
        row = await service.fail_payment(
            services.platform,
            services.programmes.current,
            membership_id=_membership_id(input.membership_id),
        )
        return MembershipPayload(membership=Membership.of(row))

    @mutation(
        description="Admins: saves a plan as its next version. Periods that are paid keep theirs."
    )
    async def save_membership_plan(
        self,
        info: Info,
        input: MembershipPlanInput,  # noqa: A002
    ) -> MembershipPlanPayload:
        info.context.require(Role.ADMIN)
        services = info.context.services
        programme = await services.programmes.current(services.platform.database)
        plan = await plans.save_plan(
            services.platform,
            input.draft(),
            currency=programme.settings.currency,
            changed=programme_store.bump,
        )
        return MembershipPlanPayload(plan=MembershipPlan.of(plan))


def _membership_id(text: str) -> UUID:
    """Raises: NotFound for what names no membership."""
    key = decode_key(text, Kind.MEMBERSHIP)
    if key is None:
        raise NotFound("node.not_found", field=("membershipId",))
    return key
