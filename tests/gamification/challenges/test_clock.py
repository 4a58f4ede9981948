"""Challenges and the calendar: ends while nothing runs, leap days, daylight saving, months."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.metrics import Measure
from gamification.programme import service as programme
from tests.support.arena import COMMUNITY, COMPLETED, FAILED, ORDERS, TEAM, Arena, goal
from tests.support.shop import SHANGHAI

DAYS = replace(ORDERS, measure=Measure.STREAK)


async def pass_to(shop: Arena, moment: datetime) -> None:
    """Moves the clock to a moment that is to come."""
    now = await shop.platform.clock.now()
    shop.now = await shop.platform.clock.advance(moment - now)


async def orders_at(shop: Arena, zone: ZoneInfo, *days: tuple[int, int, int]) -> None:
    """An order at half past eleven at night of each day there."""
    for number, (year, month, day) in enumerate(days):
        at = datetime(year, month, day, 23, 30, tzinfo=zone)
        await pass_to(shop, at.astimezone(UTC))
        await shop.tell(shop.paid(f"A-{number}", "1"))


async def test_what_ends_while_everything_is_down_has_its_results_afterwards(shop: Arena) -> None:
    await shop.challenge("alone", goal(target=1))
    await shop.challenge("team", goal(target=2), mode=TEAM)
    await shop.challenge("all", goal(target=2), mode=COMMUNITY)
    await shop.make_team("C-1", "team")
    for key in ("alone", "all"):
        await shop.take_part("C-1", key)
    await shop.take_part("C-2", "all")
    in_time = [shop.paid("A-1", "1", "C-1"), shop.paid("A-2", "1", "C-1")]
    await shop.tell(*in_time)
    await shop.let_pass(days=400)
    states = {key: await shop.state("C-1", key) for key in ("alone", "team", "all")}
    await shop.tend()
    assert states == dict.fromkeys(("alone", "team", "all"), COMPLETED)
    assert {key: await shop.state("C-1", key) for key in states} == states
    assert (await shop.available("C-1"), await shop.available("C-2")) == (300, 100)
    assert await shop.count("challenge WHERE closed") == 3


async def test_what_waited_in_the_log_at_the_end_still_counts(shop: Arena) -> None:
    await shop.challenge("all", goal(target=1, key="g"), mode=COMMUNITY)
    await shop.take_part("C-1", "all")
    report = shop.paid("A-1", "1")
    [done] = await shop.tell(report)
    assert done.activity is not None
    waiting = replace(done.activity, id=done.activity.member_id, external_id="A-2")
    await shop.record(replace(waiting, attributes={**report.attributes, "orderRef": "A-2"}))
    await shop.let_pass(days=11)
    await shop.tend()
    assert (await shop.row("all")).community == (2,)
    assert await shop.state("C-1", "all") is COMPLETED


async def test_days_in_a_row_pass_over_the_leap_day(shop: Arena) -> None:
    begins = datetime(2028, 2, 28, tzinfo=SHANGHAI)
    await pass_to(shop, begins.astimezone(UTC))
    await shop.challenge("leap", goal(DAYS, 3), starts_at=begins)
    await shop.take_part("C-1", "leap")
    await orders_at(shop, SHANGHAI, (2028, 2, 28), (2028, 2, 29), (2028, 3, 1))
    assert await shop.state("C-1", "leap") is COMPLETED


async def test_a_day_of_23_hours_is_a_day(shop: Arena) -> None:
    await programme.save_settings(shop.platform, time_zone="America/New_York")
    zone = ZoneInfo("America/New_York")
    begins = datetime(2027, 3, 13, tzinfo=zone)  # the night that follows loses an hour
    await pass_to(shop, begins.astimezone(UTC))
    await shop.challenge("spring", goal(DAYS, 3), starts_at=begins)
    await shop.take_part()
    await orders_at(shop, zone, (2027, 3, 13), (2027, 3, 14), (2027, 3, 15))
    assert await shop.state() is COMPLETED


async def test_a_missed_day_breaks_the_run_also_where_days_are_25_hours_long(shop: Arena) -> None:
    await programme.save_settings(shop.platform, time_zone="America/New_York")
    zone = ZoneInfo("America/New_York")
    begins = datetime(2027, 11, 6, tzinfo=zone)
    await pass_to(shop, begins.astimezone(UTC))
    await shop.challenge("autumn", goal(DAYS, 3), starts_at=begins)
    await shop.take_part("C-1", "autumn")
    await orders_at(shop, zone, (2027, 11, 6), (2027, 11, 7), (2027, 11, 9))
    assert await shop.progress("C-1", "autumn") == [2]


async def test_a_month_ends_with_its_last_moment(shop: Arena) -> None:
    begins = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    ends = datetime(2027, 2, 1, tzinfo=SHANGHAI)
    await pass_to(shop, begins.astimezone(UTC))
    await shop.challenge("january", goal(target=2), starts_at=begins, ends_at=ends)
    await shop.take_part("C-1", "january")
    await pass_to(shop, (ends - timedelta(seconds=90)).astimezone(UTC))
    await shop.tell(shop.paid("A-1", "1"))
    await pass_to(shop, ends.astimezone(UTC))
    await shop.tell(shop.paid("A-2", "1"))
    assert (await shop.progress("C-1", "january"), await shop.state("C-1", "january")) == (
        [1],
        FAILED,
    )
