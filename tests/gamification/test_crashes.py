"""A process that dies between any two statements of an operation has done all of it or nothing.

Who then asks again by the same key, or the job that goes on, brings about one effect. What is
asked of each operation is that it is the same, to the last column of the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

import pytest

from gamification.engine.consumer import Consumer
from gamification.memberships.service import MembershipRow
from gamification.metrics import filling
from gamification.points import holds, jobs
from gamification.points.holds import HoldDraft, HoldRow
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.tiers import jobs as tier_jobs
from infra.ids import new_id
from infra.platform import Platform
from members.birthdays import reach_birthdays
from tests.gamification.coupons.conftest import Coupons
from tests.support.clubs import Club
from tests.support.dying import Operation, survive
from tests.support.merging import link, sign_up
from tests.support.reward_counter import RewardCounter
from tests.support.shop import SHANGHAI, broken, happened

TILL: Final = UUID(int=7)
LEAST_STATEMENTS: Final = 3  # BEGIN, something, COMMIT
Prepare: TypeAlias = Callable[[Club], Awaitable[Operation]]


@pytest.fixture
async def club(platform: Platform, programmes: Programmes) -> AsyncIterator[Club]:
    """One member with 50 points for five days and 50 that stay."""
    club = Club(platform, programmes)
    club.now = await platform.clock.now()
    await club.rule("short", "50", expires_after_days=5)
    await club.tell(club.paid("A-0", "1"))
    await club.adjust(50)
    yield club
    assert await broken(platform.database) == {}


async def an_order(club: Club) -> Operation:
    await club.rule("later", "7", pending_days=3, budget=1000, cap_per_member_per_day=100)
    return lambda: club.tell(club.paid("A-1", "20"))


async def an_order_of_somebody_new(club: Club) -> Operation:
    return lambda: club.tell(club.paid("A-1", "20", "C-2"))


async def a_partial_refund(club: Club) -> Operation:
    """Of an order for which points paid a part."""
    await (await _end(club, holds.capture, "A-0"))()
    return lambda: club.tell(club.refunded("A-0", "R-1", "0.5"))


async def a_cancelled_order(club: Club) -> Operation:
    return lambda: club.tell(club.cancelled("A-0", "R-1"))


async def a_confirmation(club: Club) -> Operation:
    await club.rule("later", "7", pending_days=3)
    await club.tell(club.paid("A-1", "20"))
    await club.let_pass(days=4)
    return lambda: jobs.settle_due(club.platform)


async def a_correction(club: Club) -> Operation:
    return lambda: club.adjust(-60, key="same")


async def a_hold(club: Club) -> Operation:
    return partial(_hold, club)


async def a_captured_hold(club: Club) -> Operation:
    return await _end(club, holds.capture)


async def a_released_hold(club: Club) -> Operation:
    return await _end(club, holds.release)


async def holds_and_lots_that_ended(club: Club) -> Operation:
    await _hold(club)
    await club.let_pass(days=6)
    return lambda: jobs.settle_due(club.platform)


async def a_redemption(club: Club) -> Operation:
    counter = RewardCounter(club)
    mug = await counter.offer(stock=3, per_member_limit=1, cost=70)
    return lambda: counter.redeem(mug, key="same")


async def a_redemption_for_a_coupon(club: Club) -> Operation:
    counter = RewardCounter(club)
    reward = await counter.offer_coupon(stock=3, cost=70)
    return lambda: counter.redeem(reward, key="same")


async def a_cancelled_redemption(club: Club) -> Operation:
    counter = RewardCounter(club)
    made = await counter.redeem(await counter.offer_coupon(stock=3, cost=70))
    return lambda: counter.cancel(made)


async def a_fulfilment(club: Club) -> Operation:
    counter = RewardCounter(club)
    made = await counter.redeem(await counter.offer(cost=70))
    return lambda: counter.fulfil(made)


async def a_gift_of_coupons(club: Club) -> Operation:
    coupons = Coupons(club)
    await coupons.template(stock=5)
    await club.tell(club.paid("A-1", "1", "C-2"))
    return lambda: coupons.give("C-1", "C-2", key="same")


async def a_coupon_by_a_rule(club: Club) -> Operation:
    coupons = Coupons(club)
    await coupons.template(stock=5)
    await club.rule("gift", "0", coupon_key="off-5")
    return lambda: club.tell(club.paid("A-1", "20"))


async def an_order_that_takes_its_coupon_with_it(club: Club) -> Operation:
    await (await a_coupon_by_a_rule(club))()
    return lambda: club.tell(club.cancelled("A-1", "R-1"))


async def a_coupon_that_is_used(club: Club) -> Operation:
    coupons = Coupons(club)
    coupon = await coupons.one()
    return lambda: coupons.use(coupon.code)


async def a_coupon_that_is_released(club: Club) -> Operation:
    coupons = Coupons(club)
    coupon = await coupons.one()
    await coupons.use(coupon.code)
    return lambda: coupons.release(coupon.code)


async def a_coupon_that_is_taken_back(club: Club) -> Operation:
    coupons = Coupons(club)
    coupon = await coupons.one(stock=5)
    return lambda: coupons.void(coupon)


async def a_membership(club: Club) -> Operation:
    await club.plan(trial_days=7)
    return lambda: club.start(payment_ref="P-1", key="same")


async def a_renewal(club: Club) -> Operation:
    row = await _joined(club)
    return lambda: club.renew(row, "P-2", "same")


async def a_failed_payment(club: Club) -> Operation:
    row = await _joined(club)
    return lambda: club.fail(row)


async def a_cancelled_membership(club: Club) -> Operation:
    await _joined(club)
    return club.cancel


async def a_reminder(club: Club) -> Operation:
    await club.plan(reminder_days=3)
    await club.start()
    await club.let_pass(days=29)
    return club.settle


async def a_missed_payment(club: Club) -> Operation:
    await _joined(club)
    await club.let_pass(days=32)
    return club.settle


async def the_end_of_a_membership(club: Club) -> Operation:
    await _joined(club)
    await club.let_pass(days=45)
    return club.settle


async def an_order_by_a_membership(club: Club) -> Operation:
    await _joined(club)
    return lambda: club.tell(club.paid("A-1", "20"))


async def a_tier_that_is_reached(club: Club) -> Operation:
    await _ladder(club)
    return lambda: club.tell(club.paid("A-1", "500"))


async def what_tiers_count_of_earlier_days(club: Club) -> Operation:
    await club.tell(club.paid("A-1", "500"))
    await _ladder(club, filled=False)
    current, bind = club.programmes.current, club.programmes.expressions.bind
    changed = programme_store.bump
    return lambda: filling.fill_next(club.platform, current, bind, changed=changed)


async def a_tier_by_other_rules(club: Club) -> Operation:
    await club.tell(club.paid("A-1", "500"))
    await _ladder(club)
    current, bind = club.programmes.current, club.programmes.expressions.bind
    return lambda: tier_jobs.judge_next(club.platform, current, bind)


async def an_announced_loss(club: Club) -> Operation:
    return await _some_days_later(club, 50)


async def a_tier_that_is_lost(club: Club) -> Operation:
    return await _some_days_later(club, 70)


async def what_the_log_holds(club: Club) -> Operation:
    await club.rule("posts", "3", trigger="post.published")
    await club.record(happened(await club.member(), "p-1"))
    consumer = Consumer(club.platform, club.programmes)
    await consumer.renew()

    async def consume() -> None:
        while await club.waiting():  # other tests' transactions hold the horizon
            await consumer.run_once()

    return consume


async def a_birthday(club: Club) -> Operation:
    sql, clock = club.platform.database, club.platform.clock
    await reach_birthdays(sql, clock, SHANGHAI)
    await club.let_pass(days=1)
    today = club.now.astimezone(SHANGHAI).date()
    await sql.execute(
        "UPDATE member SET birthday = $1", date(1990, today.month, min(today.day, 28))
    )
    await sql.execute("UPDATE member SET joined_at = $1", club.now - timedelta(days=9))
    return lambda: reach_birthdays(sql, clock, SHANGHAI)


async def a_merge(club: Club) -> Operation:
    ana = await sign_up(club)
    return lambda: link(club, ana)


async def _hold(club: Club, order: str = "A-1") -> HoldRow:
    draft = HoldDraft(await club.member(), 70, order)
    return await holds.hold(club.platform, club.programmes, draft, actor_id=TILL, key="hold")


async def _end(club: Club, end: Any, order: str = "A-1") -> Operation:  # noqa: ANN401
    """`end` is capture or release."""
    held = await _hold(club, order)
    of = {"member_id": held.member_id, "number": held.hold.entry_number, "actor_id": TILL}
    return lambda: end(club.platform, club.programmes, **of)


async def _joined(club: Club) -> MembershipRow:
    await club.plan()
    return await club.start()


async def _ladder(club: Club, *, filled: bool = True) -> None:
    """Silver from 200 in thirty days, kept for thirty days of grace."""
    await club.tier("silver", 1, 200)
    await club.measure_tiers(30)
    current, bind = club.programmes.current, club.programmes.expressions.bind
    while filled and await filling.fill_next(
        club.platform, current, bind, changed=programme_store.bump
    ):
        pass


async def _some_days_later(club: Club, days: int) -> Operation:
    await _ladder(club)
    await club.tell(club.paid("A-1", "500"))
    await club.let_pass(days=days)
    current, bind = club.programmes.current, club.programmes.expressions.bind
    return lambda: tier_jobs.settle_due(club.platform, current, bind)


OPERATIONS: Final[tuple[Prepare, ...]] = (
    an_order,
    an_order_of_somebody_new,
    a_partial_refund,
    a_cancelled_order,
    a_confirmation,
    a_correction,
    a_hold,
    a_captured_hold,
    a_released_hold,
    holds_and_lots_that_ended,
    a_redemption,
    a_redemption_for_a_coupon,
    a_cancelled_redemption,
    a_fulfilment,
    a_gift_of_coupons,
    a_coupon_by_a_rule,
    an_order_that_takes_its_coupon_with_it,
    a_coupon_that_is_used,
    a_coupon_that_is_released,
    a_coupon_that_is_taken_back,
    a_membership,
    a_renewal,
    a_failed_payment,
    a_cancelled_membership,
    a_reminder,
    a_missed_payment,
    the_end_of_a_membership,
    an_order_by_a_membership,
    a_tier_that_is_reached,
    an_announced_loss,
    a_tier_that_is_lost,
    what_the_log_holds,
    a_birthday,
    a_merge,
)


GOING_ON: Final[dict[Prepare, str]] = {
    what_tiers_count_of_earlier_days: "SELECT sum(value) = 501 FROM metric_day",
    a_tier_by_other_rules: "SELECT tier = 'silver' FROM member_tier",
}
"""They remember how far they came and take the next step when asked again; what is true then."""


@pytest.mark.parametrize("prepare", OPERATIONS, ids=lambda one: one.__name__)
async def test_it_is_done_once_or_not_at_all(club: Club, prepare: Prepare) -> None:
    operation = await prepare(club)
    await club.programmes.current(club.platform.database)  # as in a process that is at work
    assert await survive(club.platform.database, operation) >= LEAST_STATEMENTS


@pytest.mark.parametrize("prepare", GOING_ON, ids=lambda one: one.__name__)
async def test_it_goes_on_from_where_it_died(club: Club, prepare: Prepare) -> None:
    operation = await prepare(club)
    await club.programmes.current(club.platform.database)
    died = await survive(club.platform.database, operation, whole=False)
    assert died >= LEAST_STATEMENTS
    while await operation():
        pass
    assert await club.platform.database.fetchval(GOING_ON[prepare])


async def test_what_is_not_whole_is_noticed(club: Club) -> None:
    """An operation of two transactions, which the others are not."""
    keys = [str(new_id()) for _ in range(2)]

    async def twice() -> None:
        for key in keys:
            await club.adjust(1, key=key)

    with pytest.raises(AssertionError, match="points_entry"):
        await survive(club.platform.database, twice)
