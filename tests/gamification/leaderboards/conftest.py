"""A shop whose boards are scored by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from domain.boards import Board, BoardDraft, Entry, Period, order
from domain.metrics import Count, Measure, MetricDefinition
from gamification.leaderboards import ranking, scoring, service
from gamification.leaderboards.store import StandingState
from infra.platform import Platform

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SPENT = MetricDefinition(("order.paid",), None, Measure.SUM, "total")


def _nothing(_: str) -> frozenset[str]:
    """Conditions are not looked at here."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Shop:
    """What a shop does to its boards, and what they must show."""

    platform: Platform
    zone: ZoneInfo = SHANGHAI
    noon: datetime = NOON

    async def board(self, key: str = "spent", **changes: object) -> Board:
        values: dict[str, Any] = {
            "name": "Spent",
            "unit": "CNY",
            "period": Period.ALL_TIME,
            "metric": SPENT,
        }
        ways: dict[str, Any] = {
            name: changes.pop(name, default)
            for name, default in (("names", _nothing), ("changed", self._changed))
        }
        given: dict[str, Any] = values | changes
        draft = BoardDraft(key=key, **given)
        board = await service.save(self.platform, draft, zone=SHANGHAI, **ways)
        # There is no past here to count back.
        await self.platform.database.execute("UPDATE leaderboard SET complete = true")
        return board

    def count(
        self,
        board: Board,
        amount: str,
        *,
        member: UUID | None = None,
        at: datetime = NOON,
        occurred_at: datetime | None = None,
    ) -> Count:
        return Count(board.metric_id, member or uuid4(), Decimal(amount), at, occurred_at or at)

    async def add(self, boards: list[Board], *counts: Count) -> list[StandingState]:
        """Scores without telling Redis."""
        async with self.platform.database.transaction() as tx:
            return await scoring.add(
                tx, boards, counts, zone=SHANGHAI, now=await self.platform.clock.now(tx)
            )

    async def score(self, boards: list[Board], *counts: Count) -> list[StandingState]:
        """Scores as the engine does."""
        async with self.platform.database.transaction() as tx:
            states = await scoring.add(
                tx, boards, counts, zone=SHANGHAI, now=await self.platform.clock.now(tx)
            )
            await service.announce(tx, self.platform, states)
        return states

    async def ranking(self, board: Board, start: datetime) -> list[Entry]:
        return await ranking.top(self.platform.database, board.id, start, first=10_000, offset=0)

    @staticmethod
    def reference(counts: list[Count]) -> list[Entry]:
        """The ranking of these counts by plain Python."""
        totals: dict[UUID, Decimal] = {}
        reached: dict[UUID, datetime] = {}
        for one in counts:
            totals[one.member_id] = totals.get(one.member_id, Decimal(0)) + one.amount
            reached[one.member_id] = max(
                reached.get(one.member_id, NOON.min.replace(tzinfo=UTC)), one.occurred_at
            )
        places = sorted(
            order(int(total), reached[member], member)
            for member, total in totals.items()
            if total > 0
        )
        return [Entry(n, member, -minus, at) for n, (minus, at, member) in enumerate(places, 1)]

    @staticmethod
    async def _changed(_: object) -> None:
        """The programme's version is not looked at here."""


@pytest.fixture
def shop(platform: Platform) -> Shop:
    return Shop(platform)
