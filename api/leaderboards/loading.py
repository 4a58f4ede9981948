"""What several fields of boards ask for, loaded once an operation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from api.execution.context import Context
from community.follows import store as follows
from domain.boards import Board, Season
from domain.calendar import day_of
from gamification.leaderboards import archive, reading, service, teams, visibility, yesterday
from gamification.leaderboards.archive import Sealed
from gamification.leaderboards.reading import Place
from gamification.leaderboards.store import SeasonKey, StandingKey
from gamification.leaderboards.teams import RankedTeam


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


async def ranked_teams(context: Context, ids: list[UUID]) -> list[RankedTeam | None]:
    """The teams that stand on boards."""
    found = await teams.shown(context.services.platform.database, ids)
    return [found.get(key) for key in ids]


async def subjects(
    context: Context, member_id: UUID, teams_of: Sequence[UUID | None]
) -> list[UUID]:
    """Who stands for the member on each board: they themselves, or on a board of the teams of a
    challenge their team, if they are in one.
    """
    wanted = [(member_id, challenge) for challenge in teams_of if challenge is not None]
    found = await context.load_many(_teams_of_members, wanted) if wanted else []
    by_challenge = dict(zip((key[1] for key in wanted), found, strict=True))
    return [
        member_id if challenge is None else by_challenge[challenge] or member_id
        for challenge in teams_of
    ]


async def _teams_of_members(context: Context, keys: list[tuple[UUID, UUID]]) -> list[UUID | None]:
    found = await teams.of_members(context.services.platform.database, keys)
    return [found.get(key) for key in keys]
