"""A shop whose members check in; its streaks are judged when a test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import calendar
from domain.streaks import Present
from gamification.check_ins import service
from gamification.check_ins.service import CalendarDay, CheckedIn
from gamification.engine.consumer import Consumer
from gamification.programme.current import Programmes
from gamification.streaks import reading
from gamification.streaks.invariants import INVARIANTS, differing
from gamification.streaks.store import Repair
from infra.platform import Platform
from tests.support.shop import SHANGHAI, Shop, broken

STAFF = UUID(int=9)


@dataclass
class StreakShop(Shop):
    """Its customers are enrolled when they first check in."""

    async def check_in(self, ref: str = "C-1") -> CheckedIn:
        [member_id] = await self.join(ref)
        return await service.check_in(self.platform, self.programmes, member_id)

    async def daily(self, days: int, ref: str = "C-1") -> None:
        """Checks in today and on the days after it; the clock stands on the last of them."""
        for n in range(days):
            if n:
                await self.let_pass(days=1)
            await self.check_in(ref)

    async def today(self) -> date:
        return calendar.day_of(await self.platform.clock.now(), SHANGHAI)

    async def ago(self, days: int) -> date:
        return await self.today() - timedelta(days=days)

    async def streak(self, ref: str = "C-1") -> Present:
        member_id, today = await self.member(ref), await self.today()
        return (await reading.presents(self.platform.database, [member_id], today))[member_id]

    async def repair(self, day: date, ref: str = "C-1", reason: str = "停机") -> Present:
        asked = Repair(await self.member(ref), day, STAFF, reason)
        return await service.repair(self.platform, self.programmes, asked)

    async def month(self, ref: str = "C-1") -> dict[date, CalendarDay]:
        """Last month's days and this month's."""
        member_id, today = await self.member(ref), await self.today()
        before = today.replace(day=1) - timedelta(days=1)
        months = [
            await service.month(self.platform.database, member_id, of, today)
            for of in (before, today)
        ]
        return {one.day: one for days in months for one in days}

    async def report_day(self, day: date, ref: str = "C-1") -> None:
        """The shop's own system tells of a check-in, whenever it gets round to it."""
        noon = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=12)
        told = self.report("day.checked_in", f"{ref}:{day}", ref, at=noon.astimezone(UTC))
        await self.tell(told)

    async def consume(self) -> None:
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        while await self.waiting():
            await consumer.run_once()
        await consumer.stop()


async def faults(shop: Shop) -> dict[str, Any]:
    database = shop.platform.database
    rows = {one.name: await database.fetch(one.violations) for one in INVARIANTS}
    found: dict[str, Any] = {name: [tuple(row) for row in of] for name, of in rows.items() if of}
    lines = [line async for line in differing(shop.platform)]
    return found | ({"differing": lines} if lines else {})


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[StreakShop]:
    shop = StreakShop(platform, programmes)
    yield shop
    assert await broken(platform.database) == {}
    assert await faults(shop) == {}
