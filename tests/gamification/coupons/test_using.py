"""Coupons at the checkout: once, in time, above the minimum, and the same answer again."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from domain.coupons import CouponState
from domain.coupons.codes import code_of, shown
from domain.errors import (
    AlreadyDone,
    Conflict,
    Expired,
    Invalid,
    NotAllowed,
    NotEligible,
    NotFound,
    Refused,
    TooManyAttempts,
)
from gamification.coupons import tries
from gamification.coupons.store import CouponRow
from tests.gamification.coupons.conftest import TILL, Coupons

USED, VOID = CouponState.USED, CouponState.VOID


async def refusal(coupons: Coupons, code: str, *order: str, **more: Any) -> Refused:  # noqa: ANN401
    with pytest.raises(Refused) as caught:
        await coupons.use(code, *order, **more)
    return caught.value


async def test_a_used_coupon_tells_order_and_discount(coupons: Coupons) -> None:
    coupon = await coupons.one()
    used = await coupons.use(shown(coupon.code).lower())
    assert (used.state, used.used_for_order) == (USED, "A-1")
    assert (used.discount, used.order_currency) == (Decimal("5.00"), "CNY")


async def test_the_same_order_gets_the_same_answer_and_one_use(coupons: Coupons) -> None:
    coupon = await coupons.one()
    first = await coupons.use(coupon.code)
    assert await coupons.use(coupon.code) == first
    assert first.uses == 1
    await coupons.shop.let_pass(days=40)
    assert await coupons.use(coupon.code) == first, "even when its term is over"


async def test_the_same_order_of_another_total_is_a_conflict(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    assert type(await refusal(coupons, coupon.code, "A-1", "99")) is Conflict
    assert type(await refusal(coupons, coupon.code, currency="USD")) is Conflict


async def test_another_order_comes_too_late(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    assert type(await refusal(coupons, coupon.code, "A-2")) is AlreadyDone


async def known(coupons: Coupons) -> CouponRow:
    """A coupon of a member who has done something before: first steps wait for each other."""
    await coupons.shop.tell(coupons.shop.paid("A-0", "1"))
    return await coupons.one()


async def test_of_many_orders_at_once_one_gets_it(coupons: Coupons) -> None:
    coupon = await known(coupons)
    tried = await asyncio.gather(
        *(coupons.use(coupon.code, f"A-{n}") for n in range(40)), return_exceptions=True
    )
    assert [type(one) for one in tried].count(CouponRow) == 1
    assert [type(one) for one in tried].count(AlreadyDone) == 39


async def test_one_order_asked_many_times_at_once_is_one_use(coupons: Coupons) -> None:
    coupon = await known(coupons)
    tried = await asyncio.gather(*(coupons.use(coupon.code) for _ in range(20)))
    assert {one.uses for one in tried} == {1}
    assert await coupons.shop.count("activity WHERE type = 'coupon.used'") == 1


async def test_it_is_usable_until_its_day_ends(coupons: Coupons) -> None:
    coupon = await coupons.one(valid_days=1)
    await coupons.shop.let_pass(days=1)
    assert await coupons.states() == [CouponState.USABLE]
    await coupons.shop.let_pass(days=1)
    assert await coupons.states() == [CouponState.EXPIRED]
    assert type(await refusal(coupons, coupon.code)) is Expired


async def test_below_the_minimum_it_is_not_eligible_and_stays_usable(coupons: Coupons) -> None:
    coupon = await coupons.one(minimum_spend=Decimal(300))
    refused = await refusal(coupons, coupon.code, "A-1", "299.99")
    assert (type(refused), refused.field) == (NotEligible, ("orderTotal",))
    assert refused.params == {"amount": "300", "currency": "CNY"}
    assert (await coupons.use(coupon.code, "A-1", "300")).discount == 5


async def test_another_currency_is_not_eligible(coupons: Coupons) -> None:
    coupon = await coupons.one()
    refused = await refusal(coupons, coupon.code, currency="USD")
    assert (type(refused), refused.field) == (NotEligible, ("currency",))


async def test_an_order_without_sense_is_invalid(coupons: Coupons) -> None:
    coupon = await coupons.one()
    assert type(await refusal(coupons, coupon.code, "A-1", "0")) is Invalid


async def test_a_void_coupon_is_not_allowed(coupons: Coupons) -> None:
    coupon = await coupons.one()
    assert (await coupons.void(coupon)).state is VOID
    assert type(await refusal(coupons, coupon.code)) is NotAllowed


async def test_a_code_that_is_nobodys_is_not_found(coupons: Coupons) -> None:
    await coupons.one()
    for code in (code_of(1), "x", "\0", "０", ""):
        refused = await refusal(coupons, code)
        assert (type(refused), refused.field) == (NotFound, ("code",))


async def test_where_the_shop_says_who_it_must_be_their_own(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.shop.join("C-2")
    for other in ("C-2", "C-3", "\0"):
        assert type(await refusal(coupons, coupon.code, customer=other)) is NotFound
    assert (await coupons.use(coupon.code, customer="C-1")).state is USED


async def test_wrong_codes_are_counted_and_then_even_a_right_one_waits(coupons: Coupons) -> None:
    coupon = await coupons.one()
    tried = await asyncio.gather(
        *(coupons.use("wrong") for _ in range(tries.MOST + 10)), return_exceptions=True
    )
    # A try may come back while they go on: one each second of the programme's clock.
    assert tries.MOST <= [type(one) for one in tried].count(NotFound) < tries.MOST + 10
    await exhaust(coupons)
    assert type(await refusal(coupons, coupon.code)) is TooManyAttempts
    await coupons.shop.let_pass(minutes=2)
    assert (await coupons.use(coupon.code)).state is USED


async def exhaust(coupons: Coupons) -> None:
    platform = coupons.shop.platform
    now = await platform.clock.now()
    await platform.database.execute(
        "UPDATE coupon_tries SET full_at = $1::timestamptz + interval '90 s'", now
    )


async def test_tries_are_kept_only_while_they_are_missed(coupons: Coupons) -> None:
    await coupons.one()
    await refusal(coupons, "wrong")
    database, now = coupons.shop.platform.database, await coupons.shop.platform.clock.now()
    await tries.forget(database, now)
    left = [await coupons.shop.count("coupon_tries")]
    await coupons.shop.let_pass(seconds=2)
    await tries.forget(database, await coupons.shop.platform.clock.now())
    assert [*left, await coupons.shop.count("coupon_tries")] == [1, 0]
    assert await tries.has_any(database, TILL, now)


async def test_what_was_released_can_be_used_again(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    released = await coupons.release(coupon.code)
    assert (released.state, released.used_at, released.discount) == ("USABLE", None, None)
    assert await coupons.release(coupon.code) == released, "again it changes nothing"
    assert (await coupons.use(coupon.code, "A-2")).uses == 2
    with pytest.raises(Conflict):
        await coupons.release(coupon.code)


async def test_gifts_uses_and_releases_are_told_to_the_log(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    await coupons.release(coupon.code)
    rows = await coupons.shop.platform.database.fetch(
        "SELECT type, attributes ->> 'couponKey' AS key, attributes ->> 'discount' AS off"
        " FROM activity WHERE type LIKE 'coupon.%' ORDER BY sequence"
    )
    assert [tuple(row) for row in rows] == [
        ("coupon.given", "off-5", None),
        ("coupon.used", "off-5", "5.00"),
        ("coupon.released", "off-5", None),
    ]


async def test_a_used_coupon_cannot_be_taken_back(coupons: Coupons) -> None:
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    with pytest.raises(AlreadyDone):
        await coupons.void(coupon)


async def test_of_using_and_taking_back_at_once_one_happens(coupons: Coupons) -> None:
    await known(coupons)
    for n in range(10):
        (coupon,) = await coupons.give("C-1")
        both = await asyncio.gather(
            coupons.use(coupon.code, f"A-{n}"), coupons.void(coupon), return_exceptions=True
        )
        assert sum(isinstance(one, CouponRow) for one in both) == 1, both
