"""Refusals of paid memberships and their plans."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from infra.ids import Kind, encode_id
from tests.support.refusals.scene import Input, Scene, case


@case("membership.plan_unknown", "NOT_FOUND", "startMembership", "C-1")
async def an_unknown_plan(_scene: Scene) -> Input:
    return _start("unknown")


@case("membership.running", "ALREADY_DONE", "startMembership", "C-1")
async def a_second_membership(scene: Scene) -> Input:
    await scene.club.start()
    return _start()


@case("membership.payment_known", "CONFLICT", "startMembership", "C-1")
async def a_payment_that_paid_before(scene: Scene) -> Input:
    await scene.club.start("C-2", payment_ref="P-1")
    return _start()


@case("membership.none", "NOT_FOUND", "cancelMembership", "C-1")
async def a_membership_that_never_was(_scene: Scene) -> Input:
    return None


@case("membership.ended", "ENDED", "renewMembership")
async def a_membership_that_is_over(scene: Scene) -> Input:
    row = await scene.club.start()
    await scene.club.let_pass(days=60)
    return _renewal(row.membership.id)


@case("membership.paid_ahead", "LIMIT_REACHED", "renewMembership")
async def paid_for_ten_years(scene: Scene) -> Input:
    await scene.club.plan(key="long", period_days=3650, reminder_days=0)
    row = await scene.club.start(plan_key="long")
    await scene.club.renew(row)
    return _renewal(row.membership.id)


@case("membership.price", "INVALID", "saveMembershipPlan")
async def a_price_that_nobody_can_pay(_scene: Scene) -> Input:
    return _plan(price="0.001")


@case("tier.multiplier", "INVALID", "saveMembershipPlan")
async def a_multiplier_of_nothing(_scene: Scene) -> Input:
    return _plan(pointsMultiplier="0")


@case("benefit.key_twice", "CONFLICT", "saveMembershipPlan")
async def one_benefit_twice(_scene: Scene) -> Input:
    return _plan(benefits=[_BENEFIT, _BENEFIT])


@case("benefit.too_many", "INVALID", "saveMembershipPlan")
async def many_benefits(_scene: Scene) -> Input:
    return _plan(benefits=[_BENEFIT | {"key": f"b{number}"} for number in range(1000)])


_BENEFIT: Final = {"key": "shipping", "name": "Shipping", "description": ""}


def _start(plan: str = "plus") -> Input:
    return {"planKey": plan, "paymentRef": "P-1", "idempotencyKey": "k"}


def _renewal(membership_id: UUID) -> Input:
    key = encode_id(Kind.MEMBERSHIP, membership_id)
    return {"membershipId": key, "paymentRef": "P-9", "idempotencyKey": "k"}


def _plan(**terms: object) -> Input:
    return {"key": "p", "name": "P", "price": "10", "periodDays": 30} | terms
