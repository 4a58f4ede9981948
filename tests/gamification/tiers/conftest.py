"""A shop with three tiers above the base, whose tiers are counted anew when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import pytest

from domain import calendar
from domain.tiers import Progress
from gamification.engine.consumer import Consumer
from gamification.metrics import filling
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.tiers import invariants, jobs, reading
from infra.platform import Platform
from tests.support.shop import SHANGHAI, Shop, broken


@dataclass
class TierShop(Shop):
    """`tend` does what a worker does about tiers until there is nothing left to do."""

    async def ladder(self, days: int | None = 365, **more: Any) -> None:  # noqa: ANN401
        """普通, 银, 金, 钻 from 200, 600 and 1500."""
        await self.tier("silver", 1, 200, "1.2")
        await self.tier("gold", 2, 600, "1.5")
        await self.tier("diamond", 3, 1500, "2")
        await self.measure_tiers(days, **more)

    async def fill(self) -> int:
        """One batch of looking back."""
        current, bind = self.programmes.current, self.programmes.expressions.bind
        return await filling.fill_next(self.platform, current, bind, changed=programme_store.bump)

    async def settle(self) -> int:
        bind = self.programmes.expressions.bind
        return await jobs.settle_due(self.platform, self.programmes.current, bind)

    async def judge(self) -> int:
        bind = self.programmes.expressions.bind
        return await jobs.judge_next(self.platform, self.programmes.current, bind)

    async def consume(self) -> int:
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        applied = 0
        while await self.waiting():  # other tests' transactions hold the horizon
            applied += await consumer.run_once()
        await consumer.stop()
        return applied

    async def tend(self) -> None:
        while await self.fill() + await self.judge() + await self.settle() + await self.consume():
            pass

    async def tier_of(self, ref: str = "C-1") -> str:
        """The tier as every reader sees it."""
        sql, member = self.platform.database, await self.member(ref)
        programme = await self.programmes.current(sql)
        held = await reading.tiers_of(sql, programme, [member], await self.platform.clock.now())
        return held[member].key

    async def progress(self, ref: str = "C-1") -> Progress:
        sql, member = self.platform.database, await self.member(ref)
        programme = await self.programmes.current(sql)
        now = await self.platform.clock.now()
        return (await reading.progress_of(sql, programme, [member], now))[member]

    async def written(self, ref: str = "C-1") -> str | None:
        """The tier as it is written down, which may be of yesterday."""
        tier: str | None = await self.platform.database.fetchval(
            "SELECT tier FROM member_tier WHERE member_id = $1", await self.member(ref)
        )
        return tier

    async def told(self, type_: str) -> list[dict[str, Any]]:
        """The attributes of what Laurels recorded of this type, oldest first."""
        rows = await self.platform.database.fetch(
            "SELECT attributes FROM activity WHERE type = $1 ORDER BY id", type_
        )
        return [orjson.loads(row["attributes"]) for row in rows]

    async def differing(self) -> list[str]:
        bind = self.programmes.expressions.bind
        current = self.programmes.current
        return [line async for line in invariants.differing(self.platform, current, bind)]

    async def today(self) -> date:
        return calendar.day_of(await self.platform.clock.now(), SHANGHAI)

    async def broken(self) -> dict[str, Any]:
        found = {
            one.name: await self.platform.database.fetch(one.violations)
            for one in invariants.INVARIANTS
        }
        return {name: rows for name, rows in found.items() if rows}


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[TierShop]:
    shop = TierShop(platform, programmes)
    yield shop
    assert await broken(platform.database) == {}
    assert await shop.broken() == {}
    assert await shop.differing() == []
