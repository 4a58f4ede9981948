"""The verbs of rewards: put one on sale, see who may redeem it, cancel a redemption, fulfil it.

Redeeming is in `redeeming`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import ledger, rewards
from domain.activity import LAURELS, Activity
from domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, Refused
from domain.ledger import Cause
from domain.programme import Programme
from domain.rewards import Buyer, RedemptionState, Reward, RewardDraft, RewardKind
from gamification.coupons import issuing
from gamification.engine.run import EngineRun
from gamification.ledger import books as books_store
from gamification.ledger import holds as holds_store
from gamification.points import service as points
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.programme.service import Changed
from gamification.rewards import badging, redemptions, store
from gamification.rewards.redemptions import RedemptionRow
from gamification.rewards.store import RewardRow
from gamification.tiers import reading as tiers
from infra import activity_log
from infra.database import Sql, Transaction
from infra.ids import Kind, encode_id, new_id
from infra.platform import Platform

_ID: Final = ("redemptionId",)


async def save(
    platform: Platform,
    programmes: Programmes,
    draft: RewardDraft,
    *,
    changed: Changed = programme_store.bump,
) -> RewardRow:
    """Adds a reward or changes the one with this key. `stock` is what was ever put on sale.

    Raises: Invalid, naming the field.
    """
    rewards.check_reward(draft)
    if draft.kind is RewardKind.BADGE:
        draft = replace(draft, badge_key=draft.badge_key or draft.key)

    async def work(tx: Transaction) -> RewardRow:
        await programme_store.locked_version(tx)  # first: concurrent designers wait for each other
        _check_names(await programmes.current(tx), draft)
        reward_id = await store.put(tx, draft)
        if not await store.offer(tx, reward_id, draft.stock):
            taken = (await store.by_ids(tx, [reward_id]))[reward_id].taken
            raise Invalid("reward.stock_taken", field=("stock",), taken=taken)
        await changed(tx)  # last: nobody may come to know a version that is not committed
        return (await store.by_ids(tx, [reward_id]))[reward_id]

    return await platform.database.in_transaction(work)


def _check_names(programme: Programme, draft: RewardDraft) -> None:
    if draft.coupon_key is not None and draft.coupon_key not in programme.coupons:
        raise Invalid("coupon.template_unknown", field=("couponKey",), key=draft.coupon_key[:60])
    if draft.minimum_tier is not None and draft.minimum_tier not in programme.tiers:
        raise Invalid("reward.tier_unknown", field=("minimumTierKey",), key=draft.minimum_tier[:60])


async def buyers(
    sql: Sql, programme: Programme, member_id: UUID, reward_ids: Sequence[UUID], now: datetime
) -> list[Buyer]:
    """A member before each of these rewards."""
    tier = (await tiers.tiers_of(sql, programme, [member_id], now))[member_id]
    balance = (await points.balances(sql, [member_id], now))[member_id]
    counts = await store.redeemed_counts(sql, [member_id], reward_ids)
    return [Buyer(tier.level, counts[member_id, one], balance.available) for one in reward_ids]


def ineligibility(row: RewardRow, buyer: Buyer, now: datetime) -> Refused | None:
    """Why a member would be refused the reward now; None when they would not."""
    try:
        rewards.check_on_sale(row.reward, left=row.left, now=now)
        rewards.check_member(row.reward, buyer)
    except Refused as refused:
        return refused
    return None


async def cancel(
    platform: Platform, programmes: Programmes, *, redemption: RedemptionRow, actor_id: UUID
) -> RedemptionRow:
    """Takes a redemption back: its points return to their lots, its coupon is void, one more is
    left. Doing it again changes nothing.

    Raises: NotAllowed when it was fulfilled or its coupon used, LimitReached for full books.
    """

    async def work(tx: Transaction) -> RedemptionRow:
        run = await EngineRun.open(tx, platform, programmes, [redemption.member_id])
        found, now = await _locked(tx, redemption.id), run.now
        if found.state is RedemptionState.FULFILLED:
            raise NotAllowed("redemption.fulfilled", field=_ID)
        if found.state is RedemptionState.CONFIRMED:
            await _give_back(tx, run, found, actor_id)
            await redemptions.end(
                tx, found.id, RedemptionState.CANCELLED, now=now, actor_id=actor_id
            )
            await store.put_back(tx, found.reward_id)
            await _void_coupon(tx, found, now)
        return (await redemptions.by_ids(tx, [found.id]))[found.id]

    return await platform.database.in_transaction(work)


async def _give_back(tx: Transaction, run: EngineRun, found: RedemptionRow, actor_id: UUID) -> None:
    """Gives the points back to the member, who is locked."""
    if found.entry_number is None:
        return
    books = run.states[found.member_id].books
    await books_store.complete(tx, [books])
    ledger.settle(books, run.now)
    name = (found.member_id, found.entry_number)
    taken = (await holds_store.taken(tx, [name]))[name]
    reward = (await store.by_ids(tx, [found.reward_id]))[found.reward_id].reward
    cause = Cause(actor_id=None if actor_id == found.member_id else actor_id, reason=reward.name)
    ledger.give_back(books, taken, now=run.now, cause=cause)
    await run.write()


async def _void_coupon(tx: Transaction, found: RedemptionRow, now: datetime) -> None:
    """Raises: NotAllowed for one that has been used."""
    if found.coupon_id is None:
        return
    try:
        await issuing.void(tx, found.coupon_id, now=now)
    except AlreadyDone:
        raise NotAllowed("redemption.coupon_used", field=_ID) from None


async def fulfil(
    platform: Platform, programmes: Programmes, *, redemption: RedemptionRow, actor_id: UUID
) -> RedemptionRow:
    """Says that the shop handed it over. Doing it again changes nothing.

    A badge that the programme did not have when it was redeemed is granted now, if it has it.

    Raises: Conflict when it was cancelled.
    """

    async def work(tx: Transaction) -> RedemptionRow:
        run = await EngineRun.open(tx, platform, programmes, [redemption.member_id])
        found, now = await _locked(tx, redemption.id), run.now
        if found.state is RedemptionState.CANCELLED:
            raise Conflict("redemption.cancelled", field=_ID)
        state = RedemptionState.FULFILLED
        if await redemptions.end(tx, found.id, state, now=now, actor_id=actor_id):
            reward = (await store.by_ids(tx, [found.reward_id]))[found.reward_id].reward
            await activity_log.record(tx, [_fulfilled(found, reward, now)], applied=False)
            badge = badging.badge_of(run.programme, reward)
            await badging.grant(run.unit, [(found, badge)] if badge else [])
            await store.add_fulfilled(tx, found.reward_id)
        return (await redemptions.by_ids(tx, [found.id]))[found.id]

    return await platform.database.in_transaction(work)


def _fulfilled(redemption: RedemptionRow, reward: Reward, now: datetime) -> Activity:
    """The fact that a member got what they redeemed."""
    return Activity(
        id=new_id(),
        member_id=redemption.member_id,
        type=rewards.FULFILLED,
        source=LAURELS,
        external_id=f"{rewards.FULFILLED}:{redemption.id}",
        occurred_at=now,
        received_at=now,
        attributes={
            "reward": reward.key,
            "name": reward.name,
            "redemptionId": encode_id(Kind.REDEMPTION, redemption.id),
        },
    )


async def _locked(tx: Transaction, redemption_id: UUID) -> RedemptionRow:
    """Raises: NotFound."""
    found = await redemptions.locked(tx, redemption_id)
    if found is None:
        raise NotFound("node.not_found", field=_ID)
    return found
