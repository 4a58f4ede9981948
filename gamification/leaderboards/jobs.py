"""Keeps the copies in Redis whole. A worker calls `keep_boards` every second."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gamification.leaderboards import archive, mirror, rebuild, service, store
from gamification.leaderboards.mirror import Keys
from infra.platform import Platform


async def keep_boards(platform: Platform, zone: ZoneInfo) -> int:
    """Rebuilds the present seasons whose copy is missing or from another run of the server.

    Closed seasons have none: their archive answers.

    A server that restarted may have lost its last second, one that took over may be older still:
    their copies are not read until rebuilt. Any number of workers may call this; each season is
    rebuilt by one of them. Returns how many this call rebuilt.

    Raises: Unavailable while Redis or PostgreSQL is away.
    """
    now = await platform.clock.now()
    shown = [
        (board, await service.season_shown(platform, board, now, zone))
        for board in await store.boards()
    ]
    present = [(board.id, season.starts_at) for board, season in shown]
    closed = await archive.sealed(platform.database, present)
    shown = [one for one, key in zip(shown, present, strict=True) if key not in closed]
    places = [Keys(board.id, season.starts_at) for board, season in shown]
    server = await mirror.server_run(platform.redis)
    found = await mirror.completed_by(platform.redis, places)
    rebuilt = 0
    for keys, by in zip(places, found, strict=True):
        if by not in {server, None}:
            await mirror.distrust(platform.redis, keys)
    for (board, season), by in zip(shown, found, strict=True):
        if by != server and await rebuild.one(platform, board.id, season, server=server, now=now):
            await service.publish(platform, board.id, season.starts_at)
            rebuilt += 1
    return rebuilt
