"""When an order goes back as a whole: what it earned is void, what was used for it comes back."""

from __future__ import annotations

import asyncio

import pytest

from domain.coupons import CouponState
from domain.earning import RuleState
from domain.errors import NotAllowed
from tests.gamification.coupons.conftest import Coupons

USABLE, USED, EXPIRED, VOID = (
    CouponState.USABLE,
    CouponState.USED,
    CouponState.EXPIRED,
    CouponState.VOID,
)


@pytest.fixture
async def earned(coupons: Coupons) -> Coupons:
    """The member C-1 has a coupon by the order A-1, of 100 yuan."""
    await coupons.template()
    await coupons.shop.rule("orders", "0", coupon_key="off-5")
    await coupons.shop.tell(coupons.shop.paid("A-1", "100"))
    return coupons


async def code(coupons: Coupons) -> str:
    (coupon,) = await coupons.of()
    return coupon.code


async def test_a_cancelled_order_voids_what_it_earned(earned: Coupons) -> None:
    await earned.shop.tell(earned.shop.cancelled("A-1", "R-1"))
    assert await earned.states() == [VOID]
    assert await earned.issued() == 0


async def test_a_partial_refund_leaves_it_and_the_last_one_voids_it(earned: Coupons) -> None:
    await earned.shop.tell(earned.shop.refunded("A-1", "R-1", "99.99"))
    assert await earned.states() == [USABLE]
    await earned.shop.tell(earned.shop.refunded("A-1", "R-2", "0.01"))
    assert await earned.states() == [VOID]


async def test_an_order_paid_and_cancelled_in_one_batch_leaves_nothing(earned: Coupons) -> None:
    shop = earned.shop
    await shop.tell(shop.paid("A-2", "1"), shop.cancelled("A-2", "R-2"))
    assert await earned.states() == [VOID, USABLE]
    assert await earned.issued() == 1


async def test_another_customers_order_of_the_same_name_is_another(earned: Coupons) -> None:
    shop = earned.shop
    await shop.tell(shop.report("order.paid", "P-2", "C-2", orderRef="A-1", total="1"))
    await shop.tell(shop.cancelled("A-1", "R-2", "C-2"))
    assert (await earned.states(), await earned.states("C-2")) == ([USABLE], [VOID])


async def used_for(coupons: Coupons, order: str) -> None:
    await coupons.use(await code(coupons), order)
    await coupons.shop.rule("orders", "0", coupon_key="off-5", state=RuleState.PAUSED)
    await coupons.shop.tell(coupons.shop.paid(order, "95"))


async def test_what_was_used_for_a_cancelled_order_comes_back(earned: Coupons) -> None:
    await used_for(earned, "A-2")
    assert await earned.states() == [USED]
    await earned.shop.tell(earned.shop.cancelled("A-2", "R-2"))
    assert await earned.states() == [USABLE]
    assert (await earned.use(await code(earned), "A-3")).uses == 2


async def test_what_comes_back_after_its_term_has_expired(earned: Coupons) -> None:
    await used_for(earned, "A-2")
    await earned.shop.let_pass(days=40)
    await earned.shop.tell(earned.shop.cancelled("A-2", "R-2"))
    assert await earned.states() == [EXPIRED]


async def test_a_used_one_stays_used_when_what_earned_it_goes_back(earned: Coupons) -> None:
    await used_for(earned, "A-2")
    await earned.shop.tell(earned.shop.cancelled("A-1", "R-1"))
    assert (await earned.states(), await earned.issued()) == ([USED], 1)


@pytest.mark.parametrize("by_hand", [True, False])
async def test_what_comes_back_is_void_when_nothing_earns_it_any_more(
    earned: Coupons,
    by_hand: bool,  # noqa: FBT001
) -> None:
    await used_for(earned, "A-2")
    await earned.shop.tell(earned.shop.cancelled("A-1", "R-1"))
    if by_hand:
        await earned.release(await code(earned), "A-2")
    else:
        await earned.shop.tell(earned.shop.cancelled("A-2", "R-2"))
    assert (await earned.states(), await earned.issued()) == ([VOID], 0)


async def test_nothing_is_used_for_an_order_that_went_back(earned: Coupons) -> None:
    await earned.shop.tell(earned.shop.paid("A-2", "1"), earned.shop.cancelled("A-2", "R-2"))
    (_, coupon) = await earned.of()
    with pytest.raises(NotAllowed) as caught:
        await earned.use(coupon.code, "A-2")
    assert caught.value.field == ("orderRef",)


async def test_using_while_the_order_is_cancelled_leaves_no_coupon_behind(
    earned: Coupons,
) -> None:
    shop = earned.shop
    for n in range(10):
        await shop.tell(shop.paid(f"B-{n}", "1"))
        coupon = (await earned.of())[-1]
        await asyncio.gather(
            earned.use(coupon.code, f"B-{n}"),
            shop.tell(shop.cancelled(f"B-{n}", f"R-{n}")),
            return_exceptions=True,
        )
        assert (await earned.states())[-1] is USABLE
