"""Refusals of coupons and their templates."""

from __future__ import annotations

from decimal import Decimal

from infra.ids import Kind, encode_id
from tests.support.refusals.scene import DAY, TILL, Input, Scene, case


@case("coupon.unknown", "NOT_FOUND", "useCoupon")
async def an_unknown_code(_scene: Scene) -> Input:
    return _checkout("ABCD-EFGH-JKLM")


@case("coupon.too_many_tries", "RATE_LIMITED", "useCoupon")
async def too_many_wrong_codes(scene: Scene) -> Input:
    await scene.club.platform.database.execute(
        "INSERT INTO coupon_tries (account_id, full_at) VALUES ($1, $2)", TILL, scene.club.now + DAY
    )
    return _checkout("ABCD-EFGH-JKLM")


@case("coupon.minimum_spend", "NOT_ELIGIBLE", "useCoupon")
async def below_the_minimum(scene: Scene) -> Input:
    coupon = await scene.coupons.one(minimum_spend=Decimal(200))
    return _checkout(coupon.code)


@case("coupon.currency", "NOT_ELIGIBLE", "useCoupon")
async def another_currency(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    return _checkout(coupon.code, currency="EUR")


@case("coupon.expired", "EXPIRED", "useCoupon")
async def after_its_days(scene: Scene) -> Input:
    coupon = await scene.coupons.one(valid_days=1)
    await scene.club.let_pass(days=3)
    return _checkout(coupon.code)


@case("coupon.used", "ALREADY_DONE", "useCoupon")
async def used_before(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.coupons.use(coupon.code, "A-2")
    return _checkout(coupon.code)


@case("coupon.used", "ALREADY_DONE", "voidCoupon")
async def taken_back_after_its_use(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.coupons.use(coupon.code)
    return {"couponId": encode_id(Kind.COUPON, coupon.id)}


@case("coupon.used_otherwise", "CONFLICT", "useCoupon")
async def used_for_another_total(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.coupons.use(coupon.code, total="50")
    return _checkout(coupon.code)


@case("coupon.used_for_another", "CONFLICT", "releaseCoupon")
async def released_for_another_order(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.coupons.use(coupon.code, "A-2")
    return {"code": coupon.code, "orderRef": "A-1"}


@case("coupon.void", "NOT_ALLOWED", "useCoupon")
async def taken_back(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.coupons.void(coupon)
    return _checkout(coupon.code)


@case("coupon.order_went_back", "NOT_ALLOWED", "useCoupon")
async def for_an_order_that_went_back(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    await scene.club.tell(scene.club.paid("A-1", "100"), scene.club.cancelled("A-1", "R-1"))
    return _checkout(coupon.code)


@case("coupon.order_total", "INVALID", "useCoupon")
async def an_order_of_less_than_nothing(scene: Scene) -> Input:
    coupon = await scene.coupons.one()
    return _checkout(coupon.code, orderTotal="-1")


@case("coupon.out_of_stock", "OUT_OF_STOCK", "issueCoupons")
async def more_coupons_than_there_are(scene: Scene) -> Input:
    await scene.coupons.template(stock=1)
    return _gift({"customerRef": "C-1"}, {"customerRef": "C-2"})


@case("coupon.template_unknown", "NOT_FOUND", "issueCoupons")
async def coupons_of_an_unknown_template(_scene: Scene) -> Input:
    return _gift({"customerRef": "C-1"})


@case("coupon.receivers", "INVALID", "issueCoupons")
async def coupons_for_nobody(scene: Scene) -> Input:
    await scene.coupons.template()
    return _gift()


@case("coupon.receiver", "INVALID", "issueCoupons")
async def coupons_for_somebody_named_twice(scene: Scene) -> Input:
    await scene.coupons.template()
    return _gift({"customerRef": "C-1", "memberId": await scene.member_id()})


@case("member.not_found", "NOT_FOUND", "issueCoupons")
async def coupons_for_a_stranger(scene: Scene) -> Input:
    await scene.coupons.template()
    return _gift({"customerRef": "nobody"})


@case("coupon.percent", "INVALID", "saveCouponTemplate")
async def more_than_all_off(_scene: Scene) -> Input:
    return _template(discountKind="PERCENT", discount="101")


@case("coupon.amount", "INVALID", "saveCouponTemplate")
async def nothing_off(_scene: Scene) -> Input:
    return _template(discount="0")


@case("coupon.no_amount", "INVALID", "saveCouponTemplate")
async def so_much_off_shipping_that_is_free(_scene: Scene) -> Input:
    return _template(discountKind="FREE_SHIPPING", discount="5")


@case("coupon.minimum", "INVALID", "saveCouponTemplate")
async def a_minimum_of_nothing(_scene: Scene) -> Input:
    return _template(minimumSpend="0")


def _checkout(code: str, **other: str) -> Input:
    plain = {"code": code, "orderRef": "A-1", "orderTotal": "100", "currency": "CNY"}
    return plain | other


def _gift(*receivers: dict[str, str]) -> Input:
    return {"couponKey": "off-5", "receivers": list(receivers), "idempotencyKey": "k"}


def _template(**terms: object) -> Input:
    plain = {"key": "off", "name": "Off", "discountKind": "FIXED", "discount": "5", "validDays": 9}
    return plain | terms
