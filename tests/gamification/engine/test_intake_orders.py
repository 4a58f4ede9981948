"""Orders that are paid, refunded in parts and cancelled, and what their points do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.earning import RuleState
from domain.ledger import DebtPolicy, EntryKind
from gamification.programme import service as programme
from tests.support.shop import APPLIED, REJECTED, Shop


@pytest.fixture(autouse=True)
async def spend(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total")


async def test_a_total_times_a_hundred_is_exact(shop: Shop) -> None:
    await shop.rule("cents", "activity.attributes.total * 100.0")
    await shop.tell(shop.paid("A-1", "19.99"))
    assert [entry.amount for entry in await shop.entries()] == [1999, 19]


async def test_a_refund_takes_points_back(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "99.00"))
    await shop.tell(shop.refunded("A-1", "R-1", "33.00"))
    assert [entry.amount for entry in await shop.entries()] == [99, -33]


async def test_an_order_and_its_refund_may_come_in_one_call(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "90"), shop.refunded("A-1", "R-1", "30"))
    assert await shop.available() == 60


async def test_refunds_beyond_the_total_are_refused(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10.00"))
    first, second = shop.refunded("A-1", "R-1", "6"), shop.refunded("A-1", "R-2", "4.01")
    assert await shop.outcomes(first) == [APPLIED]
    expected = ("order.refund_beyond_total", ("activities", "0", "attributes", "amount"))
    assert await shop.refused(second) == expected


async def test_an_unknown_order_cannot_go_back(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10", "C-2"))
    expected = ("order.unknown", ("activities", "0", "attributes", "orderRef"))
    assert await shop.refused(shop.refunded("A-1", "R-1", "5")) == expected


async def test_an_order_is_cancelled_once(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10"), shop.cancelled("A-1", "X-1"))
    assert (await shop.refused(shop.cancelled("A-1", "X-2")))[0] == "order.refunded_already"
    assert await shop.available() == 0


async def test_a_refund_ref_is_used_once_per_order(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10"), shop.refunded("A-1", "R-1", "3"))
    again = replace(shop.refunded("A-1", "R-9", "3"))
    again = replace(again, attributes={**again.attributes, "refundRef": "R-1"})
    assert (await shop.refused(again))[0] == "order.refund_known"


async def test_a_refund_in_another_currency_is_refused(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10", currency="CNY"))
    other = shop.refunded("A-1", "R-1", "3")
    other = replace(other, attributes={**other.attributes, "currency": "USD"})
    assert (await shop.refused(other))[1] == ("activities", "0", "attributes", "currency")


async def test_an_order_is_paid_once_whatever_the_activity_is_called(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "10"))
    again = replace(shop.paid("A-1", "10"), external_id="other name")
    assert (await shop.refused(again))[0] == "order.known"
    assert await shop.available() == 10


async def test_two_members_may_have_orders_of_one_name(shop: Shop) -> None:
    second = replace(shop.paid("A-1", "20", "C-2"), external_id="other")
    assert await shop.outcomes(shop.paid("A-1", "10"), second) == [APPLIED, APPLIED]


async def test_spent_points_limit_what_a_refund_takes(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "50"))
    await shop.adjust(-45)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert [entry.amount for entry in await shop.entries()] == [50, -45, -5]


async def test_a_programme_may_let_refunds_go_into_debt(shop: Shop) -> None:
    await programme.save_settings(shop.platform, debt_policy=DebtPolicy.ALLOW_DEBT)
    await shop.tell(shop.paid("A-1", "50"))
    await shop.adjust(-45)
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert await shop.available() == -45
    await shop.tell(shop.paid("A-2", "60"))
    assert await shop.available() == 15


async def test_pending_points_confirm_when_their_day_is_over(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", pending_days=7)
    await shop.tell(shop.paid("A-1", "50"))
    assert (await shop.balance()).pending == 50
    await shop.let_pass(days=8)
    assert (await shop.balance()).available == 50
    await shop.tell(shop.report("app.opened", "later"))
    assert [entry.kind for entry in await shop.entries()] == [EntryKind.EARN, EntryKind.CONFIRM]


async def test_a_refund_of_pending_points_takes_pending_points(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", pending_days=7)
    await shop.tell(shop.paid("A-1", "50"))
    await shop.tell(shop.refunded("A-1", "R-1", "20"))
    balance = await shop.balance()
    assert (balance.available, balance.pending) == (0, 30)


async def test_a_refund_after_confirmation_takes_what_can_be_spent(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", pending_days=7)
    await shop.tell(shop.paid("A-1", "50"))
    await shop.let_pass(days=8)
    await shop.tell(shop.refunded("A-1", "R-1", "20"))
    assert [entry.amount for entry in await shop.entries()] == [50, 50, -20]
    assert await shop.available() == 30


async def test_expiry_binds_when_read_and_is_booked_with_the_next_activity(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", expires_after_days=10)
    await shop.tell(shop.paid("A-1", "50"))
    await shop.let_pass(days=11)
    assert (await shop.available(), len(await shop.entries())) == (0, 1)
    await shop.tell(shop.report("app.opened", "later"))
    assert [entry.amount for entry in await shop.entries()] == [50, -50]


async def test_late_orders_forget_no_other_date(shop: Shop) -> None:
    await shop.rule("spend", "activity.attributes.total", expires_after_days=10)
    await shop.tell(shop.paid("A-1", "50"))
    long_ago = shop.now - timedelta(days=60)
    late = [shop.paid(f"L-{n}", "5", at=long_ago) for n in range(2)]
    await shop.tell(*late, shop.report("app.opened", "x"))
    assert await shop.available() == 50
    await shop.let_pass(days=11)
    assert await shop.available() == 0


async def test_a_refund_goes_by_the_award_though_the_rule_is_gone(shop: Shop) -> None:
    await shop.tell(shop.paid("A-1", "50"))
    await shop.rule("spend", "1", state=RuleState.ARCHIVED)
    await shop.tell(shop.refunded("A-1", "R-1", "10"))
    first, back = await shop.entries()
    assert (back.amount, back.rule_id) == (-10, first.rule_id)


@pytest.mark.parametrize("parts", [["10"], ["3.33", "3.33", "3.34"], ["0.01", "9.99"]])
async def test_any_parts_of_a_refund_take_back_the_whole(shop: Shop, parts: list[str]) -> None:
    await shop.rule("spend", "activity.attributes.total * 7.7")
    await shop.tell(shop.paid("A-1", "10.00"))
    for number, part in enumerate(parts):
        await shop.tell(shop.refunded("A-1", f"R-{number}", part))
    assert await shop.available() == 0
    assert sum(map(Decimal, parts)) == 10


async def test_refunds_of_many_members_are_one_call(shop: Shop) -> None:
    members = [f"C-{n}" for n in range(40)]
    await shop.tell(*(shop.paid(f"A-{ref}", "9", ref) for ref in members))
    back = [shop.refunded(f"A-{ref}", f"R-{ref}", "3", ref) for ref in members]
    assert await shop.outcomes(*back) == [APPLIED] * 40
    assert {await shop.available(ref) for ref in members} == {6}


async def test_rejected_orders_leave_nothing(shop: Shop) -> None:
    bad = shop.paid("A-1", "-5")
    assert await shop.outcomes(bad, shop.cancelled("A-1", "X-1")) == [REJECTED, REJECTED]
    assert await shop.count("shop_order") == 0
