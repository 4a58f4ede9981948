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
from api.leaderboards.loading import places, ranks_before, sealed_seasons, zone_of
from api.leaderboards.naming import season_name
from api.relay import First, Node, PageInfo, edges_of
from api.scalars import Long
from domain.boards import Board, Entry, Season
from domain.calendar import BEGINNING
from gamification.leaderboards import reading, signing
from gamification.leaderboards.archive import Sealed
from gamification.leaderboards.reading import Place
from gamification.leaderboards.store import SeasonKey
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


@strawberry.type(description="A member's place on a board.")
class LeaderboardEntry:
    member_id: strawberry.Private[UUID]
    season: strawberry.Private[SeasonKey | None]
    rank: int = strawberry.field(description="1, 2, 3 …; no two members share one.")
    score: Long = strawberry.field(description="The metric's value, rounded down.")
    reached_at: datetime = strawberry.field(
        description="The latest of the activities that make up the score."
    )

    @classmethod
    def of(cls, entry: Entry, season: SeasonKey | None = None) -> LeaderboardEntry:
        """`season` where the ranks are those of a whole board."""
        return cls(
            member_id=entry.member_id,
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

    @batch_field(description="Who stands there.")
    @staticmethod
    async def member(
        entries: Sequence[LeaderboardEntry], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [entry.member_id for entry in entries]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.type(description="A stretch of time in which a board counts, and its ranking.")
class LeaderboardSeason(Node):
    board_id: strawberry.Private[UUID]
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
        return await tops(info.context, keys, first, offset)

    @batch_field(description="A member's place; null when not ranked.")
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
        wanted = [(key, season.board_id, season.starts_at) for season in seasons]
        found = await info.context.load_many(places, wanted)
        return entries_of(found, [(season.board_id, season.starts_at) for season in seasons])


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
    context: Context, keys: Sequence[SeasonKey], first: int | None, offset: int | None
) -> list[list[LeaderboardEntry]]:
    """The ranking of each season, cut as asked."""
    found = await reading.tops(
        context.services.platform, keys, first=TOP if first is None else first, offset=offset or 0
    )
    return [
        [LeaderboardEntry.of(entry, key) for entry in entries]
        for key, entries in zip(keys, found, strict=True)
    ]


def entries_of(
    found: Sequence[Place | None], seasons: Sequence[SeasonKey]
) -> list[LeaderboardEntry | None]:
    """Places as they are shown, each of its season."""
    return [
        LeaderboardEntry.of(place.entry, season) if place else None
        for place, season in zip(found, seasons, strict=True)
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
