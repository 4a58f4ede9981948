"""What must always hold of boards: as SQL over the standings, and between them and Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from zoneinfo import ZoneInfo

from gamification.leaderboards import mirror, ranking, scripts, service, store
from gamification.leaderboards.mirror import Keys
from infra.invariants import Invariant
from infra.platform import Platform

INVARIANTS: Final = (
    Invariant(
        "Every standing belongs to a season on record",
        "SELECT s.member_id, s.board_id, s.season_starts_at FROM standing s"
        " WHERE NOT EXISTS (SELECT FROM leaderboard_season x"
        "   WHERE x.leaderboard_id = s.board_id AND x.starts_at = s.season_starts_at)",
    ),
    Invariant(
        "Seasons of a board do not overlap",
        "SELECT leaderboard_id, starts_at FROM (SELECT leaderboard_id, starts_at, ends_at,"
        "   lead(starts_at) OVER (PARTITION BY leaderboard_id ORDER BY starts_at) AS following"
        "   FROM leaderboard_season) s WHERE following < coalesce(ends_at, 'infinity')",
    ),
    Invariant(
        "No standing has a version that is still to come",
        "SELECT member_id, board_id, season_starts_at FROM standing"
        " WHERE version > (SELECT last_value FROM standing_version)",
    ),
)

_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.5


async def differing_copies(platform: Platform, zone: ZoneInfo) -> AsyncIterator[str]:
    """A line for each present season whose complete copy in Redis is not what PostgreSQL says.

    A board that is being scored differs for moments; only one that stays different is told. A copy
    that is not complete is read by nobody and therefore not wrong.

    Raises: Unavailable.
    """
    now = await platform.clock.now()
    for board in await store.boards():
        season = await service.season_shown(platform, board, now, zone)
        keys = Keys(board.id, season.starts_at)
        difference = await _difference(platform, keys)
        for _ in range(_TRIES):
            if difference is not None:
                await asyncio.sleep(_PAUSE_SECONDS)
                difference = await _difference(platform, keys)
        if difference is not None:
            yield f"{board.key}: {difference}"


async def _difference(platform: Platform, keys: Keys) -> str | None:
    """The first place at which copy and truth part, streamed page by page."""
    place = 0
    pages = ranking.pages(
        platform.database, keys.board_id, keys.season_starts_at, size=scripts.BATCH
    )
    async for page in pages:
        ranked = [(s.member_id, s.score, s.reached_at) for s in page if s.score >= 0]
        copy = await mirror.top(platform.redis, keys, first=max(len(ranked), 1), offset=place)
        if copy is None:
            return None
        shown = [(e.member_id, e.score, e.reached_at) for e in copy[: len(ranked)]]
        if shown != ranked:
            return f"another order between ranks {place + 1} and {place + len(ranked)}"
        place += len(ranked)
    size = await mirror.size(platform.redis, keys)
    return None if size in {None, place} else f"{size} ranked in Redis, {place} in PostgreSQL"
