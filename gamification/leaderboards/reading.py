"""Ranks for readers: from the copy in Redis where it is complete, else from PostgreSQL.

Both give the same answers, so nobody notices a flushed or absent Redis but by the clock.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import structlog

from domain.boards import Entry, gap
from domain.errors import Invalid, Unavailable
from gamification.leaderboards import mirror, ranking
from gamification.leaderboards.mirror import Keys
from infra.platform import Platform

MOST: Final = 100
WIDEST: Final = 25
_FARTHEST: Final = 2**31 - 1
_log = structlog.stdlib.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A member's entry, and what it takes to pass the next one up; None at the top."""

    entry: Entry
    gap: int | None


async def top(
    platform: Platform, board_id: UUID, season_starts_at: datetime, *, first: int, offset: int
) -> list[Entry]:
    """Up to `first` entries from rank `offset` + 1 on.

    Raises: Invalid.
    """
    if not 1 <= first <= MOST:
        raise Invalid("page.first", field=("first",), limit=MOST)
    if not 0 <= offset <= _FARTHEST:
        raise Invalid("board.offset", field=("offset",))
    keys = Keys(board_id, season_starts_at)
    found = await _unless_away(mirror.top(platform.redis, keys, first=first, offset=offset))
    if found is None:
        sql = platform.database
        return await ranking.top(sql, board_id, season_starts_at, first=first, offset=offset)
    return found


async def around(
    platform: Platform, board_id: UUID, season_starts_at: datetime, member_id: UUID, *, radius: int
) -> list[Entry]:
    """The member between up to `radius` neighbours on each side; empty when not ranked.

    Raises: Invalid.
    """
    if not 0 <= radius <= WIDEST:
        raise Invalid("board.radius", field=("radius",), limit=WIDEST)
    keys = Keys(board_id, season_starts_at)
    found = await _unless_away(mirror.around(platform.redis, keys, member_id, radius))
    if found is None:
        sql = platform.database
        return await ranking.around(sql, board_id, season_starts_at, member_id, radius)
    return found


async def place(
    platform: Platform, board_id: UUID, season_starts_at: datetime, member_id: UUID
) -> Place | None:
    """Where the member stands; None when not ranked."""
    near = await around(platform, board_id, season_starts_at, member_id, radius=1)
    above: Entry | None = None
    for entry in near:
        if entry.member_id == member_id:
            return Place(entry, gap(entry, above))
        above = entry
    return None


async def size(platform: Platform, board_id: UUID, season_starts_at: datetime) -> int:
    """How many members are ranked."""
    found = await _unless_away(mirror.size(platform.redis, Keys(board_id, season_starts_at)))
    if found is None:
        return await ranking.size(platform.database, board_id, season_starts_at)
    return found


async def _unless_away(asked: Awaitable[T | None]) -> T | None:
    try:
        return await asked
    except Unavailable as error:
        _log.info("board.copy_away", engine=error.engine)
        return None
