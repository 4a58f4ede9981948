"""Solo challenges: what counts, what is paid, and how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.bundles import Bundle
from domain.challenges import Milestone
from domain.errors import AlreadyDone, Ended, NotStarted
from domain.metrics import Measure
from tests.support.arena import COMPLETED, FAILED, JOINED, ORDERS, SPENT, Arena, goal


async def test_reaching_the_goal_pays_at_once(shop: Arena) -> None:
    await shop.challenge()
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    assert (await shop.state(), await shop.available()) == (JOINED, 0)
    await shop.tell(shop.paid("A-3", "10"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_orders_from_before_joining_do_not_count(shop: Arena) -> None:
    await shop.challenge()
    await shop.tell(shop.paid("A-1", "10", at=shop.now - timedelta(minutes=5)))
    await shop.take_part()
    assert await shop.progress() == [0]


async def test_counted_from_the_start_earlier_orders_count(shop: Arena) -> None:
    await shop.challenge("spring", goal(SPENT, 50), count_from_start=True)
    before, within = shop.now - timedelta(hours=2), shop.now - timedelta(minutes=5)
    await shop.tell(shop.paid("A-1", "30", at=before), shop.paid("A-2", "20", at=within))
    await shop.take_part()
    assert await shop.progress() == [20]


async def test_a_refund_takes_back_what_was_counted_back_too(shop: Arena) -> None:
    await shop.challenge("spring", goal(SPENT, 50), count_from_start=True)
    await shop.tell(shop.paid("A-1", "40", at=shop.now - timedelta(minutes=5)))
    await shop.take_part()
    await shop.tell(shop.refunded("A-1", "R-1", "10"))
    assert await shop.progress() == [30]


async def test_what_is_paid_stays_when_an_order_goes_back(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1))
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"))
    await shop.tell(shop.cancelled("A-1", "X-1"))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_all_goals_are_to_be_reached(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1), goal(SPENT, 100, key="spent"))
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "60"))
    assert (await shop.state(), await shop.progress()) == (JOINED, [1, 60])
    await shop.tell(shop.paid("A-2", "40.5"))
    assert await shop.state() is COMPLETED


async def test_different_values_and_days_in_a_row_are_goals_too(shop: Arena) -> None:
    kinds = replace(ORDERS, measure=Measure.DISTINCT, attribute="channel")
    days = replace(ORDERS, measure=Measure.STREAK)
    await shop.challenge("spring", goal(kinds, 2, key="kinds"), goal(days, 2, key="days"))
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "1", channel="app"), shop.paid("A-2", "1", channel="app"))
    assert await shop.progress() == [1, 1]
    await shop.let_pass(days=1)
    await shop.tell(shop.paid("A-3", "1", channel="store"))
    assert (await shop.progress(), await shop.state()) == ([2, 2], COMPLETED)
    assert await shop.available() == 100


async def test_milestones_pay_once_on_the_way(shop: Arena) -> None:
    steps = (Milestone(25, Bundle(points=5)), Milestone(75))
    await shop.challenge("spring", goal(target=4), milestones=steps)
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"))
    await shop.tell(shop.cancelled("A-1", "X-1"), shop.paid("A-2", "10"))
    assert await shop.available() == 5
    told = await shop.told("challenge.milestone_reached")
    assert [one["percent"] for one in told] == [25]


async def test_when_it_is_over_it_has_failed_before_any_job_comes(shop: Arena) -> None:
    await shop.challenge()
    await shop.take_part()
    await shop.let_pass(days=10)
    assert await shop.state() is FAILED
    await shop.tend()
    assert await shop.state() is FAILED
    assert [one["result"] for one in await shop.told("challenge.ended")] == ["FAILED"]


async def test_what_is_reported_after_the_end_does_not_count(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1))
    await shop.take_part()
    began = shop.now
    await shop.let_pass(days=10)
    await shop.tell(shop.paid("A-1", "10", at=began + timedelta(days=1)))
    assert (await shop.state(), await shop.available()) == (FAILED, 0)


async def test_within_the_late_hours_it_counts(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1), late_hours=24)
    await shop.take_part()
    began = shop.now
    await shop.let_pass(days=10)
    assert await shop.state() is JOINED
    await shop.tell(shop.paid("A-1", "10", at=began + timedelta(days=1)))
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)


async def test_everybody_gets_a_result_once(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1))
    await shop.take_part("C-1")
    await shop.take_part("C-2")
    await shop.tell(shop.paid("A-1", "10", "C-1"))
    await shop.let_pass(days=11)
    await shop.tend()
    await shop.tend()
    ended = await shop.told("challenge.ended")
    assert sorted(one["result"] for one in ended) == ["COMPLETED", "FAILED"]


async def test_joining_twice_is_refused(shop: Arena) -> None:
    await shop.challenge()
    await shop.take_part()
    with pytest.raises(AlreadyDone):
        await shop.take_part()


async def test_nobody_joins_before_the_start_or_after_the_end(shop: Arena) -> None:
    await shop.challenge("later", starts_at=shop.now + timedelta(days=1))
    with pytest.raises(NotStarted):
        await shop.take_part("C-1", "later")
    await shop.let_pass(days=12)
    with pytest.raises(Ended):
        await shop.take_part("C-1", "later")
