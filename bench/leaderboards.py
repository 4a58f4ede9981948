"""What boards cost on engines of their own, beside the raw Redis calls in the same run.

What GraphQL adds is the same for a board of ten members and is no part of these figures.
"""

# The client types the results of some commands only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.figures import Figure, Figures
from domain.boards import Board, BoardDraft, Period
from domain.calendar import BEGINNING
from domain.metrics import Count, Measure, MetricDefinition
from gamification.leaderboards import (
    jobs,
    mirror,
    ranking,
    reading,
    rebuild,
    scoring,
    scripts,
    service,
)
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.packing import member_field
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from server.engines import embedded

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
METRIC = MetricDefinition(("order.paid",), None, Measure.SUM, "total")
ROUNDS, CALLS, BATCH = 5, 500, 500
FILLED_AT_ONCE = 50_000
Act = Callable[[UUID], Awaitable[object]]


@asynccontextmanager
async def platform_of_our_own() -> AsyncIterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            await migrate(engines.database_url)
            database = await Database.open(engines.database_url)
            redis = open_redis(engines.redis_url)
            clock = Clock(database, sandbox=False)
            yield Platform(database, redis, clock, PubSub(redis), load_catalogue())
            await redis.aclose()
            await database.close()


async def nothing(_: object) -> None:
    """The programme's version is not looked at here."""


async def fill(platform: Platform, members: int) -> Board:
    """A board of so many members, with scores as a shop has them: many small, few large.

    Times are whole milliseconds, as shops tell them.
    """
    draft = BoardDraft("spent", "Spent", "CNY", Period.ALL_TIME, METRIC)
    board = await service.save(
        platform, draft, zone=ZONE, names=lambda _: frozenset(), changed=nothing
    )
    await platform.database.execute(
        "INSERT INTO leaderboard_season (leaderboard_id, starts_at) VALUES ($1, $2)",
        board.id,
        BEGINNING,
    )
    for _ in range(members // FILLED_AT_ONCE):
        await add_members(platform, board, FILLED_AT_ONCE)
    await add_members(platform, board, members % FILLED_AT_ONCE)
    await platform.database.execute("ANALYZE standing")
    return board


async def add_members(platform: Platform, board: Board, members: int) -> None:
    await platform.database.execute(
        "INSERT INTO standing (member_id, board_id, season_starts_at, value, reached_at, version)"
        " SELECT gen_random_uuid(), $1, $2, floor(-2000 * ln(1 - random())) + 1,"
        "   date_trunc('milliseconds', $3::timestamptz - random() * interval '90 days'),"
        "   nextval('standing_version')"
        " FROM generate_series(1, $4::int)",
        board.id,
        BEGINNING,
        NOON,
        members,
    )


def p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


async def compare(figures: Figures, ways: dict[str, Act], members: list[UUID]) -> None:
    """Interleaved rounds, so that noise meets every way alike: medians and 99th percentiles of
    single calls, ours as ratios to the first.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, act in ways.items():
            calls = CALLS // 20 if "PostgreSQL" in name else CALLS
            for member in random.sample(members, calls):
                started = time.perf_counter()
                await act(member)
                times[name].append((time.perf_counter() - started) * 1e6)
    raw, *ours = times
    figures.add(raw, median(times[raw]), "µs")
    figures.add(f"{raw}, p99", p99(times[raw]), "µs")
    for name in ours:
        ratio = median(times[name]) / median(times[raw])
        if "PostgreSQL" in name:
            figures.add(f"{name} ÷ raw", ratio, "×")
            continue
        figures.hold(f"{name} ÷ raw", ratio, "×", at_most=2)
        worst = p99(times[name]) / p99(times[raw])
        figures.hold(f"{name} ÷ raw, p99", worst, "×", at_most=3)


async def measure_ranks(
    figures: Figures, platform: Platform, board: Board, members: list[UUID]
) -> None:
    redis, sql, keys = platform.redis, platform.database, Keys(board.id, BEGINNING)
    names = (keys.live, keys.long, keys.ready)
    ways: dict[str, Act] = {
        "rank: raw ZREVRANK": lambda m: redis.zrevrank(keys.live, member_field(m)),
        "rank: the script alone": lambda m: scripts.AROUND.run(redis, names, member_field(m), 0),
        "rank and gap: reading.place": lambda m: reading.place(platform, board.id, BEGINNING, m),
        "rank and gap from PostgreSQL": lambda m: ranking.around(sql, board.id, BEGINNING, m, 1),
    }
    await compare(figures, ways, members)


async def measure_neighbours(
    figures: Figures, platform: Platform, board: Board, members: list[UUID]
) -> None:
    redis, keys = platform.redis, Keys(board.id, BEGINNING)

    async def raw(member: UUID) -> object:
        place = await redis.zrevrank(keys.live, member_field(member))
        assert isinstance(place, int)
        return await redis.zrange(
            keys.live, max(place - 3, 0), place + 3, desc=True, withscores=True
        )

    def ours(member: UUID) -> Awaitable[object]:
        return reading.around(platform, board.id, BEGINNING, member, radius=3)

    ways: dict[str, Act] = {
        "around ±3: raw ZREVRANK, then ZRANGE": raw,
        "around ±3: reading.around": ours,
    }
    await compare(figures, ways, members)


async def measure_top(
    figures: Figures, platform: Platform, board: Board, members: list[UUID]
) -> None:
    redis, sql, live = platform.redis, platform.database, Keys(board.id, BEGINNING).live
    asked = {"first": 10, "offset": 0}
    ways: dict[str, Act] = {
        "top 10: raw ZRANGE": lambda _: redis.zrange(live, 0, 9, desc=True, withscores=True),
        "top 10: reading.top": lambda _: reading.top(platform, board.id, BEGINNING, **asked),
        "top 10 from PostgreSQL": lambda _: ranking.top(sql, board.id, BEGINNING, **asked),
    }
    await compare(figures, ways, members)


async def measure_writes(
    figures: Figures, platform: Platform, board: Board, members: list[UUID]
) -> None:
    spent = {"scoring.add in its transaction": 0.0, "push to Redis": 0.0}
    for _ in range(20):
        counts = [
            Count(board.metric_id, member, Decimal("19.9"), NOON, NOON)
            for member in random.sample(members, BATCH)
        ]
        started = time.perf_counter()
        async with platform.database.transaction() as tx:
            states = await scoring.add(tx, [board], counts, zone=ZONE, now=NOON)
        stored = time.perf_counter()
        await mirror.push(platform.redis, states)
        spent["scoring.add in its transaction"] += stored - started
        spent["push to Redis"] += time.perf_counter() - stored
    for name, seconds in spent.items():
        figures.add(f"{name}, {BATCH} members", seconds / 20 * 1e3, "ms")


async def measure_memory(figures: Figures, platform: Platform, board: Board, members: int) -> None:
    keys, total = Keys(board.id, BEGINNING), 0
    for name, key in (
        ("sorted set", keys.live),
        ("times of long elements", keys.long),
        ("recent versions", keys.recent),
    ):
        size = await platform.redis.memory_usage(key, samples=0) or 0
        total += size
        figures.add(f"memory of the {name}, a member", size / members, "B")
    figures.hold("memory altogether, a member", total / members, "B", at_most=100)


async def measure(members: int = 100_000) -> list[Figure]:
    """Everything about one board of so many members."""
    figures = Figures()
    async with platform_of_our_own() as platform:
        board = await fill(platform, members)
        started = time.perf_counter()
        await jobs.keep_boards(platform, ZONE)
        seconds = time.perf_counter() - started
        figures.hold(f"rebuild of {members} from nothing", seconds, "s", at_most=15)
        started = time.perf_counter()
        await rebuild.all(platform, ZONE)
        seconds = time.perf_counter() - started
        figures.add(f"rebuild of {members} while the old copy is read", seconds, "s")
        await measure_memory(figures, platform, board, members)
        rows = await platform.database.fetch("SELECT member_id FROM standing LIMIT 20000")
        sample = [found["member_id"] for found in rows]
        for part in (measure_ranks, measure_neighbours, measure_top):
            await part(figures, platform, board, sample)
        await measure_writes(figures, platform, board, sample)
        started = time.perf_counter()
        await jobs.keep_boards(platform, ZONE)
        seconds = time.perf_counter() - started
        figures.add("a pass of the keeper with nothing to do", seconds * 1e3, "ms")
    return figures.all
