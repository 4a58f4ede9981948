"""Every way in which points, rewards, coupons, tiers and memberships refuse something.

A case is named by its reason, the key of the sentence that people read. It says by which mutation
it is asked for and with which code it is refused, and prepares what makes it be so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.ledger import MOST_POINTS
from domain.members import Role
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from gamification.rewards.redemptions import RedemptionRow
from infra.ids import Kind, encode_id, new_id
from tests.gamification.coupons.conftest import Coupons
from tests.support.clubs import Club
from tests.support.merging import ANA, sign_up
from tests.support.reward_counter import RewardCounter

TILL: Final = UUID(int=7)
DAY: Final = timedelta(days=1)
Input: TypeAlias = dict[str, Any] | None


@dataclass
class Scene:
    """A shop with everything, and two members, C-1 and C-2, with 100 points each."""

    club: Club
    counter: RewardCounter = field(init=False)
    coupons: Coupons = field(init=False)

    def __post_init__(self) -> None:
        self.counter, self.coupons = RewardCounter(self.club), Coupons(self.club)

    async def member_id(self, ref: str = "C-1") -> str:
        return encode_id(Kind.MEMBER, await self.club.member(ref))

    async def redeem(self, **terms: Any) -> dict[str, str]:  # noqa: ANN401
        """Asks for a reward that is offered on these terms."""
        row = await self.counter.offer(**terms)
        return wish(row.reward.id)

    async def redeemed(self, **terms: Any) -> RedemptionRow:  # noqa: ANN401
        return await self.counter.redeem(await self.counter.offer(**terms))

    async def hold(self) -> HoldRow:
        draft = HoldDraft(await self.club.member(), 10, "A-1")
        to = (self.club.platform, self.club.programmes)
        return await holds.hold(*to, draft, actor_id=TILL, key=str(new_id()))

    async def ended(self, end: Any, held: HoldRow) -> None:  # noqa: ANN401 - capture or release
        await end(
            self.club.platform,
            self.club.programmes,
            member_id=held.member_id,
            number=held.hold.entry_number,
            actor_id=TILL,
        )


def wish(reward_id: UUID) -> dict[str, str]:
    return {"rewardId": encode_id(Kind.REWARD, reward_id), "idempotencyKey": "k"}


Prepare: TypeAlias = Callable[[Scene], Awaitable[Input]]


@dataclass(frozen=True)
class Case:
    reason: str
    code: str
    verb: str
    prepare: Prepare
    who: str | None
    roles: tuple[Role, ...]


CASES: Final[list[Case]] = []


def case(
    reason: str, code: str, verb: str, who: str | None = None, *roles: Role
) -> Callable[[Prepare], Prepare]:
    """Adds a case; who asks is an admin, or the member of a customer number."""
    asked_by = roles or (() if who else (Role.ADMIN,))

    def add(prepare: Prepare) -> Prepare:
        CASES.append(Case(reason, code, verb, prepare, who, asked_by))
        return prepare

    return add


# Points


@case("points.adjust_amount", "INVALID", "adjustPoints")
async def nothing_to_correct(scene: Scene) -> Input:
    return await _correction(scene, 0)


@case("points.adjust_amount", "INVALID", "adjustPoints")
async def more_than_books_hold(scene: Scene) -> Input:
    return await _correction(scene, MOST_POINTS)


@case("points.not_enough", "INSUFFICIENT_POINTS", "adjustPoints")
async def more_than_there_is_to_take(scene: Scene) -> Input:
    return await _correction(scene, -101)


@case("points.not_enough", "INSUFFICIENT_POINTS", "holdPoints")
async def more_than_there_is_to_hold(scene: Scene) -> Input:
    return await _hold_of(scene, 101)


@case("points.amount", "INVALID", "holdPoints")
async def a_hold_of_nothing(scene: Scene) -> Input:
    return await _hold_of(scene, 0)


@case("idempotency.conflict", "CONFLICT", "holdPoints", None, Role.SERVICE)
async def another_hold_by_the_same_key(scene: Scene) -> Input:
    draft = HoldDraft(await scene.club.member(), 10, "A-1")
    to = (scene.club.platform, scene.club.programmes)
    await holds.hold(*to, draft, actor_id=TILL, key="k")
    return await _hold_of(scene, 11)


@case("idempotency.key", "INVALID", "holdPoints")
async def no_key(scene: Scene) -> Input:
    return (await _hold_of(scene, 10) or {}) | {"idempotencyKey": ""}


@case("points.hold_expired", "EXPIRED", "capturePointsHold")
async def a_hold_that_ran_out(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.club.let_pass(minutes=31)
    return _named(held)


@case("points.hold_released", "CONFLICT", "capturePointsHold")
async def a_hold_that_was_released(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.ended(holds.release, held)
    return _named(held)


@case("points.hold_captured", "CONFLICT", "releasePointsHold")
async def a_hold_that_was_captured(scene: Scene) -> Input:
    held = await scene.hold()
    await scene.ended(holds.capture, held)
    return _named(held)


@case("points.no_room", "LIMIT_REACHED", "cancelRedemption")
async def points_that_nothing_has_room_for(scene: Scene) -> Input:
    made = await scene.redeemed(cost=100)
    await scene.club.adjust(MOST_POINTS)
    return _of(made)


async def _correction(scene: Scene, amount: int) -> Input:
    member_id = await scene.member_id()
    return {"memberId": member_id, "amount": amount, "reason": "by hand", "idempotencyKey": "k"}


async def _hold_of(scene: Scene, amount: int) -> Input:
    member_id = await scene.member_id()
    return {"memberId": member_id, "amount": amount, "orderRef": "A-1", "idempotencyKey": "k"}


def _named(held: HoldRow) -> Input:
    return {"holdId": encode_id(Kind.POINTS_HOLD, held.member_id, held.hold.entry_number)}


# Rewards


@case("reward.not_started", "NOT_STARTED", "redeemReward", "C-1")
async def a_sale_to_come(scene: Scene) -> Input:
    return await scene.redeem(starts_at=scene.club.now + DAY)


@case("reward.ended", "ENDED", "redeemReward", "C-1")
async def a_sale_that_is_over(scene: Scene) -> Input:
    return await scene.redeem(ends_at=scene.club.now)


@case("reward.out_of_stock", "OUT_OF_STOCK", "redeemReward", "C-1")
async def nothing_left(scene: Scene) -> Input:
    return await scene.redeem(stock=0)


@case("reward.out_of_stock", "OUT_OF_STOCK", "redeemReward", "C-1")
async def no_coupon_left(scene: Scene) -> Input:
    row = await scene.counter.offer_coupon(stock=1)
    await scene.counter.redeem(row, "C-2")
    return wish(row.reward.id)


@case("reward.not_enough", "INSUFFICIENT_POINTS", "redeemReward", "C-1")
async def too_dear(scene: Scene) -> Input:
    return await scene.redeem(cost=101)


@case("reward.tier", "NOT_ELIGIBLE", "redeemReward", "C-1")
async def for_a_higher_tier(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return await scene.redeem(minimum_tier="gold")


@case("reward.limit", "LIMIT_REACHED", "redeemReward", "C-1")
async def one_more_than_the_limit(scene: Scene) -> Input:
    row = await scene.counter.offer(per_member_limit=1)
    await scene.counter.redeem(row)
    return wish(row.reward.id)


@case("reward.tier_unknown", "INVALID", "saveReward")
async def for_an_unknown_tier(_scene: Scene) -> Input:
    return _reward(minimumTierKey="nobody")


@case("reward.coupon_key", "INVALID", "saveReward")
async def coupons_of_no_template(_scene: Scene) -> Input:
    return _reward(kind="COUPON")


@case("reward.badge_key", "INVALID", "saveReward")
async def a_badge_for_a_gift(_scene: Scene) -> Input:
    return _reward(badgeKey="star")


@case("reward.stock_taken", "INVALID", "saveReward")
async def fewer_than_were_taken(scene: Scene) -> Input:
    await scene.redeemed(stock=2)
    return _reward(stock=0)


@case("redemption.fulfilled", "NOT_ALLOWED", "cancelRedemption")
async def what_was_handed_over(scene: Scene) -> Input:
    made = await scene.redeemed()
    await scene.counter.fulfil(made)
    return _of(made)


@case("redemption.coupon_used", "NOT_ALLOWED", "cancelRedemption")
async def what_was_used(scene: Scene) -> Input:
    made = await scene.counter.redeem(await scene.counter.offer_coupon())
    (coupon,) = await scene.coupons.of()
    await scene.counter.use_coupon(coupon.code)
    return _of(made)


@case("redemption.cancelled", "CONFLICT", "fulfilRedemption")
async def what_was_cancelled(scene: Scene) -> Input:
    made = await scene.redeemed()
    await scene.counter.cancel(made)
    return _of(made)


def _reward(**terms: object) -> Input:
    plain = {"key": "mug", "name": "Mug", "description": "", "kind": "GIFT", "cost": 10}
    return plain | terms


def _of(made: RedemptionRow) -> Input:
    return {"redemptionId": encode_id(Kind.REDEMPTION, made.id)}


# Coupons


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


# Memberships


@case("membership.plan_unknown", "NOT_FOUND", "startMembership", "C-1")
async def an_unknown_plan(_scene: Scene) -> Input:
    return _start("unknown")


@case("membership.running", "ALREADY_DONE", "startMembership", "C-1")
async def a_second_membership(scene: Scene) -> Input:
    await scene.club.start()
    return _start()


@case("membership.payment_known", "CONFLICT", "startMembership", "C-1")
async def a_payment_that_paid_before(scene: Scene) -> Input:
    await scene.club.start("C-2", payment_ref="P-1")
    return _start()


@case("membership.none", "NOT_FOUND", "cancelMembership", "C-1")
async def a_membership_that_never_was(_scene: Scene) -> Input:
    return None


@case("membership.ended", "ENDED", "renewMembership")
async def a_membership_that_is_over(scene: Scene) -> Input:
    row = await scene.club.start()
    await scene.club.let_pass(days=60)
    return _renewal(row.membership.id)


@case("membership.paid_ahead", "LIMIT_REACHED", "renewMembership")
async def paid_for_ten_years(scene: Scene) -> Input:
    await scene.club.plan(key="long", period_days=3650, reminder_days=0)
    row = await scene.club.start(plan_key="long")
    await scene.club.renew(row)
    return _renewal(row.membership.id)


@case("membership.price", "INVALID", "saveMembershipPlan")
async def a_price_that_nobody_can_pay(_scene: Scene) -> Input:
    return _plan(price="0.001")


@case("tier.multiplier", "INVALID", "saveMembershipPlan")
async def a_multiplier_of_nothing(_scene: Scene) -> Input:
    return _plan(pointsMultiplier="0")


@case("benefit.key_twice", "CONFLICT", "saveMembershipPlan")
async def one_benefit_twice(_scene: Scene) -> Input:
    return _plan(benefits=[_BENEFIT, _BENEFIT])


@case("benefit.too_many", "INVALID", "saveMembershipPlan")
async def many_benefits(_scene: Scene) -> Input:
    return _plan(benefits=[_BENEFIT | {"key": f"b{number}"} for number in range(1000)])


_BENEFIT: Final = {"key": "shipping", "name": "Shipping", "description": ""}


def _start(plan: str = "plus") -> Input:
    return {"planKey": plan, "paymentRef": "P-1", "idempotencyKey": "k"}


def _renewal(membership_id: UUID) -> Input:
    key = encode_id(Kind.MEMBERSHIP, membership_id)
    return {"membershipId": key, "paymentRef": "P-9", "idempotencyKey": "k"}


def _plan(**terms: object) -> Input:
    return {"key": "p", "name": "P", "price": "10", "periodDays": 30} | terms


# Tiers


@case("tier.level_taken", "CONFLICT", "saveTier")
async def a_second_tier_of_the_level(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return _tier()


@case("tier.ladder", "INVALID", "saveTier")
async def a_higher_tier_that_asks_less(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return _tier(level=2)


@case("tier.base", "INVALID", "saveTier")
async def a_base_that_asks_something(_scene: Scene) -> Input:
    return _tier(key="member", level=0)


@case("tier.multiplier", "INVALID", "saveTier")
async def a_tier_that_earns_nothing(_scene: Scene) -> Input:
    return _tier(pointsMultiplier="0")


@case("tier.window", "INVALID", "saveTierRules")
async def measured_by_participation(_scene: Scene) -> Input:
    return {"metric": _METRIC | {"window": "PARTICIPATION"}}


@case("tier.circular", "INVALID", "saveTierRules")
async def measured_by_itself(_scene: Scene) -> Input:
    return {"metric": _METRIC | {"condition": 'member.tier == "gold"'}}


_METRIC: Final = {"trigger": ["order.paid"], "measure": "COUNT"}


def _tier(**terms: object) -> Input:
    plain = {"key": "silver", "name": "Silver", "level": 1, "threshold": 200}
    return plain | {"pointsMultiplier": "1.2"} | terms


# Merging, which moves all of these


@case("member.number_taken", "CONFLICT", "linkCustomer")
async def who_has_points_of_their_own(scene: Scene) -> Input:
    ana = await sign_up(scene.club)
    await scene.club.adjust(5, ANA)
    return {"memberId": encode_id(Kind.MEMBER, ana), "customerRef": "C-1"}


@case("member.already_linked", "CONFLICT", "linkCustomer")
async def who_has_another_number(scene: Scene) -> Input:
    return {"memberId": await scene.member_id(), "customerRef": "C-9"}
