"""The ladder as members see it beforehand is what check-ins then earn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gamification.check_ins.ladder import Rung, ladder
from tests.gamification.streaks.conftest import StreakShop

WEEK = "[1, 1, 3, 1, 1, 1, 10][(activity.attributes.streak - 1) % 7]"


async def seen(shop: StreakShop, days: int = 7) -> list[Rung]:
    [member] = await shop.join("C-1")
    now = await shop.platform.clock.now()
    return await ladder(shop.platform.database, shop.programmes, member, now, days)


async def lived(shop: StreakShop, days: int) -> list[Rung]:
    """Checks in on each of these days, beginning today."""
    found: list[Rung] = []
    for n in range(days):
        if n:
            await shop.let_pass(days=1)
        done = await shop.check_in()
        points = 0 if done.entry is None else done.entry.amount
        found.append(Rung(await shop.today(), done.streak.current, points))
    return found


@pytest.mark.parametrize("before", [0, 3, 7])
async def test_what_is_shown_is_what_comes(shop: StreakShop, before: int) -> None:
    await shop.rule("ladder", WEEK, trigger="day.checked_in")
    if before:
        await shop.daily(before)
        await shop.let_pass(days=1)
    shown = await seen(shop, 9)
    assert shown == await lived(shop, 9)
    assert {rung.points for rung in shown} == {1, 3, 10}


async def test_a_freeze_carries_the_ladder_over_a_missed_day(shop: StreakShop) -> None:
    await shop.rule("ladder", WEEK, trigger="day.checked_in")
    await shop.daily(7)
    await shop.let_pass(days=2)
    assert [rung.streak for rung in await seen(shop, 2)] == [8, 9]
    await shop.let_pass(days=1)
    assert [rung.streak for rung in await seen(shop, 2)] == [1, 2]


async def test_after_todays_check_in_it_begins_tomorrow(shop: StreakShop) -> None:
    await shop.check_in()
    [rung] = await seen(shop, 1)
    assert rung == Rung(await shop.today() + timedelta(days=1), 2, 0)


async def test_tiers_multiply_on_the_ladder_too(shop: StreakShop) -> None:
    await shop.tier("gold", 1, 100, "2")
    await shop.measure_tiers()
    await shop.rule("checkin", "5", trigger="day.checked_in", tier_multiplied=True)
    await shop.tell(shop.paid("A-1", "100"))
    shown = await seen(shop, 2)
    assert [rung.points for rung in shown] == [10, 10]
    assert shown == await lived(shop, 2)


async def test_looking_changes_nothing(shop: StreakShop) -> None:
    await shop.rule("ladder", WEEK, trigger="day.checked_in", budget=5)
    assert await seen(shop) == await seen(shop)
    assert (await shop.count("check_in"), await shop.count("points_entry")) == (0, 0)
