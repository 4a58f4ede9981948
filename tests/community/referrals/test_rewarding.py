"""A friend's order qualifies a referral; both are paid once, when the confirm period is over."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from community.referrals import confirming, telling
from domain.bundles import Bundle
from domain.errors import Invalid, NotFound
from infra.ids import new_id
from tests.support.circle import Circle
from tests.support.dying import survive

BO = "bo@example.com"
CY = "cy@example.com"


async def test_both_are_paid_when_the_friend_has_ordered(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    assert await circle.state(BO) == ("REGISTERED", None)
    await circle.order(BO)
    assert await circle.state(BO) == ("QUALIFIED", None)
    await circle.confirm()
    assert await circle.state(BO) == ("REWARDED", None)
    assert (await circle.available("ana"), await circle.available(BO)) == (10, 5)
    ana, bo = await circle.member("ana"), await circle.member(BO)
    assert sorted(await circle.log("referral.rewarded")) == sorted([ana, bo])


async def test_a_second_order_pays_nothing_more(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    for _ in range(2):
        await circle.order(BO)
        await circle.confirm()
    assert (await circle.available("ana"), await circle.available(BO)) == (10, 5)


async def test_two_orders_at_once_pay_once(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    circle.now = await circle.platform.clock.now()
    orders = [circle.tell(circle.paid(f"P-{n}", "100", BO)) for n in range(8)]
    await asyncio.gather(*orders)
    await asyncio.gather(*(circle.confirm() for _ in range(3)))
    assert (await circle.available("ana"), await circle.available(BO)) == (10, 5)
    assert len(await circle.log("referral.rewarded")) == 2


async def test_it_waits_for_the_confirm_period(circle: Circle) -> None:
    await circle.promise(confirm_days=7)
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    await circle.let_pass(days=6)
    await circle.confirm()
    assert (await circle.state(BO), await circle.available("ana")) == (("QUALIFIED", None), 0)
    await circle.let_pass(days=3)
    await circle.confirm()
    assert (await circle.state(BO), await circle.available("ana")) == (("REWARDED", None), 10)


async def test_what_is_asked_for_too_early_is_not_paid(circle: Circle) -> None:
    """The job asks for what is due; the engine judges it, under the friend's lock."""
    await circle.promise(confirm_days=7)
    bo = await circle.sign_up(BO, "ana")
    await circle.order(BO)
    platform, found = circle.platform, await circle.referral(BO)
    async with platform.database.transaction() as tx:
        asked = telling.confirmed(found.id, bo, await platform.clock.now(tx))
        await platform.apply_at_once(platform, tx, [asked])
    assert await circle.state(BO) == ("QUALIFIED", None)


async def test_a_refund_inside_the_period_puts_it_back(circle: Circle) -> None:
    await circle.promise(confirm_days=7)
    await circle.sign_up(BO, "ana")
    order = await circle.order(BO)
    await circle.tell(circle.cancelled(order, "back", BO))
    assert await circle.state(BO) == ("REGISTERED", None)
    await circle.let_pass(days=9)
    await circle.confirm()
    assert await circle.available("ana") == 0
    await circle.order(BO)
    await circle.let_pass(days=9)
    await circle.confirm()
    assert await circle.state(BO) == ("REWARDED", None)


async def test_a_partial_refund_counts_only_where_the_rest_falls_short(circle: Circle) -> None:
    first = "activity.attributes.total >= 80.0 && member.orderCount == 0"
    await circle.promise(confirm_days=7, condition=first)
    await circle.sign_up(BO, "ana")
    order = await circle.order(BO, "100")
    await circle.tell(circle.refunded(order, "R-1", "20", BO))
    assert await circle.state(BO) == ("QUALIFIED", None)
    await circle.tell(circle.refunded(order, "R-2", "0.01", BO))
    assert await circle.state(BO) == ("REGISTERED", None)


async def test_a_refund_is_judged_by_the_terms_of_the_order(circle: Circle) -> None:
    await circle.promise(confirm_days=7, condition="activity.attributes.total >= 50.0")
    await circle.sign_up(BO, "ana")
    order = await circle.order(BO, "100")
    await circle.promise(confirm_days=0, condition="activity.attributes.total >= 99.0")
    await circle.tell(circle.refunded(order, "R-1", "20", BO))
    assert await circle.state(BO) == ("QUALIFIED", None)


async def test_a_refund_that_occurred_in_time_counts_though_it_comes_late(circle: Circle) -> None:
    await circle.promise(confirm_days=1)
    await circle.sign_up(BO, "ana")
    order = await circle.order(BO)
    refund = circle.cancelled(order, "back", BO)
    await circle.let_pass(days=5)  # while everything is down
    await circle.tell(replace(refund, occurred_at=refund.occurred_at + timedelta(hours=1)))
    await circle.confirm()
    assert await circle.state(BO) == ("REGISTERED", None)


async def test_a_refund_after_the_reward_takes_nothing_back(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    order = await circle.order(BO)
    await circle.confirm()
    await circle.tell(circle.cancelled(order, "back", BO))
    assert (await circle.state(BO), await circle.available("ana")) == (("REWARDED", None), 10)


async def test_what_qualified_is_paid_by_the_terms_of_then(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    await circle.promise(referrer_reward=Bundle(1000))
    await circle.confirm()
    assert await circle.available("ana") == 10


async def test_above_the_monthly_cap_the_friend_alone_is_paid(circle: Circle) -> None:
    await circle.promise(monthly_cap=1)
    for account in (BO, CY):
        await circle.sign_up(account, "ana")
        await circle.order(account)
    await circle.confirm()
    states = [await circle.state(one) for one in (BO, CY)]
    assert sorted(states, key=str) == [("REWARDED", "MONTHLY_CAP"), ("REWARDED", None)]
    assert await circle.available("ana") == 10
    assert [await circle.available(one) for one in (BO, CY)] == [5, 5]
    await circle.let_pass(days=40)
    await circle.sign_up("di@example.com", "ana")
    await circle.order("di@example.com")
    await circle.confirm()
    assert await circle.available("ana") == 20


async def test_a_cap_holds_when_many_are_confirmed_at_once(circle: Circle) -> None:
    await circle.promise(monthly_cap=3)
    friends = [f"friend-{n}@example.com" for n in range(6)]
    for friend in friends:
        await circle.sign_up(friend, "ana")
        await circle.order(friend)
    await asyncio.gather(*(circle.confirm() for _ in range(3)))
    assert await circle.available("ana") == 30
    assert [await circle.available(one) for one in friends] == [5] * 6


async def test_rewards_trigger_rules_on_each_side(circle: Circle) -> None:
    condition = 'activity.attributes.side == "REFERRER"'
    await circle.rule("bringer", "3", trigger="referral.rewarded", condition=condition)
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    await circle.confirm()
    assert (await circle.available("ana"), await circle.available(BO)) == (13, 5)


async def test_an_order_before_the_invitation_qualifies_nothing(circle: Circle) -> None:
    await circle.sign_up(BO)
    circle.now = await circle.platform.clock.now()
    early = circle.paid("early", "100", BO)
    await circle.claim(BO, "ana")
    await circle.tell(early)
    assert await circle.state(BO) == ("REGISTERED", None)


async def test_a_suspended_member_waits_for_the_reward(circle: Circle) -> None:
    bo = await circle.sign_up(BO, "ana")
    await circle.order(BO)
    sql = circle.platform.database
    until = await circle.platform.clock.now() + timedelta(days=1)
    await sql.execute(
        "INSERT INTO member_suspension (member_id, began_at, ends_at, reason)"
        " VALUES ($1, now(), $2, 'x')",
        bo,
        until,
    )
    await circle.confirm()
    assert await circle.state(BO) == ("QUALIFIED", None)
    await circle.let_pass(days=2)
    await circle.confirm()
    assert await circle.state(BO) == ("REWARDED", None)


@pytest.mark.parametrize(
    ("more", "error", "field"),
    [
        ({"trigger": "nonsense"}, Invalid, ("trigger",)),
        ({"trigger": "referral.rewarded"}, Invalid, ("trigger",)),
        ({"condition": "activity."}, Invalid, ("condition",)),
        ({"confirm_days": -1}, Invalid, ("confirmDays",)),
        ({"monthly_cap": 10**6}, Invalid, ("monthlyCap",)),
        ({"referrer_reward": Bundle(-1)}, Invalid, ("referrerReward", "points")),
        ({"referee_reward": Bundle(0, "none")}, NotFound, ("refereeReward", "couponKey")),
        ({"referee_reward": Bundle(0, None, "none")}, NotFound, ("refereeReward", "badgeKey")),
        ({"referrer_reward": Bundle(), "referee_reward": Bundle()}, Invalid, ("referrerReward",)),
    ],
    ids=str,
)
async def test_terms_that_cannot_be_kept_are_refused(
    circle: Circle, more: dict[str, object], error: type[Invalid], field: tuple[str, ...]
) -> None:
    with pytest.raises(error) as refused:
        await circle.promise(**more)
    assert refused.value.field == field


async def test_terms_that_say_nothing_new_stay_at_their_version(circle: Circle) -> None:
    first = await circle.promise(confirm_days=3)
    again = await circle.promise(confirm_days=3, condition="  ")
    assert (again.version, again) == (2, first)


async def test_an_order_that_qualifies_survives_death_at_any_statement(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    report = circle.paid(f"O-{new_id()}", "100", BO)
    report = replace(report, occurred_at=await circle.platform.clock.now())
    assert await survive(circle.platform.database, lambda: circle.tell(report)) >= 3


async def test_a_reward_survives_death_at_any_statement(circle: Circle) -> None:
    await circle.sign_up(BO, "ana")
    await circle.order(BO)
    work = lambda: confirming.confirm_next(circle.platform)  # noqa: E731
    assert await survive(circle.platform.database, work) >= 3
    await circle.catch_up()
    assert (await circle.available("ana"), await circle.available(BO)) == (10, 5)
