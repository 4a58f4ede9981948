"""Refusals of points, holds and idempotency keys."""

from __future__ import annotations

from domain.ledger import MOST_POINTS
from domain.members import Role
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from infra.ids import Kind, encode_id
from tests.support.refusals.scene import TILL, Input, Scene, case, of_redemption


@case("points.adjust_amount", "INVALID", "adjustPoints")
async def nothing_to_correct(scene: Scene) -> Input:
    return await _correction(scene, 0)


@case("points.adjust_amount", "INVALID", "adjustPoints")
async def more_than_books_hold(scene: Scene) -> Input:
    return await _correction(scene, MOST_POINTS)


@case("points.not_enough", "INSUFFICIENT_POINTS", "adjustPoints")
async def more_than_there_is_to_take(scene: Scene) -> Input:
    return await _correction(scene, -101)


@case("points.not_enough", "INSUFFICIENT_POINTS", "holdPoints")
async def more_than_there_is_to_hold(scene: Scene) -> Input:
    return await _hold_of(scene, 101)


@case("points.amount", "INVALID", "holdPoints")
async def a_hold_of_nothing(scene: Scene) -> Input:
    return await _hold_of(scene, 0)


@case("idempotency.conflict", "CONFLICT", "holdPoints", None, Role.SERVICE)
async def another_hold_by_the_same_key(scene: Scene) -> Input:
    draft = HoldDraft(await scene.club.member(), 10, "A-1")
    to = (scene.club.platform, scene.club.programmes)
    await holds.hold(*to, draft, actor_id=TILL, key="k")
    return await _hold_of(scene, 11)


@case("idempotency.key", "INVALID", "holdPoints")
async def no_key(scene: Scene) -> Input:
    return (await _hold_of(scene, 10) or {}) | {"idempotencyKey": ""}


@case("points.hold_expired", "EXPIRED", "capturePointsHold")
async def a_hold_that_ran_out(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.club.let_pass(minutes=31)
    return _named(held)


@case("points.hold_released", "CONFLICT", "capturePointsHold")
async def a_hold_that_was_released(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.ended(holds.release, held)
    return _named(held)


@case("points.hold_captured", "CONFLICT", "releasePointsHold")
async def a_hold_that_was_captured(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.ended(holds.capture, held)
    return _named(held)


@case("points.no_room", "LIMIT_REACHED", "cancelRedemption")
async def points_that_nothing_has_room_for(scene: Scene) -> Input:
    made = await scene.redeemed(cost=100)
    await scene.club.adjust(MOST_POINTS)
    return of_redemption(made)


async def _correction(scene: Scene, amount: int) -> Input:
    member_id = await scene.member_id()
    return {"memberId": member_id, "amount": amount, "reason": "by hand", "idempotencyKey": "k"}


async def _hold_of(scene: Scene, amount: int) -> Input:
    member_id = await scene.member_id()
    return {"memberId": member_id, "amount": amount, "orderRef": "A-1", "idempotencyKey": "k"}


def _named(held: HoldRow) -> Input:
    return {"holdId": encode_id(Kind.POINTS_HOLD, held.member_id, held.hold.entry_number)}
