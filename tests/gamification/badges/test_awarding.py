"""Badges are awarded as activities count, and taken back where they say so."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.metrics import Measure, Window
from gamification.badges import store
from tests.gamification.badges.conftest import BadgeShop


async def test_a_level_is_reached_with_its_threshold_and_told_once(shop: BadgeShop) -> None:
    await shop.badge("regular", 2, 3)
    await shop.buy("10")
    assert await shop.levels() == {}
    await shop.buy("10", "10", "10")
    assert await shop.levels() == {"regular": 2}
    assert await shop.told("badge.awarded") == [
        {"badge": "regular", "level": 1, "version": 1},
        {"badge": "regular", "level": 2, "version": 1},
    ]


async def test_one_activity_that_passes_several_thresholds_tells_each_level(
    shop: BadgeShop,
) -> None:
    await shop.badge("spender", 100, 200, 300, measure=Measure.SUM, attribute="total")
    await shop.buy("250")
    assert [one["level"] for one in await shop.told("badge.awarded")] == [1, 2]


async def test_a_rule_on_a_level_pays_for_it(shop: BadgeShop) -> None:
    await shop.badge("regular", 1, 2)
    await shop.rule("star", "activity.attributes.level * 10", trigger="badge.awarded")
    await shop.buy("10", "10")
    assert await shop.available() == 30


async def test_different_values_of_the_items_of_an_order_count_once_each(shop: BadgeShop) -> None:
    await shop.badge("curious", 2, 3, measure=Measure.DISTINCT, attribute="items.category")
    tea, book = {"category": "tea"}, {"category": "book"}
    await shop.buy("10", items=[tea, book, tea])
    await shop.buy("10", items=[book])
    assert await shop.levels() == {"curious": 1}
    await shop.tell(shop.cancelled("C-1-0", "R-0"))
    await shop.buy("10", items=[{"category": "toy"}])
    assert await shop.levels() == {"curious": 1}
    await shop.buy("10", items=[tea])
    assert await shop.levels() == {"curious": 2}


async def test_days_in_a_row_count_in_whatever_order_they_come(shop: BadgeShop) -> None:
    await shop.badge("steady", 3, measure=Measure.STREAK)
    for ago in (4, 2, 3):
        await shop.buy("10", at=shop.now - timedelta(days=ago))
    assert await shop.levels() == {"steady": 1}


async def test_what_is_not_revocable_survives_a_refund(shop: BadgeShop) -> None:
    await shop.badge("spender", 100, measure=Measure.SUM, attribute="total")
    await shop.buy("100")
    await shop.tell(shop.refunded("C-1-0", "R-0", "1"))
    assert await shop.levels() == {"spender": 1}


async def test_a_refund_takes_a_revocable_badge_and_another_order_brings_it_back(
    shop: BadgeShop,
) -> None:
    await shop.badge("spender", 100, measure=Measure.SUM, attribute="total", revocable=True)
    await shop.buy("100")
    await shop.tell(shop.refunded("C-1-0", "R-0", "1"))
    assert await shop.levels() == {}
    assert await shop.told("badge.revoked") == [{"badge": "spender", "level": 0, "from": 1}]
    await shop.buy("1")
    assert await shop.levels() == {"spender": 1}


async def test_a_revocable_level_ends_with_its_window_before_any_job_has_run(
    shop: BadgeShop,
) -> None:
    await shop.badge("busy", 1, 2, days=7, revocable=True)
    await shop.buy("10", at=shop.now - timedelta(days=3))
    await shop.buy("10")
    assert await shop.levels() == {"busy": 2}
    await shop.let_pass(days=4)
    assert await shop.levels() == {"busy": 1}
    await shop.let_pass(days=3)
    assert await shop.levels() == {}
    assert await shop.settle() == 1
    assert await shop.told("badge.revoked") == [{"badge": "busy", "level": 0, "from": 2}]


async def test_the_best_window_ever_counts_though_its_last_order_comes_first(
    shop: BadgeShop,
) -> None:
    await shop.badge("busy", 2, days=7)
    await shop.buy("10", at=shop.now - timedelta(days=30))
    await shop.buy("10", at=shop.now - timedelta(days=34))
    assert await shop.levels() == {"busy": 1}


async def test_a_badge_saved_today_counts_the_past(shop: BadgeShop) -> None:
    await shop.buy("10", "10", ref="C-2")
    await shop.buy("10")
    await shop.badge("regular", 1, 2)
    await shop.tend()
    assert (await shop.levels(), await shop.levels("C-2")) == ({"regular": 1}, {"regular": 2})


async def test_higher_thresholds_leave_what_was_awarded(shop: BadgeShop) -> None:
    revocable = {"regular": False, "lent": True}
    for key, back in revocable.items():
        await shop.badge(key, 2, revocable=back)
    await shop.buy("10", "10")
    for key, back in revocable.items():
        assert (await shop.badge(key, 5, revocable=back)).version == 2
    await shop.tend()
    assert await shop.levels() == {"regular": 1, "lent": 1}


async def test_lower_thresholds_award_whoever_has_passed_them(shop: BadgeShop) -> None:
    await shop.badge("regular", 5)
    await shop.buy("10", "10")
    await shop.badge("regular", 1, 2)
    await shop.tend()
    assert await shop.levels() == {"regular": 2}
    assert [one["version"] for one in await shop.told("badge.awarded")] == [2, 2]


async def test_another_name_is_no_other_version(shop: BadgeShop) -> None:
    saved = await shop.badge("regular", 5)
    assert (saved.version, (await shop.badge("regular", 5)).version) == (1, 1)


async def test_a_metric_is_kept_until_its_last_badge_has_gone_elsewhere(shop: BadgeShop) -> None:
    for key in ("one", "two"):
        await shop.badge(key, 2)
    assert await shop.count("metric_keeping") == 1
    await shop.badge("one", 2, window=Window.MONTH)
    assert await shop.count("metric_keeping") == 2
    await shop.badge("two", 2, window=Window.WEEK)
    assert await shop.count("metric_keeping") == 1


async def test_nobody_waits_for_the_job_that_judges_a_badge(shop: BadgeShop) -> None:
    saved = await shop.badge("regular", 1)
    async with shop.platform.database.transaction() as tx, asyncio.timeout(30):
        assert await store.to_judge(tx, [saved.id]) is not None
        await shop.buy("10")
    assert await shop.levels() == {"regular": 1}
