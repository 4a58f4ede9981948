"""Queries and mutations about coupons."""

from __future__ import annotations

from typing import Final

import strawberry

from api.coupons.inputs import (
    CouponTemplateInput,
    IssueCouponsInput,
    ReleaseCouponInput,
    UseCouponInput,
    VoidCouponInput,
)
from api.coupons.types import (
    Coupon,
    CouponPayload,
    CouponTemplate,
    CouponTemplatePayload,
    IssueCouponsPayload,
    discount_of,
)
from api.execution.context import Info
from api.execution.cost.sizes import expected, work_for_each
from api.execution.fields import field
from api.payloads import mutation
from domain.errors import NotFound
from domain.members import Role
from gamification.coupons import designing, service
from gamification.coupons.service import MOST_AT_ONCE, Entered
from gamification.programme import store as programme_store
from infra.ids import Kind, decode_key

_WHO: Final = (Role.SERVICE, Role.ADMIN)


@strawberry.type
class CouponQueries:
    @expected(50)
    @field(description="Admins and service accounts: every coupon template, by key.")
    async def coupon_templates(self, info: Info) -> list[CouponTemplate] | None:
        info.context.require(*_WHO)
        services = info.context.services
        programme = await services.programmes.current(services.platform.database)
        return [CouponTemplate.of(one) for one in programme.coupons.values()]


@strawberry.type
class CouponMutations:
    @mutation(
        description="Admins: saves a coupon template as its next version. Coupons that were "
        "issued keep their terms."
    )
    async def save_coupon_template(
        self,
        info: Info,
        input: CouponTemplateInput,  # noqa: A002
    ) -> CouponTemplatePayload:
        info.context.require(Role.ADMIN)
        platform = info.context.services.platform
        settings = await programme_store.settings(platform.database)
        saved = await designing.save_template(
            platform, input.draft(), currency=settings.currency, changed=programme_store.bump
        )
        return CouponTemplatePayload(template=CouponTemplate.of(saved))

    @work_for_each("input", "receivers", most=MOST_AT_ONCE)
    @mutation(
        description="Admins and service accounts: gives members a coupon each, all of them or "
        "none, once per idempotency key."
    )
    async def issue_coupons(
        self,
        info: Info,
        input: IssueCouponsInput,  # noqa: A002
    ) -> IssueCouponsPayload:
        context = info.context
        actor_id = context.require(*_WHO)
        rows = await service.give(
            context.services.platform,
            context.services.programmes.current,
            input.coupon_key,
            input.members(),
            actor_id=actor_id,
            key=input.idempotency_key,
        )
        now = await context.now()
        return IssueCouponsPayload(coupons=[Coupon.of(row, now) for row in rows])

    @mutation(
        description="Service accounts and admins: uses a coupon for an order and tells what it "
        "takes off. The same order again gets the same answer."
    )
    async def use_coupon(self, info: Info, input: UseCouponInput) -> CouponPayload:  # noqa: A002
        context = info.context
        actor_id = context.require(*_WHO)
        row = await service.use(
            context.services.platform, input.entered(), input.checkout(), actor_id=actor_id
        )
        return CouponPayload(coupon=Coupon.of(row, await context.now()), discount=discount_of(row))

    @mutation(
        description="Service accounts and admins: gives back a coupon whose order was never paid. "
        "What is used for an order that is cancelled or refunded as a whole comes back by itself."
    )
    async def release_coupon(
        self,
        info: Info,
        input: ReleaseCouponInput,  # noqa: A002
    ) -> CouponPayload:
        context = info.context
        actor_id = context.require(*_WHO)
        row = await service.release(
            context.services.platform, Entered(input.code), input.order_ref, actor_id=actor_id
        )
        return CouponPayload(coupon=Coupon.of(row, await context.now()), discount=None)

    @mutation(
        description="Service accounts and admins: takes an unused coupon back from its member. "
        "Doing it again changes nothing."
    )
    async def void_coupon(self, info: Info, input: VoidCouponInput) -> CouponPayload:  # noqa: A002
        context = info.context
        context.require(*_WHO)
        coupon_id = decode_key(input.coupon_id, Kind.COUPON)
        if coupon_id is None:
            raise NotFound("node.not_found", field=("couponId",))
        row = await service.void(context.services.platform, coupon_id)
        return CouponPayload(coupon=Coupon.of(row, await context.now()), discount=None)
