"""Who is about to lose points hears of it in time, and not all the time."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gamification.points import expiry_notices
from tests.support.shop import SHANGHAI, Shop


async def announce(shop: Shop) -> None:
    while await expiry_notices.announce_next(shop.platform, SHANGHAI):
        pass


async def told(shop: Shop) -> list[dict[str, Any]]:
    rows = await shop.platform.database.fetch(
        "SELECT attributes FROM activity WHERE type = 'points.expiry_announced' ORDER BY sequence"
    )
    return [orjson.loads(row["attributes"]) for row in rows]


async def earned(shop: Shop, *days: int) -> None:
    """Ten points that expire after each of these numbers of days."""
    for n, one in enumerate(days):
        await shop.rule(f"r-{n}", "10", expires_after_days=one)
    await shop.tell(shop.paid("A-1", "1"))


async def test_points_that_end_soon_are_announced_together(shop: Shop) -> None:
    await earned(shop, 3, 10, 100)
    await announce(shop)
    [one] = await told(shop)
    assert one["amount"] == 20


async def test_points_that_end_later_are_announced_when_it_is_time(shop: Shop) -> None:
    await earned(shop, 30)
    for days, expected in ((0, 0), (15, 0), (1, 1)):
        await shop.let_pass(days=days)
        await announce(shop)
        assert len(await told(shop)) == expected, days


async def test_a_day_is_looked_at_once(shop: Shop) -> None:
    await earned(shop, 3)
    for _ in range(3):
        await announce(shop)
    assert len(await told(shop)) == 1


async def test_nobody_is_told_again_within_a_week(shop: Shop) -> None:
    await earned(shop, *range(1, 15))
    seen: list[int] = []
    for _ in range(10):
        await announce(shop)
        seen.append(len(await told(shop)))
        await shop.let_pass(days=1)
    assert seen == [1] * 7 + [2] * 3


async def test_what_was_spent_is_not_announced(shop: Shop) -> None:
    await earned(shop, 3)
    await shop.adjust(-10)
    await announce(shop)
    assert await told(shop) == []


async def test_missed_nights_make_one_announcement(shop: Shop) -> None:
    await earned(shop, 30)
    await announce(shop)
    await shop.let_pass(days=25)
    await announce(shop)
    assert len(await told(shop)) == 1


async def test_many_members_are_told_in_batches(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry_notices, "_BATCH", 2)
    await shop.rule("r", "10", expires_after_days=3)
    await shop.tell(*(shop.paid(f"A-{n}", "1", f"C-{n}") for n in range(5)))
    await announce(shop)
    assert len(await told(shop)) == 5
