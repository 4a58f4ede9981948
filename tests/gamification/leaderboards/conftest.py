"""Both engines for the tests of leaderboards, with empty boards for every test.

To be replaced by the shared fixtures of the same names.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from domain.boards import Board, BoardDraft, Entry, Period, order
from domain.metrics import Count, Measure, MetricDefinition
from gamification.leaderboards import ranking, service, store
from gamification.leaderboards.store import StandingState
from infra import database as databases
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from server.engines import embedded

if find_spec("gamification.tables") is None:
    databases.APPS["gamification"] = [
        "gamification.programme.tables",
        "gamification.leaderboards.tables",
    ]


@pytest.fixture(scope="session")
async def deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    home: Path = tmp_path_factory.mktemp("laurels")
    async with embedded(home) as engines:
        await migrate(engines.database_url)
        database = await Database.open(engines.database_url)
        redis = open_redis(engines.redis_url)
        clock = Clock(database, sandbox=True)
        yield Platform(database, redis, clock, PubSub(redis), load_catalogue())
        await redis.aclose()
        await database.close()


@pytest.fixture
async def platform(deployment: Platform) -> Platform:
    await wipe(deployment)
    return deployment


async def wipe(platform: Platform) -> None:
    await platform.database.execute(
        "TRUNCATE standing, leaderboard_season, leaderboard, metric, outbox;"
        " UPDATE programme_clock SET ahead = '0'"
    )
    await platform.redis.flushall()


SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SPENT = MetricDefinition(("order.paid",), None, Measure.SUM, "total")


@dataclass(frozen=True, slots=True)
class Shop:
    """What a shop does to its boards, and what they must show."""

    platform: Platform
    zone: ZoneInfo = SHANGHAI
    noon: datetime = NOON

    async def board(self, key: str = "spent", **changes: Any) -> Board:
        draft = BoardDraft(
            **{
                "key": key,
                "name": "Spent",
                "unit": "CNY",
                "period": Period.ALL_TIME,
                "metric": SPENT,
                **changes,
            }
        )
        return await service.save(
            self.platform, draft, zone=SHANGHAI, check_condition=len, changed=self._changed
        )

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
            return await store.add(tx, boards, counts, zone=SHANGHAI)

    async def score(self, boards: list[Board], *counts: Count) -> list[StandingState]:
        """Scores as the engine does."""
        async with self.platform.database.transaction() as tx:
            states = await store.add(tx, boards, counts, zone=SHANGHAI)
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
