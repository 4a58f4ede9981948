"""What several fields of a board ask for, loaded once an operation."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from api.execution.context import Context
from domain.boards import Board, Season
from gamification.leaderboards import reading, service
from gamification.leaderboards.reading import Place

PlaceKey: TypeAlias = tuple[UUID, datetime, UUID]
"""Board, start of the season, member."""


async def zone_of(context: Context) -> ZoneInfo:
    """The programme's time zone."""
    services = context.services
    return (await services.programmes.current(services.platform.database)).settings.zone


async def seasons_shown(context: Context, boards: list[Board]) -> list[Season]:
    """The present season of each board."""
    platform, now, zone = context.services.platform, await context.now(), await zone_of(context)
    return [await service.season_shown(platform, board, now, zone) for board in boards]


async def places(context: Context, keys: list[PlaceKey]) -> list[Place | None]:
    """Where members stand."""
    platform = context.services.platform
    return [await reading.place(platform, *key) for key in keys]
