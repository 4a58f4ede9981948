"""Tiers by different values, and by days in a row."""

from __future__ import annotations

from datetime import timedelta

from domain.metrics import Measure
from tests.gamification.tiers.conftest import TierShop


async def test_a_tier_is_reached_by_different_values_and_lost_with_an_order(
    shop: TierShop,
) -> None:
    await shop.tier("silver", 1, 2)
    await shop.measure_tiers(365, grace=0, measure=Measure.DISTINCT, attribute="items.category")
    await shop.tell(shop.paid("A-1", "10", items=[{"category": "tea"}, {"category": "tea"}]))
    assert await shop.tier_of() == "member"
    await shop.tell(shop.paid("A-2", "10", items=[{"category": "book"}]))
    assert await shop.tier_of() == "silver"
    assert (await shop.progress()).shown == 2
    await shop.tell(shop.cancelled("A-2", "R-2"))
    await shop.let_pass(days=1)
    assert await shop.tier_of() == "member"


async def test_a_tier_is_reached_by_days_in_a_row_and_lost_when_they_leave_the_window(
    shop: TierShop,
) -> None:
    await shop.tier("silver", 1, 2)
    await shop.measure_tiers(7, grace=0, measure=Measure.STREAK, attribute=None)
    for name, ago in (("A-1", 0), ("A-2", 1)):
        await shop.tell(shop.paid(name, "10", at=shop.now - timedelta(days=ago)))
    assert await shop.tier_of() == "silver"
    await shop.let_pass(days=5)
    assert await shop.tier_of() == "silver"
    await shop.let_pass(days=1)
    assert await shop.tier_of() == "member"


async def test_a_tier_measured_by_different_values_counts_the_past(shop: TierShop) -> None:
    for n, category in enumerate(("tea", "book")):
        await shop.tell(shop.paid(f"A-{n}", "10", items=[{"category": category}]))
    await shop.tier("silver", 1, 2)
    await shop.measure_tiers(None, measure=Measure.DISTINCT, attribute="items.category")
    await shop.tend()
    assert await shop.tier_of() == "silver"
