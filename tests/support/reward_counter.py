"""A shop's counter over the real engine: rewards are put on sale and members redeem them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from domain.coupons import Checkout, DiscountKind
from domain.rewards import RewardDraft, RewardKind
from gamification.coupons import designing
from gamification.coupons import service as coupons
from gamification.coupons.designing import TemplateDraft
from gamification.coupons.invariants import INVARIANTS as COUPONS
from gamification.coupons.service import Entered
from gamification.programme import store as programme_store
from gamification.rewards import redeeming, redemptions, service, store
from gamification.rewards.invariants import INVARIANTS as REWARDS
from gamification.rewards.redemptions import RedemptionRow
from gamification.rewards.store import RewardRow
from infra.ids import new_id
from tests.support.shop import INVARIANTS as BOOKS
from tests.support.shop import Shop

INVARIANTS: Final = (*{one.name: one for one in (*BOOKS, *REWARDS, *COUPONS)}.values(),)
STAFF: Final = UUID(int=7)


@dataclass
class RewardCounter:
    shop: Shop
    audited: set[str] = field(default_factory=set[str])

    async def enrol(self, *refs: str, points: int = 100) -> None:
        await self.shop.join(*refs)
        if points:
            await asyncio.gather(*(self.shop.adjust(points, ref) for ref in refs))

    async def offer(self, key: str = "mug", **terms: Any) -> RewardRow:  # noqa: ANN401
        """Puts a gift of 10 points on sale, unless `terms` say otherwise."""
        defaults: dict[str, Any] = {
            "name": key, "description": "", "kind": RewardKind.GIFT, "cost": 10,
        }  # fmt: skip
        draft = RewardDraft(key=key, **(defaults | terms))
        return await service.save(self.shop.platform, self.shop.programmes, draft)

    async def offer_coupon(self, stock: int | None = None, **terms: Any) -> RewardRow:  # noqa: ANN401
        """A reward that issues coupons for 5 off, as many as the template's `stock` allows."""
        template = TemplateDraft("off", "5 off", DiscountKind.FIXED, Decimal(5), None, 30, stock)
        await designing.save_template(
            self.shop.platform, template, currency="CNY", changed=programme_store.bump
        )
        return await self.offer(kind=RewardKind.COUPON, coupon_key="off", **terms)

    async def use_coupon(self, code: str) -> None:
        checkout = Checkout("A-1", Decimal(100), "CNY")
        await coupons.use(self.shop.platform, Entered(code), checkout, actor_id=STAFF)

    async def redeem(
        self, reward: RewardRow, ref: str = "C-1", *, key: str | None = None
    ) -> RedemptionRow:
        made = await redeeming.redeem(
            self.shop.platform,
            self.shop.programmes,
            member_id=await self.shop.member(ref),
            reward_id=reward.reward.id,
            key=key or str(new_id()),
        )
        return await self.redemption(made)

    async def redemption(self, key: UUID) -> RedemptionRow:
        return (await redemptions.by_ids(self.shop.platform.database, [key]))[key]

    async def cancel(self, redemption: RedemptionRow, actor_id: UUID = STAFF) -> RedemptionRow:
        return await service.cancel(
            self.shop.platform, self.shop.programmes, redemption=redemption, actor_id=actor_id
        )

    async def fulfil(self, redemption: RedemptionRow) -> RedemptionRow:
        return await service.fulfil(
            self.shop.platform, self.shop.programmes, redemption=redemption, actor_id=STAFF
        )

    async def stock(self, reward: RewardRow) -> tuple[int | None, int, int, int]:
        """Left, taken, fulfilled, cancelled."""
        key = reward.reward.id
        row = (await store.by_ids(self.shop.platform.database, [key]))[key]
        return row.left, row.taken, row.fulfilled, row.cancelled

    async def broken(self) -> dict[str, list[tuple[Any, ...]]]:
        """The invariants of books, rewards and coupons that do not hold, with what shows it."""
        sql = self.shop.platform.database
        self.audited = {one.name for one in INVARIANTS}
        found = {one.name: await sql.fetch(one.violations) for one in INVARIANTS}
        return {name: [tuple(row) for row in rows] for name, rows in found.items() if rows}


def tally(answers: list[RedemptionRow | BaseException]) -> Counter[str]:
    """How often each kind of answer came."""
    return Counter(type(one).__name__ for one in answers)
