"""Rewards over the counter in one unit of work: decided in the order of arrival, written at once.

The members are locked before, the stock of the rewards when the sale opens, the supplies of
coupons after that. Everybody takes these locks in this order; those that all share come last, and
are held only while what was decided is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from domain import ledger, rewards
from domain.coupons import CouponSource, CouponTemplate, Grant, Origin
from domain.errors import NotFound, OutOfStock
from domain.happening import MemberState
from domain.ledger import Cause
from domain.rewards import Buyer, RedemptionState, Reward
from gamification.coupons import issuing, templates
from gamification.engine.run import EngineRun
from gamification.rewards import badging, redemptions, store
from gamification.rewards.redemptions import RedemptionRow
from gamification.rewards.store import RewardRow
from infra import activity_log
from infra.database import Transaction
from infra.ids import new_id

Sold: TypeAlias = tuple[Reward, CouponTemplate | None, RedemptionRow]


class Sale:
    """Use: `open`, `redeem`…, the run's `write`, `write`."""

    def __init__(
        self,
        run: EngineRun,
        rows: Mapping[UUID, RewardRow],
        counts: Counter[tuple[UUID, UUID]],
        issued: Mapping[str, int],
    ) -> None:
        self._run = run
        self._rows = rows
        self._counts = counts
        self._issued = Counter(issued)
        self._sold: list[Sold] = []
        self._taken: Counter[UUID] = Counter()

    @classmethod
    async def open(cls, tx: Transaction, run: EngineRun, wanted: Sequence[UUID]) -> Sale:
        """Loads what decides on these rewards for the members of the run, and locks what is left.

        Read after the lock, so that it is what the last one before has left.
        """
        ids = sorted(set(wanted))
        counts = await store.redeemed_counts(tx, sorted(run.states), ids)
        rows = await store.locked(tx, ids)
        known = run.programme.coupons
        keys = {row.reward.coupon_key or "" for row in rows.values()}
        limited = sorted(key for key in keys if key in known and known[key].stock is not None)
        issued = await templates.lock_supplies(tx, limited) if limited else {}
        return cls(run, rows, counts, issued)

    def redeem(self, state: MemberState, reward_id: UUID) -> UUID:
        """Redeems a reward for a member whose books are whole and settled; the redemption's id.

        Raises: NotFound, and what `domain.rewards` refuses; nothing has changed then.
        """
        row = self._rows.get(reward_id)
        if row is None:
            raise NotFound("node.not_found", field=("rewardId",))
        reward = row.reward
        left = None if row.left is None else row.left - self._taken[reward.id]
        rewards.check_on_sale(reward, left=left, now=self._run.now)
        rewards.check_member(reward, self._buyer(state, reward))
        template = self._template(reward)
        redemption = self._paid(state, reward)
        self._sold.append((reward, template, redemption))
        self._taken[reward.id] += 1
        self._counts[state.member_id, reward.id] += 1
        if template is not None:
            self._issued[template.key] += 1
        return redemption.id

    def _buyer(self, state: MemberState, reward: Reward) -> Buyer:
        programme = self._run.programme
        tier = programme.tiers.get(state.tenure.tier, programme.base_tier)
        redeemed = self._counts[state.member_id, reward.id]
        return Buyer(tier.level, redeemed, state.books.available)

    def _template(self, reward: Reward) -> CouponTemplate | None:
        """What the reward's coupon is issued by.

        Raises: OutOfStock where the template's own supply is used up.
        """
        if reward.coupon_key is None:
            return None
        template = self._run.programme.coupons[reward.coupon_key]
        if template.stock is not None and self._issued[template.key] >= template.stock:
            raise OutOfStock("reward.out_of_stock")
        return template

    def _paid(self, state: MemberState, reward: Reward) -> RedemptionRow:
        number, granted = None, badging.badge_of(self._run.programme, reward) is not None
        if reward.cost:
            cause = Cause(reason=reward.name)
            number = ledger.redeem(state.books, reward.cost, now=self._run.now, cause=cause).number
        return RedemptionRow(
            id=new_id(),
            member_id=state.member_id,
            reward_id=reward.id,
            cost=reward.cost,
            entry_number=number,
            coupon_id=None,
            member_limit=reward.per_member_limit,
            created_at=self._run.now,
            state=RedemptionState.FULFILLED if granted else RedemptionState.CONFIRMED,
            ended_at=self._run.now if granted else None,
            ended_by=state.member_id if granted else None,
        )

    async def write(self, tx: Transaction) -> None:
        """Writes the redemptions with their coupons, tells the log, and counts what is taken."""
        if not self._sold:
            return
        await redemptions.add(tx, await self._with_coupons(tx))
        facts = [
            rewards.redeemed(reward, row.id, row.member_id, key=new_id(), now=self._run.now)
            for reward, _, row in self._sold
        ]
        await activity_log.record(tx, facts, applied=False)
        await self._grant_badges()
        await store.add_taken(tx, self._taken, self._fulfilled())
        issued = Counter(template.key for _, template, _ in self._sold if template is not None)
        await templates.add_issued(tx, issued)

    async def _grant_badges(self) -> None:
        programme = self._run.programme
        badges = ((row, badging.badge_of(programme, reward)) for reward, _, row in self._sold)
        await badging.grant(self._run.unit, [(row, one) for row, one in badges if one is not None])

    def _fulfilled(self) -> Counter[UUID]:
        """How many of what was sold needed nobody to hand it over."""
        done = RedemptionState.FULFILLED
        return Counter(reward.id for reward, _, row in self._sold if row.state is done)

    async def _with_coupons(self, tx: Transaction) -> list[RedemptionRow]:
        """The redemptions, each with the coupon that is issued by it, if it is one for coupons."""
        now, zone = self._run.now, self._run.programme.settings.zone
        issuing_for = [(row, template) for _, template, row in self._sold if template is not None]
        grants = [
            Grant(
                member_id=row.member_id,
                template=template,
                origin=Origin(CouponSource.REWARD, row.id),
                expires_at=template.terms.expires_at(now, zone),
            )
            for row, template in issuing_for
        ]
        ids = await issuing.write(tx, grants, now)
        coupons = dict(zip((row.id for row, _ in issuing_for), ids, strict=True))
        return [replace(row, coupon_id=coupons.get(row.id)) for _, _, row in self._sold]
