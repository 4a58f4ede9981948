"""Random histories over the real engine and its jobs, against counting everything again."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.metrics import MetricDefinition
from domain.tiers import FOREVER
from tests.gamification.tiers.conftest import TierShop
from tests.support.naive_tiers import NaiveTiers

KEYS = ("member", "silver", "gold", "diamond")
STEPS = 25


class History:
    """Draws what happens to one member, and tells it to both sides."""

    def __init__(self, shop: TierShop, naive: NaiveTiers, seed: int) -> None:
        self.shop = shop
        self.naive = naive
        self.draw = random.Random(seed)  # noqa: S311 - a history, not a secret
        self.left: dict[str, tuple[int, int]] = {}  # what is left of an order, its day's distance
        self.passed = 0
        self.told = 0

    async def step(self) -> None:
        await self.draw.choice((self.buy, self.buy, self.give_back, self.wait, self.tend))()

    async def buy(self) -> None:
        amount, late = self.draw.randrange(1, 800), self.draw.choice((0, 0, 0, 3, 8))
        ref = f"A-{self.told}"
        self.told += 1
        at = self.shop.now - timedelta(days=late)
        await self.shop.tell(self.shop.paid(ref, str(amount), at=at))
        self.naive.order(ref, await self.shop.today() - timedelta(days=late), Decimal(amount))
        self.left[ref] = (amount, self.passed - late)

    async def give_back(self) -> None:
        if not self.left:
            return
        ref = self.draw.choice(sorted(self.left))
        left, paid = self.left.pop(ref)
        amount = self.draw.choice((left, max(left // 3, 1)))
        late = min(self.draw.choice((0, 0, 2)), self.passed - paid)
        if amount < left:
            self.left[ref] = (left - amount, paid)
        self.told += 1
        today = await self.shop.today()
        report = self.shop.report(
            "order.refunded", f"R-{self.told}", "C-1", orderRef=ref, amount=str(amount),
            at=self.shop.now - timedelta(days=late),
        )  # fmt: skip
        await self.shop.tell(report)
        happened = today - timedelta(days=late)
        self.naive.refund(ref, Decimal(amount), happened=happened, today=today)

    async def wait(self) -> None:
        days = self.draw.randrange(1, 15)
        self.passed += days
        await self.shop.let_pass(days=days)

    async def tend(self) -> None:
        await self.shop.tend()

    async def compare(self) -> None:
        shown, today = await self.shop.progress(), await self.shop.today()
        level = self.naive.level_on(today)
        assert KEYS[level] == shown.current.key
        if shown.kept_through not in {None, FOREVER}:
            assert self.naive.level_on(shown.kept_through) == level
            assert self.naive.level_on(shown.kept_through + timedelta(days=1)) < level


@pytest.mark.parametrize("seed", range(8))
async def test_a_random_history_ends_every_step_where_counting_again_does(
    shop: TierShop, seed: int
) -> None:
    grace = seed % 4 * 3
    await shop.ladder(days=20, grace=grace, notice=5)
    rules = await shop.measure_tiers(20, grace=grace, notice=5)
    window: MetricDefinition = rules.definition
    history = History(shop, NaiveTiers(window, grace, [0, 200, 600, 1500]), seed)
    await history.buy()
    for _ in range(STEPS):
        await history.step()
        await history.compare()
