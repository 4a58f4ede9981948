"""Counts boards back over the log: new ones, and all by days when days begin to begin elsewhere.

As with metrics by day (`metrics.filling`), a member is counted anew under the member's lock, so
that nothing can be applied beside it, and whoever does it again finds the same. Until the job has
gone through all members the board shows whom it has counted; none of its seasons closes before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import UNRANKED, Board, Period, counting_season
from domain.calendar import BEGINNING
from domain.expressions import Binder
from domain.happening import MemberState
from domain.programme import Programme
from domain.recounting import Recount
from gamification.leaderboards import leagues, mirror, scoring, service, store
from gamification.leaderboards.mirror import Keys
from gamification.leaderboards.store import StandingState, state_of
from gamification.ledger import states as states_store
from gamification.metrics import filling
from gamification.metrics import store as metrics_store
from gamification.metrics.filling import Current
from infra.database import Sql, Transaction
from infra.platform import Platform

_MEMBERS: Final = 50
_ACTIVITIES: Final = 500
BY_DAYS: Final = frozenset({Period.DAY, Period.WEEK, Period.MONTH})


async def fill_next(platform: Platform, current: Current, bind: Binder) -> int:
    """Counts the next members of a board that is not complete; 0 when all boards are."""
    completed: list[Board] = []

    async def work(tx: Transaction) -> int:
        completed.clear()
        row = await tx.fetchrow(
            "SELECT id, metric_id, filled_to FROM leaderboard WHERE NOT complete"
            " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        if row is None:
            return 0
        definition = (await metrics_store.metrics(tx, [row["metric_id"]]))[row["metric_id"]]
        members = await metrics_store.members_after(
            tx, row["filled_to"], definition.triggers, limit=_MEMBERS, activities=_ACTIVITIES
        )
        states = await states_store.lock(tx, members) if members else {}
        now, programme = await platform.clock.now(tx), await current(tx)
        board = next(one for one in programme.boards if one.id == row["id"])
        if not members:
            await _complete(tx, board)
            completed.append(board)
            return 1
        written = await count(tx, programme, bind, board, states, now=now)
        await service.announce(tx, platform, written)
        await tx.execute(
            "UPDATE leaderboard SET filled_to = $2 WHERE id = $1", board.id, members[-1]
        )
        return len(members)

    done = await platform.database.in_transaction(work)
    for board in completed:
        await _show(platform, board, (await current(platform.database)).settings.zone)
    return done


async def count(
    tx: Sql,
    programme: Programme,
    bind: Binder,
    board: Board,
    states: Mapping[UUID, MemberState],
    *,
    now: datetime,
) -> list[StandingState]:
    """Counts locked members anew; their standings, and those that are gone as unranked ones."""
    metric = programme.metric(board.metric_id)
    if metric is None:  # its condition no longer compiles
        return []
    found = await filling.recounted(tx, programme, bind, list(states.values()), metric)
    await filling.note(tx, found)
    return await _replace(tx, programme, board, found, now=now)


async def _replace(
    tx: Sql, programme: Programme, board: Board, found: Mapping[UUID, Recount], *, now: datetime
) -> list[StandingState]:
    """Writes the standings of locked members in place of those that there were."""
    gone = await _delete(tx, board, list(found))
    counts = [count for one in found.values() for count in one.counts]
    zone = programme.settings.zone
    states = await scoring.add(tx, [board], counts, zone=zone, now=now)
    await leagues.enqueue(tx, [board], states)
    there = {(one.member_id, one.season_starts_at) for one in states}
    gone = [one for one in gone if (one.member_id, one.season_starts_at) not in there]
    return [*states, *gone]


_DELETE: Final = """
WITH open AS (
  SELECT starts_at FROM leaderboard_season
  WHERE leaderboard_id = $1 AND frozen_at IS NULL AND starts_at >= $5
    AND ($3::timestamptz IS NULL OR starts_at = $3)
  FOR KEY SHARE
), cells AS (
  DELETE FROM standing_cell WHERE member_id = ANY($2) AND board_id = $1
    AND season_starts_at IN (SELECT starts_at FROM open)
)
DELETE FROM standing WHERE member_id = ANY($2) AND board_id = $1
  AND season_starts_at IN (SELECT starts_at FROM open)
RETURNING board_id, season_starts_at, member_id, $4::bigint AS score, reached_at,
  nextval('standing_version') AS version
"""


async def _delete(tx: Sql, board: Board, member_ids: Sequence[UUID]) -> list[StandingState]:
    """Takes standings away, as unranked ones; of a board with its own dates the newest season's."""
    only = None if board.period in BY_DAYS else board.starts_at or BEGINNING
    since = board.cut_at or BEGINNING
    rows = await tx.fetch(_DELETE, board.id, member_ids, only, UNRANKED, since)
    return [state_of(row) for row in rows]


async def _complete(tx: Sql, board: Board) -> None:
    """Seasons that nobody has scored in are none: they were of days that began elsewhere."""
    await tx.execute("UPDATE leaderboard SET complete = true WHERE id = $1", board.id)
    await tx.execute(
        "DELETE FROM leaderboard_season s WHERE leaderboard_id = $1 AND frozen_at IS NULL"
        " AND NOT EXISTS (SELECT FROM standing x"
        "   WHERE x.board_id = s.leaderboard_id AND x.season_starts_at = s.starts_at)",
        board.id,
    )


async def _show(platform: Platform, board: Board, zone: ZoneInfo) -> None:
    """Lets the copy be made anew, and readers know."""
    now = await platform.clock.now()
    season = await service.season_shown(platform, board, now, zone)
    await mirror.distrust(platform.redis, Keys(board.id, season.starts_at))
    await service.publish(platform, board.id, season.starts_at)


async def begin_days_elsewhere(tx: Sql, zone: ZoneInfo) -> None:
    """Lets boards by day, week and month be counted anew, by days of another time zone.

    Closed seasons stay. No season reaches across the end of the last of them.
    """
    await tx.execute(
        "UPDATE leaderboard b SET complete = false, filled_to = NULL,"
        " cut_at = (SELECT max(ends_at) FROM leaderboard_season s"
        "   WHERE s.leaderboard_id = b.id AND s.frozen_at IS NOT NULL)"
        " WHERE period = ANY($1)",
        [period.value for period in BY_DAYS],
    )
    boards = {board.id: board for board in await store.boards() if board.period in BY_DAYS}
    rows = await tx.fetch(
        "SELECT leaderboard_id, starts_at FROM leaderboard_season"
        " WHERE leaderboard_id = ANY($1) AND frozen_at IS NULL",
        list(boards),
    )
    for row in rows:
        season = counting_season(boards[row["leaderboard_id"]], row["starts_at"], zone)
        if season is not None and season.starts_at == row["starts_at"]:
            await store.change_end(tx, row["leaderboard_id"], season)
