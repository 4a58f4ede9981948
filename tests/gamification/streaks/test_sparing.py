"""Days that cost nobody a streak: outages, and what staff put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import Invalid, NotFound
from domain.streaks.outages import days_down
from gamification.streaks import outages
from tests.gamification.streaks.conftest import STAFF, StreakShop
from tests.support.shop import SHANGHAI


async def beaten(shop: StreakShop, hours: float) -> int:
    """A worker that last gave word so long ago says that it runs."""
    await outages.beat(shop.platform, SHANGHAI)
    ago = timedelta(hours=hours)
    await shop.platform.database.execute(
        "UPDATE heartbeat SET beat_at = beat_at - $1::interval", ago
    )
    return await outages.beat(shop.platform, SHANGHAI)


async def test_a_missed_day_of_outage_costs_nothing(shop: StreakShop) -> None:
    await shop.daily(2)
    await shop.let_pass(days=2)
    await outages.add(shop.platform, SHANGHAI, await shop.ago(1), "机房断电")
    assert (await shop.streak()).current == 2
    assert (await shop.check_in()).streak.current == 3
    assert (await shop.month())[await shop.ago(1)].frozen


async def test_an_outage_that_is_told_late_mends_what_had_ended(shop: StreakShop) -> None:
    await shop.daily(2)
    await shop.let_pass(days=2)
    assert (await shop.check_in()).streak.current == 1
    await outages.add(shop.platform, SHANGHAI, await shop.ago(1), "")
    assert (await shop.streak()).current == 3
    await shop.let_pass(days=1)
    assert (await shop.check_in()).streak.current == 4


async def test_the_platform_notices_that_it_was_away(shop: StreakShop) -> None:
    days = await beaten(shop, hours=72)
    assert days == await shop.count("outage_day")
    assert days in {2, 3, 4}  # all of two days, and as much of the first and last as there was


async def test_a_short_absence_is_no_outage(shop: StreakShop) -> None:
    assert await beaten(shop, hours=1.9) == 0


async def test_words_without_a_gap_are_no_outage(shop: StreakShop) -> None:
    assert [await outages.beat(shop.platform, SHANGHAI) for _ in range(3)] == [0, 0, 0]


async def test_moving_the_clock_of_a_sandbox_is_no_outage(shop: StreakShop) -> None:
    await outages.beat(shop.platform, SHANGHAI)
    await shop.let_pass(days=31)
    assert await outages.beat(shop.platform, SHANGHAI) == 0


async def test_a_day_to_come_is_no_outage(shop: StreakShop) -> None:
    with pytest.raises(Invalid):
        await outages.add(shop.platform, SHANGHAI, await shop.ago(-1), "")


async def test_telling_of_an_outage_again_is_no_news(shop: StreakShop) -> None:
    day = await shop.ago(3)
    told = [await outages.add(shop.platform, SHANGHAI, day, "") for _ in range(2)]
    assert told == [True, False]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ((10, 22), (11, 2), [10, 11]),
        ((10, 22), (11, 1), [10]),
        ((10, 23), (11, 2), [11]),
        ((10, 23), (13, 1), [11, 12]),
        ((10, 9), (10, 10), []),
    ],
)
def test_an_interruption_counts_for_the_days_of_which_it_took_two_hours(
    since: tuple[int, int], until: tuple[int, int], expected: list[int]
) -> None:
    begins, ends = (
        datetime(2026, 3, day, hour, tzinfo=SHANGHAI).astimezone(UTC)
        for day, hour in (since, until)
    )
    assert list(days_down(begins, ends, SHANGHAI)) == [date(2026, 3, day) for day in expected]


def test_a_day_of_23_hours_is_a_day() -> None:
    paris = ZoneInfo("Europe/Paris")
    begins = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight before the spring
    assert list(days_down(begins, begins + timedelta(hours=23), paris)) == [date(2026, 3, 29)]


async def test_staff_put_a_day_right(shop: StreakShop) -> None:
    await shop.daily(2)
    await shop.let_pass(days=2)
    assert (await shop.check_in()).streak.current == 1
    assert (await shop.repair(await shop.ago(1))).current == 3


async def test_a_repair_says_who_did_it_and_why_and_is_in_the_log(shop: StreakShop) -> None:
    await shop.daily(1)
    await shop.let_pass(days=2)
    for _ in range(2):
        await shop.repair(await shop.ago(1), reason="客服误操作")
    rows = await shop.platform.database.fetch("SELECT actor_id, reason FROM streak_repair")
    assert [tuple(row) for row in rows] == [(STAFF, "客服误操作")]
    assert await shop.count("activity WHERE type = 'streak.repaired'") == 1
    await shop.consume()


async def test_a_repair_is_for_one_member_alone(shop: StreakShop) -> None:
    for ref in ("C-1", "C-2"):
        await shop.check_in(ref)
    await shop.let_pass(days=2)
    await shop.repair(await shop.ago(1), "C-1")
    assert [(await shop.streak(ref)).current for ref in ("C-1", "C-2")] == [1, 0]


async def test_a_repair_needs_a_past_day_a_reason_and_a_streak(shop: StreakShop) -> None:
    await shop.check_in()
    await shop.join("C-2")
    with pytest.raises(Invalid):
        await shop.repair(await shop.today())
    with pytest.raises(Invalid):
        await shop.repair(await shop.ago(1), reason=" ")
    with pytest.raises(NotFound):
        await shop.repair(await shop.ago(1), "C-2")
