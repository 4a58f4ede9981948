"""What several fields of boards ask for, loaded once an operation."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from api.execution.context import Context
from community.follows import store as follows
from domain.boards import Board, Season
from domain.calendar import day_of
from gamification.leaderboards import archive, reading, service, visibility, yesterday
from gamification.leaderboards.archive import Sealed
from gamification.leaderboards.reading import Place
from gamification.leaderboards.store import SeasonKey, StandingKey


async def zone_of(context: Context) -> ZoneInfo:
    """The programme's time zone."""
    return await context.load(_zones, None)


async def _zones(context: Context, keys: list[None]) -> list[ZoneInfo]:
    services = context.services
    programme = await services.programmes.current(services.platform.database)
    return [programme.settings.zone] * len(keys)


async def seasons_shown(context: Context, boards: list[Board]) -> list[Season]:
    """The present season of each board."""
    platform, now, zone = context.services.platform, await context.now(), await zone_of(context)
    return await service.seasons_shown(platform, boards, now, zone)


async def places(context: Context, keys: list[StandingKey]) -> list[Place | None]:
    """Where members stand."""
    return await reading.places(context.services.platform, keys)


async def own_places(context: Context, keys: list[StandingKey]) -> list[Place | None]:
    """Where members stand for themselves."""
    return await reading.own_places(context.services.platform, keys)


async def shown_on_boards(context: Context, ids: list[UUID]) -> list[bool]:
    """Whether members are shown on boards."""
    hidden = await visibility.hidden(context.services.platform.database, ids)
    return [one not in hidden for one in ids]


async def ranks_before(context: Context, keys: list[StandingKey]) -> list[int | None]:
    """The ranks with which members came into the programme's day."""
    today = day_of(await context.now(), await zone_of(context))
    return await yesterday.ranks(context.services.platform.database, keys, today)


async def followed(context: Context, ids: list[UUID]) -> list[list[UUID]]:
    """Whom members follow."""
    sql = context.services.platform.database
    return [await follows.followed_by(sql, one) for one in ids]


async def sealed_seasons(context: Context, keys: list[SeasonKey]) -> list[Sealed | None]:
    """What was sealed of the seasons; None for those that are not closed."""
    found = await archive.sealed(context.services.platform.database, keys)
    return [found.get(key) for key in keys]
