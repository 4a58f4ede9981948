"""Refusals of the queue, of decisions, appeals and policies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.members import Role
from domain.moderation.subjects import SubjectKind
from infra.ids import Kind, encode_id
from tests.support.moderators import Moderators
from tests.support.refusals.scene import Input, Scene, case

MOD = Role.MODERATOR
MANY = 51


async def _office(scene: Scene) -> Moderators:
    """Moderators of the scene's shop; every post waits for its review."""
    office = Moderators(scene.club.platform, scene.club.programmes, reviews=99)
    await office.open()
    await office.policy("spam")
    return office


async def _held(office: Moderators) -> UUID:
    """The item of a post of C-1's, held by M-1."""
    item = await office.put(await office.write())
    await office.claim("M-1")
    return item


def _decide(item: UUID, action: str = "APPROVE", **more: Any) -> Input:  # noqa: ANN401
    return {"reviewId": encode_id(Kind.REVIEW_ITEM, item), "action": action, **more}


def _decision(decision: UUID, **more: Any) -> Input:  # noqa: ANN401
    return {"decisionId": encode_id(Kind.DECISION, decision), **more}


async def _rejected(office: Moderators) -> UUID:
    return await office.settle_item(await office.write(), "REJECT", policy="spam")


@case("moderation.count", "INVALID", "claimReviews", "M-1", MOD)
async def more_items_than_anybody_looks_at(scene: Scene) -> Input:
    await _office(scene)
    return {"count": MANY}


@case("moderation.not_held", "CONFLICT", "decideReview", "M-1", MOD)
async def an_item_that_nobody_holds(scene: Scene) -> Input:
    office = await _office(scene)
    return _decide(await office.put(await office.write()))


@case("moderation.own", "NOT_ALLOWED", "decideReview", "C-1", MOD)
async def a_moderators_own_post(scene: Scene) -> Input:
    office = await _office(scene)
    return _decide(await office.put(await office.write()))


@case("moderation.action", "NOT_ALLOWED", "decideReview", "M-1", MOD)
async def removing_a_member(scene: Scene) -> Input:
    office = await _office(scene)
    item = await office.put(await office.member("C-1"), kind=SubjectKind.MEMBER)
    await office.claim("M-1")
    return _decide(item, "REMOVE", policy="spam")


@case("moderation.appeal_action", "NOT_ALLOWED", "decideReview", "M-2", MOD)
async def warning_who_appeals(scene: Scene) -> Input:
    office = await _office(scene)
    item = await office.appeal(await _rejected(office))
    await office.claim("M-2")
    return _decide(item, "WARN", policy="spam")


@case("moderation.policy_required", "INVALID", "decideReview", "M-1", MOD)
async def rejecting_by_no_policy(scene: Scene) -> Input:
    return _decide(await _held(await _office(scene)), "REJECT")


@case("moderation.no_policy", "NOT_FOUND", "decideReview", "M-1", MOD)
async def rejecting_by_a_policy_that_is_not_there(scene: Scene) -> Input:
    return _decide(await _held(await _office(scene)), "REJECT", policy="none")


@case("moderation.days", "INVALID", "decideReview", "M-1", MOD)
async def suspending_for_no_day(scene: Scene) -> Input:
    item = await _held(await _office(scene))
    return _decide(item, "SUSPEND", policy="spam", suspendDays=0)


@case("moderation.spans", "INVALID", "decideReview", "M-1", MOD)
async def words_that_the_post_does_not_have(scene: Scene) -> Input:
    item = await _held(await _office(scene))
    return _decide(item, "REJECT", policy="spam", spans=[{"start": 5, "end": 2}])


@case("moderation.too_many", "INVALID", "decideReviews", "M-1", MOD)
async def a_selection_that_is_too_long(scene: Scene) -> Input:
    await _office(scene)
    return {"reviewIds": ["x"] * MANY, "action": "APPROVE"}


@case("moderation.undo_anothers", "NOT_ALLOWED", "undoDecision", "M-2", MOD)
async def undoing_what_somebody_else_decided(scene: Scene) -> Input:
    return _decision(await _rejected(await _office(scene)))


@case("moderation.reversed", "ALREADY_DONE", "undoDecision", "M-1", MOD)
async def undoing_it_twice(scene: Scene) -> Input:
    office = await _office(scene)
    decision = await _rejected(office)
    await office.undo(decision)
    return _decision(decision)


@case("moderation.undo_over", "EXPIRED", "undoDecision", "M-1", MOD)
async def undoing_it_the_day_after(scene: Scene) -> Input:
    office = await _office(scene)
    decision = await _rejected(office)
    await office.let_pass(hours=25)
    return _decision(decision)


@case("moderation.decided_since", "CONFLICT", "undoDecision", "M-1", MOD)
async def undoing_what_is_appealed_against(scene: Scene) -> Input:
    office = await _office(scene)
    decision = await _rejected(office)
    await office.appeal(decision)
    return _decision(decision)


@case("moderation.no_appeal", "NOT_ALLOWED", "appeal", "C-1")
async def an_appeal_against_an_approval(scene: Scene) -> Input:
    office = await _office(scene)
    return _decision(await office.settle_item(await office.write(), "APPROVE"), text="为什么")


@case("moderation.appealed", "ALREADY_DONE", "appeal", "C-1")
async def a_second_appeal(scene: Scene) -> Input:
    office = await _office(scene)
    decision = await _rejected(office)
    await office.appeal(decision)
    return _decision(decision, text="再问一次")


@case("moderation.appeal_over", "EXPIRED", "appeal", "C-1")
async def an_appeal_after_thirty_days(scene: Scene) -> Input:
    office = await _office(scene)
    decision = await _rejected(office)
    await office.let_pass(days=30)
    return _decision(decision, text="才看到")


@case("moderation.language", "INVALID", "savePolicy")
async def a_policy_in_a_language_that_is_not_spoken(_scene: Scene) -> Input:
    french = {"language": "fr", "name": "n", "text": "t"}
    return {"key": "k", "name": "n", "text": "t", "translations": [french]}
