"""A process that dies between any two statements has given, used or returned a coupon, or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from domain.coupons import CouponState
from domain.errors import Unavailable
from tests.gamification.coupons.conftest import Coupons
from tests.support.dying import dying_at
from tests.support.shop import broken

MOST_STATEMENTS = 60

Operation: TypeAlias = Callable[[], Awaitable[object]]


async def survive(coupons: Coupons, operation: Operation) -> int:
    """Dies at every statement in turn until it gets through; how often it died.

    Each time everything is as before, or as it is in the end.
    """
    # Loaded beforehand, so that every attempt takes the same statements.
    await coupons.shop.programmes.current(coupons.shop.platform.database)
    before, seen = await written(coupons), list[object]()
    for statement in range(1, MOST_STATEMENTS):
        with dying_at(statement):
            try:
                await operation()
            except (Unavailable, ConnectionResetError):
                seen.append(await written(coupons))
                continue
        after = await written(coupons)
        assert all(one in (before, after) for one in seen)
        assert after in seen, "no answer to a COMMIT got lost"
        assert await broken(coupons.shop.platform.database) == {}
        return len(seen)
    raise AssertionError("it never got through")


async def written(coupons: Coupons) -> tuple[object, ...]:
    database = coupons.shop.platform.database
    found = await database.fetch(
        "SELECT code, state, uses, used_for_order, voided_at IS NULL FROM coupon ORDER BY id"
    )
    counts = await database.fetch("SELECT issued FROM coupon_supply")
    told = await database.fetch("SELECT count(*) FROM activity WHERE type LIKE 'coupon.%'")
    rows: list[list[object]] = [[tuple(row) for row in all_] for all_ in (found, counts, told)]
    return tuple(tuple(one) for one in rows)


async def test_a_gift_is_given_once(coupons: Coupons) -> None:
    await coupons.template()
    await coupons.shop.join("C-1", "C-2")
    assert await survive(coupons, lambda: coupons.give("C-1", "C-2", key="same")) > 8
    assert await coupons.shop.count("coupon") == 2


async def test_a_coupon_is_used_once(coupons: Coupons) -> None:
    coupon = await coupons.one()
    assert await survive(coupons, lambda: coupons.use(coupon.code)) > 6
    assert await coupons.states() == [CouponState.USED]


async def test_a_coupon_is_released_or_not(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    assert await survive(coupons, lambda: coupons.release(coupon.code)) > 6
    assert await coupons.states() == [CouponState.USABLE]


async def test_an_order_and_its_coupon_go_back_together(coupons: Coupons) -> None:
    await coupons.template(stock=5)
    shop = coupons.shop
    await shop.rule("orders", "1", coupon_key="off-5")
    assert await survive(coupons, lambda: shop.tell(shop.paid("A-1", "10"))) > 8
    assert await survive(coupons, lambda: shop.tell(shop.cancelled("A-1", "R-1"))) > 8
    assert (await coupons.states(), await coupons.issued()) == ([CouponState.VOID], 0)
