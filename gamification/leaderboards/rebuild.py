"""Fills the copy in Redis from PostgreSQL while everybody goes on reading and scoring.

A rebuild takes the season's token, from which moment pushes reach the new copy as well, and only
then starts to read. So each change is either in what it reads or pushed to it, and versions decide
which is newer, whatever comes first. Every step shows the token: whoever lost it (it lapses when
not renewed) cannot touch the new copy any more, so two rebuilds never mix. Pages are read one by
one, without a long transaction that would hold up the activity log.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from domain.boards import Season
from domain.errors import Unavailable
from gamification.leaderboards import mirror, ranking, scripts, service, store
from gamification.leaderboards.mirror import Keys, Rebuild
from gamification.leaderboards.packing import Layout, layout_for
from infra.ids import new_id
from infra.platform import Platform

_log = structlog.stdlib.get_logger(__name__)
_KEPT_AFTER_END: Final = timedelta(days=1)
_LONGEST_KEPT: Final = timedelta(days=3650)
_AHEAD: Final = timedelta(days=30)
_RETRY_SECONDS: Final = 0.2


async def one(
    platform: Platform, board_id: UUID, season: Season, *, server: str, now: datetime
) -> bool:
    """Makes the copy of one season whole and readable; `server` is the present run of Redis.

    False when another rebuild of it is under way, or this one was too slow and lost its token.

    Raises: Unavailable.
    """
    redis, keys = platform.redis, Keys(board_id, season.starts_at)
    rebuild = Rebuild(keys, new_id().hex, await _layout(platform, keys, season, now))
    if not await mirror.begin(redis, rebuild):
        return False
    try:
        loaded = await _load(platform, rebuild)
        kept = _kept(season, now)
        done = loaded and await mirror.finish(redis, rebuild, server=server, keep=kept)
    except BaseException:
        with suppress(Unavailable):
            await mirror.abandon(redis, rebuild)
        raise
    _log.info("board.rebuilt" if done else "board.rebuild_lapsed", board=board_id)
    return done


async def _layout(platform: Platform, keys: Keys, season: Season, now: datetime) -> Layout:
    """How the copy is laid out for what there is and is to come."""
    highest, first = await store.extent(platform.database, (keys.board_id, keys.season_starts_at))
    until = season.ends_at if season.ends_at is not None else now + _AHEAD
    since = season.starts_at if season.ends_at is not None else first or now
    return layout_for(highest, since, until)


async def _load(platform: Platform, rebuild: Rebuild) -> bool:
    keys, version = rebuild.keys, await store.last_version(platform.database)
    if not await mirror.set_floor(platform.redis, rebuild, version):
        return False
    pages = ranking.records(
        platform.database, keys.board_id, keys.season_starts_at, size=scripts.BATCH
    )
    page = await anext(pages, None)
    while page is not None:
        # Both engines work at once: Redis takes a page while PostgreSQL reads the next.
        loaded, page = await asyncio.gather(
            mirror.load(platform.redis, rebuild, page), anext(pages, None)
        )
        if not loaded:
            return False
    return True


def _kept(season: Season, now: datetime) -> timedelta | None:
    if season.ends_at is None:
        return None
    return min(max(season.ends_at - now, timedelta()) + _KEPT_AFTER_END, _LONGEST_KEPT)


async def all(platform: Platform, zone: ZoneInfo) -> int:  # noqa: A001 - reads `rebuild.all`
    """Rebuilds the present season of every board and returns how many there are.

    Raises: Unavailable.
    """
    server, now = await mirror.server_run(platform.redis), await platform.clock.now()
    boards = await store.boards()
    for board in boards:
        shown = await service.season_shown(platform, board, now, zone)
        while True:
            if await one(platform, board.id, shown, server=server, now=now):
                break
            await asyncio.sleep(_RETRY_SECONDS)  # another is at it, and will finish or lapse
        await service.publish(platform, board.id, shown.starts_at)
    return len(boards)
