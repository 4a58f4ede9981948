"""Boards and seasons by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.execution.context import Context
from api.leaderboards.loading import seasons_shown, zone_of
from api.leaderboards.seasons import MICROSECOND, LeaderboardSeason
from api.leaderboards.types import Leaderboard
from domain.calendar import BEGINNING
from gamification.leaderboards import store
from infra.ids import GlobalId


async def leaderboard_nodes(_: Context, ids: list[GlobalId]) -> Sequence[Leaderboard | None]:
    """For everyone."""
    found = await store.boards_by_ids([one.key for one in ids if one.number is None])
    boards = [found.get(one.key) for one in ids]
    return [Leaderboard.of(board) if board else None for board in boards]


async def season_nodes(context: Context, ids: list[GlobalId]) -> list[LeaderboardSeason | None]:
    """For everyone: the seasons on record, and the present ones."""
    boards = await store.boards_by_ids([one.key for one in ids])
    present = await context.load_many(seasons_shown, boards.values())
    known = {
        (board.id, season.starts_at): season
        for board, season in zip(boards.values(), present, strict=True)
    }
    keys = [(one.key, _start(one.number)) for one in ids]
    wanted = [(board_id, start) for board_id, start in keys if start is not None]
    known |= await store.seasons(context.services.platform.database, wanted)
    zone, now = await zone_of(context), await context.now()
    return [
        LeaderboardSeason.of(context, boards[board_id], season, zone=zone, now=now)
        if start is not None and (season := known.get((board_id, start))) is not None
        else None
        for board_id, start in keys
    ]


def _start(number: int | None) -> datetime | None:
    """When the season of a number begins; None for what is none."""
    try:
        return None if number is None else BEGINNING + number * MICROSECOND
    except OverflowError:
        return None
