"""Who stands where, and the seasons of a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.leaderboards.loading import (
    places,
    ranked_teams,
    ranks_before,
    sealed_seasons,
    subjects,
    zone_of,
)
from api.leaderboards.naming import season_name
from api.relay import First, Node, PageInfo, edges_of
from api.scalars import Long
from domain.boards import Board, Entry, Season
from domain.calendar import BEGINNING
from gamification.leaderboards import reading, signing
from gamification.leaderboards.archive import Sealed
from gamification.leaderboards.reading import Place
from gamification.leaderboards.store import SeasonKey
from gamification.leaderboards.teams import RankedTeam
from infra.ids import Kind, decode_key, encode_id
from infra.paging import Page

if TYPE_CHECKING:
    from api.members.types import Member

MICROSECOND: Final = timedelta(microseconds=1)
TOP: Final = 10

Offset: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many of the first ranks to leave out: 0 or more."),
]


@strawberry.type(description="A team that stands on a board of teams.")
class LeaderboardTeam:
    team: strawberry.Private[RankedTeam]
    id: strawberry.ID = strawberry.field(description="That of its `Team`.")
    name: str = strawberry.field(description="What others read.")
    size: int = strawberry.field(description="How many are in it.")

    @classmethod
    def of(cls, team: RankedTeam) -> LeaderboardTeam:
        key = strawberry.ID(encode_id(Kind.TEAM, team.id))
        return cls(team=team, id=key, name=team.name, size=len(team.members))

    @expected(10)
    @batch_field(description="Who is in it, in the order of joining.")
    @staticmethod
    async def members(
        teams: Sequence[LeaderboardTeam], info: Info
    ) -> list[list[Annotated[Member, strawberry.lazy("api.members.types")]]]:
        context = info.context
        ids = list(dict.fromkeys(key for one in teams for key in one.team.members))
        found = cast("list[Member]", await context.load_many(context.services.members, ids))
        by_id = dict(zip(ids, found, strict=True))
        return [[by_id[key] for key in one.team.members] for one in teams]


@strawberry.type(description="A member's place on a board, or a team's on a board of teams.")
class LeaderboardEntry:
    member_id: strawberry.Private[UUID]
    of_team: strawberry.Private[bool]
    season: strawberry.Private[SeasonKey | None]
    rank: int = strawberry.field(description="1, 2, 3 …; no two members share one.")
    score: Long = strawberry.field(description="The metric's value, rounded down.")
    reached_at: datetime = strawberry.field(
        description="The latest of the activities that make up the score."
    )

    @classmethod
    def of(
        cls, entry: Entry, season: SeasonKey | None = None, *, of_team: bool = False
    ) -> LeaderboardEntry:
        """`season` where the ranks are those of a whole board."""
        return cls(
            member_id=entry.member_id,
            of_team=of_team,
            season=season,
            rank=entry.rank,
            score=entry.score,
            reached_at=entry.reached_at,
        )

    @batch_field(
        description="By how many ranks it rose since the programme's day began; negative for a "
        "fall. Null where there was no rank then, for a season that began today, within a cohort, "
        "and until the day's ranks are written down."
    )
    @staticmethod
    async def rank_change(entries: Sequence[LeaderboardEntry], info: Info) -> list[int | None]:
        keys = [(one.member_id, *one.season) for one in entries if one.season is not None]
        found = dict(zip(keys, await info.context.load_many(ranks_before, keys), strict=True))
        before = [
            None if one.season is None else found[one.member_id, *one.season] for one in entries
        ]
        return [
            None if rank is None else rank - one.rank
            for one, rank in zip(entries, before, strict=True)
        ]

    @batch_field(description="Who stands there; of a team its captain.")
    @staticmethod
    async def member(
        entries: Sequence[LeaderboardEntry], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context = info.context
        teams = await _teams(context, entries)
        ids = [
            entry.member_id if team is None else team.captain_id
            for entry, team in zip(entries, teams, strict=True)
        ]
        members = context.members_for("LeaderboardEntry.member")
        return cast("list[Member]", await context.load_many(members, ids))

    @batch_field(description="The team that stands there; null on a board of members.")
    @staticmethod
    async def team(entries: Sequence[LeaderboardEntry], info: Info) -> list[LeaderboardTeam | None]:
        teams = await _teams(info.context, entries)
        return [None if one is None else LeaderboardTeam.of(one) for one in teams]


async def _teams(context: Context, entries: Sequence[LeaderboardEntry]) -> list[RankedTeam | None]:
    """The team of each entry; None where a member stands."""
    ids = [entry.member_id for entry in entries if entry.of_team]
    found = dict(zip(ids, await context.load_many(ranked_teams, ids), strict=True)) if ids else {}
    return [found.get(entry.member_id) for entry in entries]


@strawberry.type(description="A stretch of time in which a board counts, and its ranking.")
class LeaderboardSeason(Node):
    board_id: strawberry.Private[UUID]
    teams_of: strawberry.Private[UUID | None]
    name: str = strawberry.field(description="Its dates, in the request's language.")
    starts_at: datetime = strawberry.field(description="Activities from then on count.")
    ends_at: datetime | None = strawberry.field(
        description="Activities before then count; null: without end."
    )
    final: bool = strawberry.field(description="Whether it is over.")

    @classmethod
    def of(
        cls, context: Context, board: Board, season: Season, *, zone: ZoneInfo, now: datetime
    ) -> LeaderboardSeason:
        number = (season.starts_at - BEGINNING) // MICROSECOND
        return cls(
            id=strawberry.ID(encode_id(Kind.LEADERBOARD_SEASON, board.id, number)),
            board_id=board.id,
            teams_of=board.teams_of,
            name=season_name(context, board.period, season, zone),
            starts_at=season.starts_at,
            ends_at=season.ends_at,
            final=season.final(now),
        )

    @batch_field(
        description="When it was closed: from then on its ranks never change. Null until its "
        "board's `graceHours` after the end are over."
    )
    @staticmethod
    async def closed_at(seasons: Sequence[LeaderboardSeason], info: Info) -> list[datetime | None]:
        return [one.sealed_at if one else None for one in await _sealed(info, seasons)]

    @batch_field(
        description="SHA-256 over the closed season's ranking and the seal of the season closed "
        "before it, in hexadecimal: whoever noted it can tell whether the archive is still what "
        "it was. Null until it is closed."
    )
    @staticmethod
    async def seal(seasons: Sequence[LeaderboardSeason], info: Info) -> list[str | None]:
        return [one.seal.hex() if one else None for one in await _sealed(info, seasons)]

    @batch_field(
        description="The closed season's seal, signed by the shop: a JWT (RS256) that says board, "
        "dates, size, seal and the seal before. Its key is among those that the shop publishes at "
        "`/badges/keys`. Null until it is closed, and a moment longer."
    )
    @staticmethod
    async def signature(seasons: Sequence[LeaderboardSeason], info: Info) -> list[str | None]:
        keys = [(season.board_id, season.starts_at) for season in seasons]
        return await info.context.load_many(_signatures, keys)

    @batch_field(description="Its ranking, from rank `offset` + 1 on; at most 100 at a time.")
    @staticmethod
    async def top(
        seasons: Sequence[LeaderboardSeason], info: Info, first: First = TOP, offset: Offset = 0
    ) -> list[list[LeaderboardEntry]]:
        keys = [(season.board_id, season.starts_at) for season in seasons]
        of_teams = [season.teams_of is not None for season in seasons]
        return await tops(info.context, keys, of_teams, first, offset)

    @batch_field(description="A member's place, or that of their team; null when not ranked.")
    @staticmethod
    async def entry(
        seasons: Sequence[LeaderboardSeason],
        info: Info,
        member_id: Annotated[
            strawberry.ID, strawberry.argument(description="Whose place: the `id` of a member.")
        ],
    ) -> list[LeaderboardEntry | None]:
        key = decode_key(member_id, Kind.MEMBER)
        if key is None:
            return [None for _ in seasons]
        whose = await subjects(info.context, key, [season.teams_of for season in seasons])
        wanted = [
            (one, season.board_id, season.starts_at)
            for one, season in zip(whose, seasons, strict=True)
        ]
        found = await info.context.load_many(places, wanted)
        of_teams = [season.teams_of is not None for season in seasons]
        return entries_of(found, [key[1:] for key in wanted], of_teams)


async def _sealed(info: Info, seasons: Sequence[LeaderboardSeason]) -> list[Sealed | None]:
    keys = [(season.board_id, season.starts_at) for season in seasons]
    return await info.context.load_many(sealed_seasons, keys)


async def _signatures(context: Context, keys: list[SeasonKey]) -> list[str | None]:
    """What was signed of the seasons; None for those that are not closed."""
    found = await signing.signatures(context.services.platform.database, keys)
    return [found.get(key) for key in keys]


@strawberry.type(description="A season and its place in the list.")
class LeaderboardSeasonEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: LeaderboardSeason = strawberry.field(description="The season.")


@strawberry.type(description="A page of seasons, newest first.")
class LeaderboardSeasonConnection:
    edges: list[LeaderboardSeasonEdge] = strawberry.field(description="Seasons with cursors.")
    nodes: list[LeaderboardSeason] = strawberry.field(description="The seasons alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[LeaderboardSeason]) -> LeaderboardSeasonConnection:
        return cls(
            edges=edges_of(page, LeaderboardSeasonEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )


async def tops(
    context: Context,
    keys: Sequence[SeasonKey],
    of_teams: Sequence[bool],
    first: int | None,
    offset: int | None,
) -> list[list[LeaderboardEntry]]:
    """The ranking of each season, cut as asked."""
    found = await reading.tops(
        context.services.platform, keys, first=TOP if first is None else first, offset=offset or 0
    )
    return [
        [LeaderboardEntry.of(entry, key, of_team=of_team) for entry in entries]
        for key, of_team, entries in zip(keys, of_teams, found, strict=True)
    ]


def entries_of(
    found: Sequence[Place | None], seasons: Sequence[SeasonKey], of_teams: Sequence[bool]
) -> list[LeaderboardEntry | None]:
    """Places as they are shown, each of its season."""
    return [
        LeaderboardEntry.of(place.entry, season, of_team=of_team) if place else None
        for place, season, of_team in zip(found, seasons, of_teams, strict=True)
    ]


async def connections(
    context: Context, boards: Sequence[Board], pages: Sequence[Page[Season]]
) -> list[LeaderboardSeasonConnection]:
    """A page of seasons for each of the boards."""
    zone, now = await zone_of(context), await context.now()

    def shown(board: Board, season: Season) -> LeaderboardSeason:
        return LeaderboardSeason.of(context, board, season, zone=zone, now=now)

    return [
        LeaderboardSeasonConnection.of(page.map(partial(shown, board)))
        for board, page in zip(boards, pages, strict=True)
    ]
