"""Ranks for readers: from the copy in Redis where it is complete, else from PostgreSQL.

Both give the same answers, so nobody notices a flushed or absent Redis but by the clock. A season
that is closed has no copy: its archive answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

import structlog

from domain.boards import Entry, gap
from domain.errors import Invalid, Unavailable
from gamification.leaderboards import archive, mirror, ranking, visibility
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.store import SeasonKey, StandingKey
from infra.database import Sql
from infra.platform import Platform

MOST: Final = 100
WIDEST: Final = 25
CHOSEN: Final = 1_000
"""Members whose standings can be asked for at once."""

_FARTHEST: Final = 2**31 - 1
_log = structlog.stdlib.get_logger(__name__)
T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Place:
    """A member's entry, and what it takes to pass the next one up; None at the top."""

    entry: Entry
    gap: int | None


async def tops(
    platform: Platform, wanted: Sequence[SeasonKey], *, first: int, offset: int
) -> list[list[Entry]]:
    """Up to `first` entries from rank `offset` + 1 on, of each season.

    Raises: Invalid.
    """
    if not 1 <= first <= MOST:
        raise Invalid("page.first", field=("first",), limit=MOST)
    if not 0 <= offset <= _FARTHEST:
        raise Invalid("board.offset", field=("offset",))
    keys = [Keys(*season) for season in wanted]
    found = await _unless_away(
        mirror.tops(platform.redis, keys, first=first, offset=offset), len(wanted)
    )
    sql = platform.database
    return await _completed(
        found,
        wanted,
        lambda missing: _whichever(
            sql,
            missing,
            list(missing),
            partial(archive.tops, sql, first=first, offset=offset),
            partial(ranking.tops, sql, first=first, offset=offset),
        ),
    )


async def top(
    platform: Platform, board_id: UUID, season_starts_at: datetime, *, first: int, offset: int
) -> list[Entry]:
    """Up to `first` entries from rank `offset` + 1 on.

    Raises: Invalid.
    """
    return (await tops(platform, [(board_id, season_starts_at)], first=first, offset=offset))[0]


async def arounds(
    platform: Platform, wanted: Sequence[StandingKey], *, radius: int
) -> list[list[Entry]]:
    """Each member between up to `radius` neighbours on each side; empty when not ranked.

    Raises: Invalid.
    """
    if not 0 <= radius <= WIDEST:
        raise Invalid("board.radius", field=("radius",), limit=WIDEST)
    keys = [(Keys(board_id, start), member_id) for member_id, board_id, start in wanted]
    found = await _unless_away(mirror.arounds(platform.redis, keys, radius), len(wanted))
    sql = platform.database
    return await _completed(
        found,
        wanted,
        lambda missing: _whichever(
            sql,
            missing,
            [(board_id, start) for _, board_id, start in missing],
            lambda keys: archive.arounds(sql, keys, radius),
            lambda keys: ranking.arounds(sql, keys, radius),
        ),
    )


async def around(
    platform: Platform, board_id: UUID, season_starts_at: datetime, member_id: UUID, *, radius: int
) -> list[Entry]:
    """The member between up to `radius` neighbours on each side; empty when not ranked.

    Raises: Invalid.
    """
    wanted = [(member_id, board_id, season_starts_at)]
    return (await arounds(platform, wanted, radius=radius))[0]


async def places(platform: Platform, wanted: Sequence[StandingKey]) -> list[Place | None]:
    """Where each member stands; None when not ranked."""
    found = await arounds(platform, wanted, radius=1)
    return [_place(near, key[0]) for key, near in zip(wanted, found, strict=True)]


async def own_places(platform: Platform, wanted: Sequence[StandingKey]) -> list[Place | None]:
    """Where members stand for themselves: those who are not shown to others, too."""
    found = await places(platform, wanted)
    missing = [key for key, one in zip(wanted, found, strict=True) if one is None]
    alone = await visibility.alone(platform.database, missing)
    own = {key: Place(entry, _difference(entry, above)) for key, (entry, above) in alone.items()}
    return [one or own.get(key) for key, one in zip(wanted, found, strict=True)]


def _difference(entry: Entry, above: int | None) -> int | None:
    return None if above is None else above - entry.score + 1


async def place(
    platform: Platform, board_id: UUID, season_starts_at: datetime, member_id: UUID
) -> Place | None:
    """Where the member stands; None when not ranked."""
    return (await places(platform, [(member_id, board_id, season_starts_at)]))[0]


def _place(near: Iterable[Entry], member_id: UUID) -> Place | None:
    above: Entry | None = None
    for entry in near:
        if entry.member_id == member_id:
            return Place(entry, gap(entry, above))
        above = entry
    return None


async def standings_of(
    platform: Platform, season: SeasonKey, member_ids: Iterable[UUID], *, first: int
) -> list[Entry]:
    """Up to `first` of these members in the order of the board, with their ranks among all.

    Who is not ranked is left out, and so is who is not shown. At most `CHOSEN` members.

    Raises: Invalid.
    """
    if not 1 <= first <= MOST:
        raise Invalid("page.first", field=("first",), limit=MOST)
    asked = list(dict.fromkeys(member_ids))
    if len(asked) > CHOSEN:
        raise ValueError(f"{len(asked)} members: at most {CHOSEN} can be asked for at once")
    if not asked:
        return []
    copy = mirror.chosen(platform.redis, Keys(*season), asked, first=first)
    found = (await _unless_away(_alone(copy), 1))[0]
    if found is not None:
        return found
    sql = platform.database
    read = archive.chosen if await archive.sealed(sql, [season]) else ranking.chosen
    return await read(sql, season, asked, first=first)


async def _alone(asked: Awaitable[T]) -> list[T]:
    return [await asked]


async def sizes(platform: Platform, wanted: Sequence[SeasonKey]) -> list[int]:
    """How many members are ranked in each season."""
    keys = [Keys(*season) for season in wanted]
    found = await _unless_away(mirror.sizes(platform.redis, keys), len(wanted))
    return await _completed(found, wanted, partial(ranking.sizes, platform.database))


async def size(platform: Platform, board_id: UUID, season_starts_at: datetime) -> int:
    """How many members are ranked."""
    return (await sizes(platform, [(board_id, season_starts_at)]))[0]


async def _whichever(
    sql: Sql,
    wanted: Sequence[K],
    seasons: Sequence[SeasonKey],
    archived: Callable[[list[K]], Awaitable[list[T]]],
    standing: Callable[[list[K]], Awaitable[list[T]]],
) -> list[T]:
    """Each from the archive of its season where that is closed, else from the standings."""
    sealed = await archive.sealed(sql, seasons)
    closed = [key for key, season in zip(wanted, seasons, strict=True) if season in sealed]
    rest = [key for key, season in zip(wanted, seasons, strict=True) if season not in sealed]
    of_closed = iter(await archived(closed) if closed else ())
    of_rest = iter(await standing(rest) if rest else ())
    return [next(of_closed if season in sealed else of_rest) for season in seasons]


async def _completed(
    found: list[T | None], wanted: Sequence[K], read: Callable[[list[K]], Awaitable[list[T]]]
) -> list[T]:
    """What the copy did not have, from PostgreSQL, all by one statement."""
    missing = [key for key, one in zip(wanted, found, strict=True) if one is None]
    rest = iter(await read(missing) if missing else ())
    return [next(rest) if one is None else one for one in found]


async def _unless_away(asked: Awaitable[list[T | None]], count: int) -> list[T | None]:
    try:
        return await asked
    except Unavailable as error:
        _log.info("board.copy_away", engine=error.engine)
        return [None] * count
