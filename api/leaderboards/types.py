"""A board, its seasons, and who stands where in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from api.execution.context import Context, Info
from api.execution.cost.sizes import neighbours
from api.execution.fields import field
from api.leaderboards.enums import Period
from api.leaderboards.loading import places, seasons_shown, zone_of
from api.leaderboards.naming import season_name
from api.payloads import Payload
from api.relay import After, First, Node, PageInfo, edges_of
from api.scalars import Long
from domain.boards import Board, Entry, Season
from domain.calendar import BEGINNING
from gamification.leaderboards import reading, store
from gamification.leaderboards.reading import Place
from infra.ids import GlobalId, Kind, decode_key, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

_NEWEST_FIRST: Final = keyset(datetime)
_MICROSECOND: Final = timedelta(microseconds=1)
_TOP: Final = 10
_RADIUS: Final = 3

_Offset: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many of the first ranks to leave out: 0 or more."),
]


@strawberry.type(description="A member's place on a board.")
class LeaderboardEntry:
    member_id: strawberry.Private[UUID]
    rank: int = strawberry.field(description="1, 2, 3 …; no two members share one.")
    score: Long = strawberry.field(description="The metric's value, rounded down.")
    reached_at: datetime = strawberry.field(
        description="The latest of the activities that make up the score."
    )

    @classmethod
    def of(cls, entry: Entry) -> LeaderboardEntry:
        return cls(
            member_id=entry.member_id,
            rank=entry.rank,
            score=entry.score,
            reached_at=entry.reached_at,
        )

    @field(description="Who stands there.")
    async def member(self, info: Info) -> Annotated[Member, strawberry.lazy("api.members.types")]:
        context = info.context
        return cast("Member", await context.load(context.services.members, self.member_id))


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
        number = (season.starts_at - BEGINNING) // _MICROSECOND
        return cls(
            id=strawberry.ID(encode_id(Kind.LEADERBOARD_SEASON, board.id, number)),
            board_id=board.id,
            name=season_name(context, board.period, season, zone),
            starts_at=season.starts_at,
            ends_at=season.ends_at,
            final=season.final(now),
        )

    @field(description="Its ranking, from rank `offset` + 1 on; at most 100 at a time.")
    async def top(
        self, info: Info, first: First = _TOP, offset: _Offset = 0
    ) -> list[LeaderboardEntry]:
        return await _top(info.context, self.board_id, self.starts_at, first, offset)

    @field(description="A member's place; null when not ranked.")
    async def entry(
        self,
        info: Info,
        member_id: Annotated[
            strawberry.ID, strawberry.argument(description="Whose place: the `id` of a member.")
        ],
    ) -> LeaderboardEntry | None:
        key = decode_key(member_id, Kind.MEMBER)
        if key is None:
            return None
        place = await info.context.load(places, (self.board_id, self.starts_at, key))
        return LeaderboardEntry.of(place.entry) if place else None


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


@strawberry.type(description="Members ranked by a metric within a season.")
class Leaderboard(Node):
    board: strawberry.Private[Board]
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    unit: str = strawberry.field(description="What the scores are, for example 元 or orders.")
    period: Period = strawberry.field(description="How long a season lasts.")

    @classmethod
    def of(cls, board: Board) -> Leaderboard:
        return cls(
            id=strawberry.ID(encode_id(Kind.LEADERBOARD, board.id)),
            board=board,
            key=board.key,
            name=board.name,
            unit=board.unit,
            period=board.period,
        )

    @field(
        description="The running season; after the end the last one, before the start the first."
    )
    async def season(self, info: Info) -> LeaderboardSeason:
        context, season = info.context, await self._season(info)
        zone, now = await zone_of(context), await context.now()
        return LeaderboardSeason.of(context, self.board, season, zone=zone, now=now)

    @field(description="Seasons before the present one in which anybody scored, newest first.")
    async def past_seasons(
        self, info: Info, first: First = _TOP, after: After = None
    ) -> LeaderboardSeasonConnection:
        context, window = info.context, _NEWEST_FIRST.window(first, after, default=_TOP)
        present = (await self._season(info)).starts_at
        before = min(present, window.after[0]) if window.after else present
        sql = context.services.platform.database
        rows = await store.seasons_before(sql, self.board.id, before, limit=window.limit)
        page = window.page(rows, key=lambda row: (row.starts_at,))
        zone, now = await zone_of(context), await context.now()
        return LeaderboardSeasonConnection.of(
            page.map(lambda row: LeaderboardSeason.of(context, self.board, row, zone=zone, now=now))
        )

    @field(description="How many members are ranked.")
    async def size(self, info: Info) -> int:
        start = (await self._season(info)).starts_at
        return await reading.size(info.context.services.platform, self.board.id, start)

    @field(
        description="Ranks are 1, 2, 3 …: higher score first, among equals whoever reached it "
        "earlier. At most 100 at a time, from rank `offset` + 1 on."
    )
    async def top(
        self, info: Info, first: First = _TOP, offset: _Offset = 0
    ) -> list[LeaderboardEntry] | None:
        start = (await self._season(info)).starts_at
        return await _top(info.context, self.board.id, start, first, offset)

    @field(description="The viewer's entry; null when anonymous or unranked.", reads_viewer=True)
    async def me(self, info: Info) -> LeaderboardEntry | None:
        place = await self._place_of_viewer(info)
        return LeaderboardEntry.of(place.entry) if place else None

    @field(
        description="What the viewer lacks to the next rank; null at the top, when anonymous or "
        "unranked.",
        reads_viewer=True,
    )
    async def viewer_gap(self, info: Info) -> Long | None:
        place = await self._place_of_viewer(info)
        return place.gap if place else None

    @neighbours("radius", default=_RADIUS, most=reading.WIDEST)
    @field(
        description="A member, or the viewer, between up to `radius` (at most 25) neighbours on "
        "each side; empty when not ranked, null for nobody.",
        reads_viewer=True,
    )
    async def around(
        self,
        info: Info,
        member_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose surroundings; null for the viewer's own."),
        ] = None,
        radius: Annotated[
            int | None,
            strawberry.argument(description="How many neighbours on each side: 0 to 25."),
        ] = _RADIUS,
    ) -> list[LeaderboardEntry] | None:
        viewer = info.context.viewer
        asked = decode_key(member_id, Kind.MEMBER) if member_id is not None else None
        key = asked if member_id is not None or viewer is None else viewer.member_id
        if key is None:
            return None
        start = (await self._season(info)).starts_at
        platform, wide = info.context.services.platform, _RADIUS if radius is None else radius
        near = await reading.around(platform, self.board.id, start, key, radius=wide)
        return [LeaderboardEntry.of(entry) for entry in near]

    async def _season(self, info: Info) -> Season:
        return await info.context.load(seasons_shown, self.board)

    async def _place_of_viewer(self, info: Info) -> Place | None:
        viewer = info.context.viewer
        if viewer is None:
            return None
        start = (await self._season(info)).starts_at
        return await info.context.load(places, (self.board.id, start, viewer.member_id))


@strawberry.type(description="A board as it stands now.")
class LeaderboardChange:
    """Shared by all its subscribers, so it must not keep what one of them was told."""

    season_starts_at: strawberry.Private[datetime]
    leaderboard: Leaderboard = strawberry.field(description="The board.")
    top: list[LeaderboardEntry] = strawberry.field(description="The first of its ranking.")
    changed_at: datetime = strawberry.field(description="When it stood like this.")

    @field(description="The viewer's entry; null when anonymous or unranked.", reads_viewer=True)
    async def me(self, info: Info) -> LeaderboardEntry | None:
        viewer = info.context.viewer
        if viewer is None:
            return None
        shown = next((one for one in self.top if one.member_id == viewer.member_id), None)
        if shown is not None:  # the same as above, whatever has happened since
            return shown
        key = (self.leaderboard.board.id, self.season_starts_at, viewer.member_id)
        place = await info.context.load(places, key)
        return LeaderboardEntry.of(place.entry) if place else None


@strawberry.type(description="The board as it is now.")
class LeaderboardPayload(Payload):
    leaderboard: Leaderboard | None = strawberry.field(description="Null when refused.")


async def _top(
    context: Context, board_id: UUID, start: datetime, first: int | None, offset: int | None
) -> list[LeaderboardEntry]:
    found = await reading.top(
        context.services.platform,
        board_id,
        start,
        first=_TOP if first is None else first,
        offset=offset or 0,
    )
    return [LeaderboardEntry.of(entry) for entry in found]


async def leaderboard_nodes(_: Context, ids: list[GlobalId]) -> Sequence[Leaderboard | None]:
    """For everyone."""
    found = await store.boards_by_ids([one.key for one in ids if one.number is None])
    boards = [found.get(one.key) for one in ids]
    return [Leaderboard.of(board) if board else None for board in boards]


async def season_nodes(context: Context, ids: list[GlobalId]) -> list[LeaderboardSeason | None]:
    """For everyone: the seasons on record, and the present ones."""
    boards = await store.boards_by_ids([one.key for one in ids])
    return [await _season_node(context, boards.get(one.key), one.number) for one in ids]


async def _season_node(
    context: Context, board: Board | None, number: int | None
) -> LeaderboardSeason | None:
    if board is None or number is None:
        return None
    try:
        start = BEGINNING + number * _MICROSECOND
    except OverflowError:
        return None
    found = await store.seasons(context.services.platform.database, [(board.id, start)])
    season = found.get((board.id, start))
    if season is None:
        season = await context.load(seasons_shown, board)
    if season.starts_at != start:
        return None
    zone, now = await zone_of(context), await context.now()
    return LeaderboardSeason.of(context, board, season, zone=zone, now=now)
