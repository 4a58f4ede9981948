"""A shop with badges, whose awards are judged anew when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from domain.badges import BadgeDraft
from domain.metrics import Measure, MetricDefinition, Window
from gamification.badges import invariants, jobs, reading, service
from gamification.badges.store import BadgeRow
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.gamification.tiers.conftest import TierShop
from tests.support.shop import SHANGHAI, broken


@dataclass
class BadgeShop(TierShop):
    """`tend` does what a worker does about badges until there is nothing left to do."""

    async def badge(
        self,
        key: str,
        *thresholds: int,
        measure: Measure = Measure.COUNT,
        days: int | None = None,
        revocable: bool = False,
        trigger: str = "order.paid",
        **metric: Any,  # noqa: ANN401
    ) -> BadgeRow:
        """A badge over orders of all time, or of so many days."""
        window = {"window": Window.ROLLING_DAYS, "rolling_days": days} if days else {}
        definition = MetricDefinition(
            **{"triggers": (trigger,), "condition": None, "measure": measure} | window | metric
        )
        draft = BadgeDraft(key, key, f"about {key}", definition, thresholds, revocable)
        return await self.save(draft)

    async def save(self, draft: BadgeDraft) -> BadgeRow:
        return await service.save_badge(
            self.platform,
            self.programmes.expressions,
            draft,
            zone=SHANGHAI,
            changed=programme_store.bump,
        )

    async def judge(self) -> int:
        bind = self.programmes.expressions.bind
        return await jobs.judge_next(self.platform, self.programmes.current, bind)

    async def settle(self) -> int:
        bind = self.programmes.expressions.bind
        return await jobs.settle_due(self.platform, self.programmes.current, bind)

    async def levels(self, ref: str = "C-1") -> dict[str, int]:
        """What a member holds, as every reader sees it."""
        sql, member = self.platform.database, await self.member(ref)
        badges = (await self.programmes.current(sql)).badges.by_id
        found = await reading.awards_of(sql, badges, [member], await self.today())
        return {badges[badge_id].key: award.level for (_, badge_id), award in found.items()}

    async def buy(self, *totals: str, ref: str = "C-1", **more: Any) -> None:  # noqa: ANN401
        """An order for each total, named by how many there were."""
        for total in totals:
            name = f"{ref}-{await self.count('shop_order')}"
            await self.tell(self.paid(name, total, ref, **more))

    async def misjudged(self) -> list[str]:
        current = self.programmes.current
        return [line async for line in invariants.differing(self.platform, current)]

    async def broken(self) -> dict[str, Any]:
        found = {
            one.name: await self.platform.database.fetch(one.violations)
            for one in invariants.INVARIANTS
        }
        return {name: rows for name, rows in found.items() if rows}


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[BadgeShop]:
    shop = BadgeShop(platform, programmes)
    yield shop
    assert await broken(platform.database) == {}
    assert await shop.broken() == {}
    assert await shop.misjudged() == []
    assert await shop.differing() == []
