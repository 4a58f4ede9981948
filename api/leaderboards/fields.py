"""Queries, mutations and subscriptions about leaderboards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, TypeAlias

import strawberry

from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field, subscription
from api.execution.scope import Scope
from api.leaderboards.changes import LeaderboardChange
from api.leaderboards.inputs import LeaderboardInput, LeaderboardVisibilityInput
from api.leaderboards.loading import zone_of
from api.leaderboards.seasons import LeaderboardEntry
from api.leaderboards.types import (
    Leaderboard,
    LeaderboardPayload,
    LeaderboardVisibilityPayload,
)
from api.payloads import mutation
from api.relay import First
from domain.boards import Board
from domain.errors import NotFound
from domain.members import Role
from gamification.leaderboards import live, reading, service, store, visibility
from gamification.programme import store as programme_store

_Key: TypeAlias = Annotated[str, strawberry.argument(description="The designer's own name for it.")]


@strawberry.type
class LeaderboardQueries:
    @expected(20)
    @field(description="All boards, oldest first.")
    async def leaderboards(self) -> list[Leaderboard] | None:
        return [Leaderboard.of(board) for board in await store.boards()]

    @field(description="The board with this key; null when there is none.")
    async def leaderboard(self, key: _Key) -> Leaderboard | None:
        board = await store.board_by_key(key)
        return Leaderboard.of(board) if board else None


@strawberry.type
class LeaderboardMutations:
    @mutation(
        description="Admins: adds a board, or changes the one with this key. Once there are "
        "standings its metric and period stay; a SEASON board takes the next season's dates when "
        "the last one is over."
    )
    async def save_leaderboard(
        self,
        info: Info,
        input: LeaderboardInput,  # noqa: A002
    ) -> LeaderboardPayload:
        context, services = info.context, info.context.services
        context.require(Role.ADMIN)
        board = await service.save(
            services.platform,
            input.draft(),
            zone=await zone_of(context),
            names=services.programmes.expressions.names,
            changed=programme_store.bump,
        )
        return LeaderboardPayload(leaderboard=Leaderboard.of(board))

    @mutation(
        description="Shows the viewer on boards, or to nobody but themselves; doing it again "
        "changes nothing. Closed seasons keep their ranks; whoever is not shown is left out there."
    )
    async def set_leaderboard_visibility(
        self,
        info: Info,
        input: LeaderboardVisibilityInput,  # noqa: A002
    ) -> LeaderboardVisibilityPayload:
        context = info.context
        member_id = context.signed_in()
        await visibility.show(context.services.platform, member_id, shown=input.shown)
        return LeaderboardVisibilityPayload(shown=input.shown)


@strawberry.type
class LeaderboardSubscriptions:
    @subscription(
        description="A board as it stands, at once and then as it changes: at most one message a "
        "second, with the newest standing; for everyone.",
        scope=Scope.PUBLIC,
        state=True,
    )
    async def leaderboard_changed(
        self, info: Info, key: _Key, first: First = 10
    ) -> AsyncIterator[LeaderboardChange]:
        context = info.context
        board = await _board(key)
        async with aclosing(live.moments(context.services.platform, board.id)) as moments:
            async for _ in moments:
                yield await _standing(context, key, 10 if first is None else first)


async def _board(key: str) -> Board:
    board = await store.board_by_key(key)
    if board is None:
        raise NotFound("node.not_found", field=("key",))
    return board


async def _standing(context: Context, key: str, first: int) -> LeaderboardChange:
    """The board now: a subscription's own context would remember how it was at first."""
    platform = context.services.platform
    board, now = await _board(key), await platform.clock.now()
    season = await service.season_shown(platform, board, now, await zone_of(context))
    start = season.starts_at
    top = await reading.top(platform, board.id, start, first=first, offset=0)
    return LeaderboardChange(
        season_starts_at=start,
        leaderboard=Leaderboard.of(board),
        top=[
            LeaderboardEntry.of(entry, (board.id, start), of_team=board.teams_of is not None)
            for entry in top
        ],
        changed_at=now,
    )
