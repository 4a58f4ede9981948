"""Where coupons come from: staff and rules, once each, while there are any."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.coupons import CouponSource, CouponState, Origin
from domain.errors import AlreadyDone, Conflict, Invalid, NotFound, OutOfStock
from gamification.coupons import issuing, service, templates
from gamification.coupons.service import Receiver
from gamification.coupons.store import CouponRow
from infra.ids import new_id
from tests.gamification.coupons.conftest import TILL, Coupons
from tests.support.locks import delayed
from tests.support.shop import Shop

USABLE, USED, VOID = CouponState.USABLE, CouponState.USED, CouponState.VOID


async def test_staff_give_each_member_one(coupons: Coupons) -> None:
    await coupons.template()
    await coupons.shop.join("C-1", "C-2")
    given = await coupons.give("C-2", "C-1", "C-2")
    assert [one.member_id for one in given] == [
        await coupons.shop.member("C-2"),
        await coupons.shop.member("C-1"),
    ]
    assert len({one.code for one in given}) == 2
    assert await coupons.issued() == 2


async def test_one_key_gives_once(coupons: Coupons) -> None:
    await coupons.template()
    await coupons.shop.join("C-1", "C-2")
    given = await asyncio.gather(*(coupons.give("C-1", "C-2", key="same") for _ in range(5)))
    assert given == [given[0]] * 5
    assert await coupons.shop.count("coupon") == 2
    with pytest.raises(Conflict):
        await coupons.give("C-1", key="same")


async def test_somebody_unknown_is_named_and_nobody_gets_one(coupons: Coupons) -> None:
    await coupons.template()
    await coupons.shop.join("C-1")
    with pytest.raises(NotFound) as caught:
        await coupons.give("C-1", "C-404")
    assert caught.value.field == ("receivers", "1")
    assert await coupons.shop.count("coupon") == 0


@pytest.mark.parametrize("count", [0, 1001])
async def test_one_to_a_thousand_may_be_named(coupons: Coupons, count: int) -> None:
    await coupons.template()
    with pytest.raises(Invalid):
        await coupons.give(*["C-1"] * count)


async def test_an_unknown_template_is_not_found(coupons: Coupons) -> None:
    await coupons.shop.join("C-1")
    with pytest.raises(NotFound) as caught:
        await coupons.give("C-1", of="nothing")
    assert caught.value.field == ("couponKey",)


async def test_a_stock_is_never_exceeded_however_many_try(coupons: Coupons) -> None:
    await coupons.template(stock=7)
    refs = [f"C-{n}" for n in range(30)]
    await coupons.shop.join(*refs)
    tried = await asyncio.gather(*(coupons.give(ref) for ref in refs), return_exceptions=True)
    assert sum(isinstance(one, list) for one in tried) == 7
    assert [type(one) for one in tried].count(OutOfStock) == 23
    assert await coupons.issued() == await coupons.shop.count("coupon") == 7


async def test_what_is_taken_back_goes_back_to_the_stock(coupons: Coupons) -> None:
    coupon = await coupons.one(stock=1)
    with pytest.raises(OutOfStock):
        await coupons.give("C-1")
    await asyncio.gather(*(coupons.void(coupon) for _ in range(3)))
    await coupons.give("C-1")
    assert await coupons.states() == [USABLE, VOID]


async def test_more_than_is_left_is_given_to_nobody(coupons: Coupons) -> None:
    await coupons.template(stock=1)
    await coupons.shop.join("C-1", "C-2")
    with pytest.raises(OutOfStock):
        await coupons.give("C-1", "C-2")
    assert await coupons.shop.count("coupon") == 0


async def test_coupons_keep_the_terms_they_were_issued_by(coupons: Coupons) -> None:
    old = await coupons.one()
    changed = await coupons.template(discount=Decimal(8))
    assert changed.version == 2
    (new,) = await coupons.give("C-1")
    assert (await coupons.use(old.code)).discount == 5
    assert (await coupons.use(new.code, "A-2")).discount == 8


async def test_saving_nothing_new_makes_no_version(coupons: Coupons) -> None:
    first = await coupons.template()
    assert await coupons.template() == first
    assert (await coupons.template(stock=5)).version == 1
    found = await templates.newest(coupons.shop.platform.database)
    assert found["off-5"].stock == 5


async def test_a_rule_gives_its_coupon_once_an_activity(coupons: Coupons) -> None:
    shop = coupons.shop
    await coupons.template()
    await shop.rule("orders", "10", coupon_key="off-5")
    await shop.rule("large", "0", condition="activity.attributes.total > 50.0", coupon_key="off-5")
    await shop.tell(shop.paid("A-1", "60"), shop.paid("A-2", "40"))
    await shop.tell(shop.paid("A-1", "60"), shop.paid("A-2", "40"))
    found = [(one.order_ref, one.rule_key, one.source) for one in await coupons.of()]
    assert sorted(found) == [
        ("A-1", "large", CouponSource.RULE),
        ("A-1", "orders", CouponSource.RULE),
        ("A-2", "orders", CouponSource.RULE),
    ]
    assert (await coupons.issued(), await shop.available()) == (3, 20)


async def test_a_rule_whose_formula_fails_gives_no_coupon(coupons: Coupons) -> None:
    shop = coupons.shop
    await coupons.template()
    await shop.rule("orders", "0 - 1", coupon_key="off-5")
    await shop.tell(shop.paid("A-1", "60"))
    assert await coupons.of() == []


async def test_rules_give_while_there_are_any(coupons: Coupons) -> None:
    shop = coupons.shop
    await coupons.template(stock=5)
    await shop.rule("orders", "10", coupon_key="off-5")
    reports = [shop.paid(f"A-{n}", "1", f"C-{n % 4}") for n in range(12)]
    await asyncio.gather(*(shop.tell(*reports[n::3]) for n in range(3)))
    assert await coupons.issued() == await shop.count("coupon") == 5
    assert await shop.count("points_entry") == 12, "points are given all the same"


async def test_what_old_orders_would_have_earned_has_ended(coupons: Coupons) -> None:
    shop = coupons.shop
    await coupons.template(valid_days=30)
    await shop.rule("orders", "10", coupon_key="off-5")
    long_ago, lately = shop.now - timedelta(days=40), shop.now - timedelta(days=10)
    await shop.tell(shop.paid("A-1", "1", at=long_ago), shop.paid("A-2", "1", at=lately))
    (coupon,) = await coupons.of()
    assert coupon.order_ref == "A-2"
    assert timedelta(days=20) <= coupon.expires_at - shop.now <= timedelta(days=21)


async def test_a_rule_names_a_template_that_is_there(coupons: Coupons) -> None:
    with pytest.raises(NotFound) as caught:
        await coupons.shop.rule("orders", "10", coupon_key="nothing")
    assert caught.value.field == ("couponKey",)


async def test_an_origin_issues_a_member_one(coupons: Coupons, shop: Shop) -> None:
    await coupons.template()
    (member_id,) = await shop.join("C-1")
    origin = Origin(CouponSource.REWARD, new_id())

    async def redeem() -> list[CouponRow]:
        async with shop.platform.database.transaction() as tx:
            programme = await shop.programmes.current(tx)
            now = await shop.platform.clock.now(tx)
            return await issuing.issue(tx, programme, [member_id], "off-5", origin=origin, now=now)

    (coupon,) = await redeem()
    assert (coupon.origin_id, coupon.source) == (origin.id, CouponSource.REWARD)
    with pytest.raises(Exception, match="coupon_is_issued_once"):
        await redeem()


async def test_a_member_that_is_not_there_gets_none(coupons: Coupons) -> None:
    await coupons.template()
    with pytest.raises(NotFound):
        await service.give(
            coupons.shop.platform,
            coupons.shop.programmes.current,
            "off-5",
            [Receiver(member_id=UUID(int=5))],
            actor_id=TILL,
            key="k",
        )


async def test_a_coupon_that_is_not_there_cannot_be_taken_back(coupons: Coupons) -> None:
    for verb in (issuing.void,):
        async with coupons.shop.platform.database.transaction() as tx:
            with pytest.raises(NotFound):
                await verb(tx, UUID(int=5), now=coupons.shop.now)
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    with pytest.raises(AlreadyDone):
        await coupons.void(coupon)


async def test_a_gift_that_waited_is_valid_from_when_it_was_given(coupons: Coupons) -> None:
    first = await coupons.one()
    then, given = await delayed(coupons.shop, coupons.give("C-1"), days=2)
    assert not isinstance(given, Exception)
    assert given[0].issued_at >= then
    assert (given[0].expires_at - first.expires_at).days == 2
