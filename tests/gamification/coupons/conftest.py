"""A shop that has coupons: it saves templates, gives coupons, and uses them at its till."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.coupons import Checkout, CouponState, CouponTemplate, DiscountKind
from gamification.coupons import designing, service, store
from gamification.coupons.designing import TemplateDraft
from gamification.coupons.service import Entered, Receiver
from gamification.coupons.store import CouponRow
from gamification.programme import store as programme_store
from infra.ids import new_id
from tests.support.shop import Shop

TILL = UUID(int=7)


@dataclass
class Coupons:
    """The verbs of coupons, with what tests do not care about filled in."""

    shop: Shop

    async def template(self, key: str = "off-5", **more: Any) -> CouponTemplate:  # noqa: ANN401
        """Five yuan off anything, for thirty days, unless `more` says otherwise."""
        plain: dict[str, Any] = {
            "name": key,
            "kind": DiscountKind.FIXED,
            "discount": Decimal(5),
            "minimum_spend": None,
            "valid_days": 30,
        }
        draft = TemplateDraft(key=key, **(plain | more))
        return await designing.save_template(
            self.shop.platform, draft, currency="CNY", changed=programme_store.bump
        )

    async def give(self, *refs: str, of: str = "off-5", key: str | None = None) -> list[CouponRow]:
        return await service.give(
            self.shop.platform,
            self.shop.programmes.current,
            of,
            [Receiver(customer_ref=ref) for ref in refs],
            actor_id=TILL,
            key=key or str(new_id()),
        )

    async def one(self, **more: Any) -> CouponRow:  # noqa: ANN401
        """A coupon of the member C-1."""
        await self.template(**more)
        await self.shop.join("C-1")
        (coupon,) = await self.give("C-1")
        return coupon

    async def use(
        self,
        code: str,
        order: str = "A-1",
        total: str = "100",
        *,
        customer: str | None = None,
        currency: str = "CNY",
    ) -> CouponRow:
        return await service.use(
            self.shop.platform,
            Entered(code, customer),
            Checkout(order, Decimal(total), currency),
            actor_id=TILL,
        )

    async def release(self, code: str, order: str = "A-1") -> CouponRow:
        return await service.release(self.shop.platform, Entered(code), order, actor_id=TILL)

    async def void(self, coupon: CouponRow) -> CouponRow:
        return await service.void(self.shop.platform, coupon.id)

    async def of(self, ref: str = "C-1") -> list[CouponRow]:
        """All coupons of a member, newest first."""
        member_id, now = await self.shop.member(ref), await self.shop.platform.clock.now()
        (found,) = await store.of_members(
            self.shop.platform.database, [member_id], state=None, before=None, limit=1000, now=now
        )
        return found

    async def states(self, ref: str = "C-1") -> list[CouponState]:
        now = await self.shop.platform.clock.now()
        return [coupon.state_at(now) for coupon in await self.of(ref)]

    async def issued(self, key: str = "off-5") -> int:
        database = self.shop.platform.database
        query = "SELECT issued FROM coupon_supply WHERE key = $1"
        return int(await database.fetchval(query, key))


@pytest.fixture
def coupons(shop: Shop) -> Coupons:
    return Coupons(shop)
