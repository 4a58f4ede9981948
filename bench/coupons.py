"""Coupons at the checkout: codes that are entered once each, and again for the same order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from statistics import quantiles
from typing import Final

from bench.figures import Figure
from bench.till import Till, open_till
from domain.coupons import Checkout, DiscountKind
from gamification.coupons import designing, service
from gamification.coupons.designing import TemplateDraft
from gamification.coupons.service import Entered, Receiver
from gamification.coupons.store import CouponRow
from gamification.programme import store as programme_store
from infra.ids import new_id
from server.memory import settle_down

_COUPONS: Final = 4_000
_AT_ONCE: Final = 16  # a connection each


async def measure() -> list[Figure]:
    """The services of one process, over as many connections as there are callers."""
    async with open_till() as till:
        members = await till.enrol(_COUPONS)
        terms = TemplateDraft("off", "Off", DiscountKind.FIXED, Decimal(5), Decimal(50), 30)
        await designing.save_template(
            till.platform, terms, currency="CNY", changed=programme_store.bump
        )
        began, coupons = time.perf_counter(), list[CouponRow]()
        for start in range(0, _COUPONS, service.MOST_AT_ONCE):
            receivers = [Receiver(one) for one in members[start : start + service.MOST_AT_ONCE]]
            coupons += await service.give(
                till.platform, till.programmes.current, "off", receivers,
                actor_id=till.actor_id, key=new_id().hex,
            )  # fmt: skip
        given = _COUPONS / (time.perf_counter() - began)
        settle_down()
        used, waits = await _each(coupons, lambda one: _use(till, one))
        again, _ = await _each(coupons, lambda one: _use(till, one))
    return [
        Figure("coupons given, 1,000 at once", given, "/s"),
        Figure("coupons used", used, "/s"),
        Figure("coupons used, 99 of 100 within", quantiles(waits, n=100)[98] * 1000, "ms"),
        Figure("coupons used again for the same order", again, "/s"),
    ]


async def _use(till: Till, coupon: CouponRow) -> None:
    checkout = Checkout(f"order-{coupon.id}", Decimal(100), "CNY")
    used = await service.use(till.platform, Entered(coupon.code), checkout, actor_id=till.actor_id)
    assert used.discount, used


async def _each(
    coupons: Sequence[CouponRow], work: Callable[[CouponRow], Awaitable[None]]
) -> tuple[float, list[float]]:
    """How many a second, and the seconds that each took."""
    left, waits = iter(coupons), list[float]()

    async def call() -> None:
        for one in left:
            asked = time.perf_counter()
            await work(one)
            waits.append(time.perf_counter() - asked)

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(_AT_ONCE)))
    return len(coupons) / (time.perf_counter() - began), waits
