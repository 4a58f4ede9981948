"""A board, its seasons, and who stands where in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Info
from api.execution.cost.sizes import expected, neighbours
from api.leaderboards.enums import Period
from api.leaderboards.leagues import League, LeagueCohort, cohort_of
from api.leaderboards.loading import followed, own_places, seasons_shown, subjects, zone_of
from api.leaderboards.prizes import LeaderboardPrize
from api.leaderboards.seasons import (
    TOP,
    LeaderboardEntry,
    LeaderboardSeason,
    LeaderboardSeasonConnection,
    Offset,
    connections,
    entries_of,
    tops,
)
from api.payloads import Payload
from api.relay import After, First, Node
from api.scalars import Long
from domain.boards import Board, Entry, Season
from domain.members import Role
from gamification.leaderboards import cohorts, reading, store
from gamification.leaderboards.reading import Place
from gamification.leaderboards.store import SeasonKey
from gamification.unpaid import store as unpaid
from infra.ids import Kind, decode_key, encode_id
from infra.paging import keyset

_NEWEST_FIRST: Final = keyset(datetime)
_RADIUS: Final = 3
_FOLLOWED: Final = 50


@strawberry.type(description="Members, or teams, ranked by a metric within a season.")
class Leaderboard(Node):
    board: strawberry.Private[Board]
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    unit: str = strawberry.field(description="What the scores are, for example 元 or orders.")
    period: Period = strawberry.field(description="How long a season lasts.")
    grace_hours: int = strawberry.field(
        description="Hours after the end of a season in which activities that occurred in it "
        "still count; then it closes."
    )
    prizes: list[LeaderboardPrize] = strawberry.field(
        description="What the first ranks of a season get when it closes, in the order of ranks.",
        metadata=expected(5).metadata,
    )
    league: League | None = strawberry.field(
        description="Its divisions and cohorts; null for a board without."
    )
    of_teams: bool = strawberry.field(
        description="Whether it ranks the teams of a challenge: by what all who are or were in a "
        "team did for one of its goals. The viewer's entry is that of their team then."
    )

    @classmethod
    def of(cls, board: Board) -> Leaderboard:
        return cls(
            id=strawberry.ID(encode_id(Kind.LEADERBOARD, board.id)),
            board=board,
            key=board.key,
            name=board.name,
            unit=board.unit,
            period=board.period,
            grace_hours=board.grace_hours,
            prizes=[LeaderboardPrize.of(one) for one in board.prizes],
            league=None if board.league is None else League.of(board.league),
            of_teams=board.teams_of is not None,
        )

    @batch_field(
        description="The running season; after the end the last one, before the start the first."
    )
    @staticmethod
    async def season(boards: Sequence[Leaderboard], info: Info) -> list[LeaderboardSeason]:
        context, shown = info.context, await _seasons(info, boards)
        zone, now = await zone_of(context), await context.now()
        return [
            LeaderboardSeason.of(context, one.board, season, zone=zone, now=now)
            for one, season in zip(boards, shown, strict=True)
        ]

    @batch_field(
        description="Seasons before the present one in which anybody scored, newest first."
    )
    @staticmethod
    async def past_seasons(
        boards: Sequence[Leaderboard], info: Info, first: First = TOP, after: After = None
    ) -> list[LeaderboardSeasonConnection]:
        window = _NEWEST_FIRST.window(first, after, default=TOP)
        wanted = [
            (board_id, min(present, window.after[0]) if window.after else present)
            for board_id, present in await _season_keys(info, boards)
        ]
        sql = info.context.services.platform.database
        found = await store.seasons_before(sql, wanted, limit=window.limit)
        pages = [window.page(rows, key=lambda row: (row.starts_at,)) for rows in found]
        return await connections(info.context, [one.board for one in boards], pages)

    @batch_field(
        description="How often points of a prize found no room in the account of who got them, "
        "and were not paid; for admins, null for others.",
        reads_viewer=True,
    )
    @staticmethod
    async def unpaid_count(boards: Sequence[Leaderboard], info: Info) -> list[int | None]:
        if not info.context.has(Role.ADMIN):
            return [None for _ in boards]
        keys = [one.key for one in boards]
        counts = await unpaid.counts(info.context.services.platform.database, "season.", keys)
        return [counts.get(key, 0) for key in keys]

    @batch_field(description="How many members are ranked.")
    @staticmethod
    async def size(boards: Sequence[Leaderboard], info: Info) -> list[int]:
        keys = await _season_keys(info, boards)
        return await reading.sizes(info.context.services.platform, keys)

    @batch_field(
        description="Ranks are 1, 2, 3 …: higher score first, among equals whoever reached it "
        "earlier. At most 100 at a time, from rank `offset` + 1 on."
    )
    @staticmethod
    async def top(
        boards: Sequence[Leaderboard], info: Info, first: First = TOP, offset: Offset = 0
    ) -> list[list[LeaderboardEntry] | None]:
        keys = await _season_keys(info, boards)
        return [*await tops(info.context, keys, _of_teams(boards), first, offset)]

    @batch_field(
        description="The viewer's entry, which whoever is not shown on boards sees alone; null "
        "when anonymous or unranked.",
        reads_viewer=True,
    )
    @staticmethod
    async def me(boards: Sequence[Leaderboard], info: Info) -> list[LeaderboardEntry | None]:
        places = await _places_of_viewer(info, boards)
        return entries_of(places, await _season_keys(info, boards), _of_teams(boards))

    @batch_field(
        description="What the viewer lacks to the next rank; null at the top, when anonymous or "
        "unranked.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_gap(boards: Sequence[Leaderboard], info: Info) -> list[Long | None]:
        return [place.gap if place else None for place in await _places_of_viewer(info, boards)]

    @batch_field(
        description="The viewer's cohort in this season's league: a moment after they first "
        "score in it. Null before, when anonymous or unranked, and for a board without a league.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_cohort(boards: Sequence[Leaderboard], info: Info) -> list[LeagueCohort | None]:
        viewer = info.context.viewer
        playing = [one for one in boards if one.board.league is not None]
        if viewer is None or not playing:
            return [None for _ in boards]
        wanted = [(viewer.member_id, *key) for key in await _season_keys(info, playing)]
        found = await cohorts.cohorts(info.context.services.platform.database, wanted)
        shown = {one.board.id: cohort for one, cohort in zip(playing, found, strict=True)}
        return [cohort_of(one.board, shown.get(one.board.id)) for one in boards]

    @batch_field(
        description="Those whom the viewer follows, and the viewer, in the order of the board and "
        "with their ranks among all, at most 100; null when anonymous.",
        reads_viewer=True,
    )
    @staticmethod
    async def following(
        boards: Sequence[Leaderboard], info: Info, first: First = _FOLLOWED
    ) -> list[list[LeaderboardEntry] | None]:
        viewer = info.context.viewer
        if viewer is None:
            return [None for _ in boards]
        seasons = await _season_keys(info, boards)
        own = await _places_of_viewer(info, boards)
        members = await info.context.load(followed, viewer.member_id)
        wide = _FOLLOWED if first is None else first
        shown = [
            await _with_own(info, season, members, place, wide)
            for season, place in zip(seasons, own, strict=True)
        ]
        return [
            [LeaderboardEntry.of(entry, season, of_team=of_team) for entry in entries]
            for season, of_team, entries in zip(seasons, _of_teams(boards), shown, strict=True)
        ]

    @neighbours("radius", default=_RADIUS, most=reading.WIDEST)
    @batch_field(
        description="A member, or the viewer, between up to `radius` (at most 25) neighbours on "
        "each side; empty when not ranked, null for nobody.",
        reads_viewer=True,
    )
    @staticmethod
    async def around(
        boards: Sequence[Leaderboard],
        info: Info,
        member_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose surroundings; null for the viewer's own."),
        ] = None,
        radius: Annotated[
            int | None,
            strawberry.argument(description="How many neighbours on each side: 0 to 25."),
        ] = _RADIUS,
    ) -> list[list[LeaderboardEntry] | None]:
        viewer = info.context.viewer
        asked = decode_key(member_id, Kind.MEMBER) if member_id is not None else None
        key = asked if member_id is not None or viewer is None else viewer.member_id
        if key is None:
            return [None for _ in boards]
        seasons = await _season_keys(info, boards)
        whose = await subjects(info.context, key, [one.board.teams_of for one in boards])
        wanted = [(one, *season) for one, season in zip(whose, seasons, strict=True)]
        platform, wide = info.context.services.platform, _RADIUS if radius is None else radius
        near = await reading.arounds(platform, wanted, radius=wide)
        return [
            [LeaderboardEntry.of(entry, season, of_team=of_team) for entry in entries]
            for season, of_team, entries in zip(seasons, _of_teams(boards), near, strict=True)
        ]


@strawberry.type(description="The board as it is now.")
class LeaderboardPayload(Payload):
    leaderboard: Leaderboard | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="Whether the member is shown on boards now.")
class LeaderboardVisibilityPayload(Payload):
    shown: bool = strawberry.field(description="False for nobody but themselves.")


async def _seasons(info: Info, boards: Sequence[Leaderboard]) -> list[Season]:
    """The season of each that is shown."""
    return await info.context.load_many(seasons_shown, [one.board for one in boards])


async def _season_keys(info: Info, boards: Sequence[Leaderboard]) -> list[SeasonKey]:
    shown = await _seasons(info, boards)
    return [(one.board.id, season.starts_at) for one, season in zip(boards, shown, strict=True)]


async def _places_of_viewer(info: Info, boards: Sequence[Leaderboard]) -> list[Place | None]:
    viewer = info.context.viewer
    if viewer is None:
        return [None for _ in boards]
    keys = await _season_keys(info, boards)
    teams_of = [one.board.teams_of for one in boards]
    whose = await subjects(info.context, viewer.member_id, teams_of)
    wanted = [(one, *key) for one, key in zip(whose, keys, strict=True)]
    return await info.context.load_many(own_places, wanted)


def _of_teams(boards: Sequence[Leaderboard]) -> list[bool]:
    """Whether teams stand on each of the boards."""
    return [one.board.teams_of is not None for one in boards]


async def _with_own(
    info: Info, season: SeasonKey, members: Sequence[UUID], own: Place | None, first: int
) -> list[Entry]:
    platform = info.context.services.platform
    found = await reading.standings_of(platform, season, members, first=first)
    among = sorted([*found, own.entry] if own else found, key=lambda entry: entry.rank)
    return among[:first]
