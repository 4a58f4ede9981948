"""Checking in: once a day, with the points at once, whoever asks and however often."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from random import Random

import pytest

from domain.errors import AlreadyDone
from domain.streaks import Present
from gamification.check_ins import service
from gamification.points import service as points
from gamification.programme import service as programme
from infra.database import Database
from tests.gamification.streaks.conftest import StreakShop

LADDER = "[1, 1, 3, 1, 1, 1, 10][(activity.attributes.streak - 1) % 7]"


async def test_a_first_check_in_begins_a_streak(shop: StreakShop) -> None:
    done = await shop.check_in()
    assert (done.streak, done.entry) == (Present(await shop.today(), 1, 1, 0, at_risk=False), None)


async def test_points_are_there_when_the_call_returns(shop: StreakShop) -> None:
    await shop.rule("checkin", "5", trigger="day.checked_in")
    done = await shop.check_in()
    assert done.entry is not None
    assert (done.entry.amount, await shop.available()) == (5, 5)


async def test_of_several_rules_the_largest_entry_is_told(shop: StreakShop) -> None:
    for key, amount in (("some", "5"), ("most", "8"), ("few", "1")):
        await shop.rule(key, amount, trigger="day.checked_in")
    done = await shop.check_in()
    assert done.entry is not None
    assert (done.entry.amount, await shop.available()) == (8, 14)


async def test_a_ladder_is_a_rule_that_reads_the_streak(shop: StreakShop) -> None:
    await shop.rule("ladder", LADDER, trigger="day.checked_in")
    await shop.daily(8)
    assert [entry.amount for entry in await shop.entries()] == [1, 1, 3, 1, 1, 1, 10, 1]


async def test_a_day_is_checked_in_once(shop: StreakShop) -> None:
    await shop.rule("checkin", "5", trigger="day.checked_in")
    await shop.check_in()
    with pytest.raises(AlreadyDone):
        await shop.check_in()
    assert await shop.available() == 5


async def test_of_many_at_once_one_checks_in(shop: StreakShop) -> None:
    await shop.rule("checkin", "5", trigger="day.checked_in")
    await shop.join("C-1")
    done = await asyncio.gather(*(shop.check_in() for _ in range(8)), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert {type(one) for one in done if isinstance(one, BaseException)} == {AlreadyDone}
    assert await shop.available() == 5


async def test_what_waits_for_the_member_comes_before(shop: StreakShop) -> None:
    await shop.tell(shop.paid("A-1", "1"))
    await shop.rule("gold", "member.orderCount", trigger="day.checked_in")
    done = await shop.check_in()
    assert done.entry is not None
    assert done.entry.amount == 1


async def test_the_seventh_day_earns_a_freeze_which_a_missed_day_uses(shop: StreakShop) -> None:
    await shop.daily(7)
    assert (await shop.streak()).freezes == 1
    await shop.let_pass(days=2)
    done = await shop.check_in()
    assert (done.streak.current, done.streak.freezes) == (8, 0)
    assert (await shop.month())[await shop.ago(1)].frozen


async def test_a_streak_is_at_risk_the_day_after_and_gone_the_day_after_that(
    shop: StreakShop,
) -> None:
    await shop.daily(2)
    seen: list[tuple[int, bool]] = []
    for _ in range(3):
        now = await shop.streak()
        seen.append((now.current, now.at_risk))
        await shop.let_pass(days=1)
    assert seen == [(2, False), (2, True), (0, False)]


async def test_who_lost_a_streak_keeps_their_longest(shop: StreakShop) -> None:
    await shop.daily(3)
    await shop.let_pass(days=5)
    assert (await shop.check_in()).streak == Present(await shop.today(), 1, 3, 0, at_risk=False)


async def test_check_ins_that_are_told_late_count_for_their_own_days(shop: StreakShop) -> None:
    await shop.check_in()
    await shop.report_day(await shop.ago(2))
    assert (await shop.streak()).current == 1
    await shop.report_day(await shop.ago(1))
    assert (await shop.streak()).current == 3


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_of_arrival_comes_to_the_same_streak(shop: StreakShop, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - to shuffle days
    today = await shop.today()
    told = [today - timedelta(days=n) for n in range(1, 30) if chance.random() < 0.8]
    for ref in ("C-1", "C-2"):
        chance.shuffle(told)
        for day in told:
            await shop.report_day(day, ref)
    assert await shop.streak("C-1") == await shop.streak("C-2")


async def test_a_batch_of_days_in_disorder_is_one_transaction(shop: StreakShop) -> None:
    days = [await shop.ago(n) for n in (3, 1, 2, 2)]
    at = [shop.now - timedelta(days=n) for n in (3, 1, 2, 2)]
    await shop.tell(*(shop.report("day.checked_in", str(n), at=one) for n, one in enumerate(at)))
    assert (await shop.streak()).current == 3
    assert {day for day, one in (await shop.month()).items() if one.checked_in} == set(days)


async def test_the_calendar_shows_what_a_day_earned(shop: StreakShop) -> None:
    await shop.rule("ladder", LADDER, trigger="day.checked_in")
    await shop.rule("more", "2", trigger="day.checked_in", pending_days=7)
    await shop.daily(3)
    month = await shop.month()
    assert [month[await shop.ago(n)].points for n in (2, 1, 0)] == [3, 3, 5]


async def test_a_month_has_all_its_days_in_order(shop: StreakShop, database: Database) -> None:
    await shop.check_in()
    member_id, today = await shop.member(), await shop.today()
    days = await service.month(database, member_id, date(2028, 2, 17), today)
    assert [one.day for one in days] == [date(2028, 2, n) for n in range(1, 30)]
    assert not any(one.checked_in or one.frozen or one.points for one in days)


async def test_another_zone_leaves_the_days_that_were_checked_in(shop: StreakShop) -> None:
    await shop.daily(3)
    before = await shop.streak()
    await programme.save_settings(shop.platform, time_zone="Pacific/Honolulu")
    member_id = await shop.member()
    rows = await shop.platform.database.fetch(
        "SELECT day FROM check_in WHERE member_id = $1 ORDER BY day", member_id
    )
    assert [row["day"] for row in rows] == [before.last_day - timedelta(days=n) for n in (2, 1, 0)]


async def test_balances_are_not_touched_by_looking(shop: StreakShop) -> None:
    await shop.check_in()
    member_id = await shop.member()
    now = await shop.platform.clock.now()
    assert (await points.balances(shop.platform.database, [member_id], now))[
        member_id
    ].available == 0
