"""Ranks as a day found them, so that entries can tell how they moved since.

Once a programme day the ranks of each running season are written down, from one snapshot that
holds up nobody. They are an ornament: where they are late or missing, nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import Board, Period, Season
from domain.calendar import day_of, start_of
from gamification.leaderboards import ranking, service, store
from gamification.leaderboards.store import SeasonKey, StandingKey
from infra.database import Sql, columns
from infra.ids import new_id
from infra.platform import Platform

_PAGE: Final = 5_000
_GIVEN_UP: Final = timedelta(minutes=10)
"""After that somebody else writes down what one has begun."""

_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


async def keep_ranks(platform: Platform, zone: ZoneInfo) -> int:
    """Writes down the ranks of the seasons that the day found running; how many they were."""
    now = await platform.clock.now()
    today, kept = day_of(now, zone), 0
    for board in await store.boards():
        season = await service.season_shown(platform, board, now, zone)
        if _found_running(board, season, start_of(today, zone), now):
            kept += await _keep(platform, (board.id, season.starts_at), today, now)
    return kept


def _found_running(board: Board, season: Season, morning: datetime, now: datetime) -> bool:
    return board.period is not Period.DAY and season.starts_at < morning and not season.final(now)


_BEGIN: Final = """
INSERT INTO standing_day AS d (board_id, season_starts_at, day, token, begun_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (board_id, season_starts_at, day) DO UPDATE SET begun_at = excluded.begun_at
WHERE NOT d.complete AND d.begun_at < $6
RETURNING token
"""


async def _keep(platform: Platform, key: SeasonKey, today: date, now: datetime) -> int:
    sql = platform.database
    token = await sql.fetchval(_BEGIN, *key, today, new_id(), now, now - _GIVEN_UP)
    if token is None:
        return 0
    await _forget(sql, token)  # what somebody left who did not come to the end
    async with sql.transaction() as snapshot:
        await snapshot.execute(_SNAPSHOT)
        rank = 0
        async for page in ranking.pages(snapshot, *key, size=_PAGE):
            ranked = [one.member_id for one in page if one.score >= 0]
            rows = [(token, one, place) for place, one in enumerate(ranked, rank + 1)]
            await sql.copy("standing_day_rank", ("token", "member_id", "rank"), rows)
            rank += len(rows)
    await sql.execute("UPDATE standing_day SET complete = true WHERE token = $1", token)
    await _forget_days(sql, key[0], today)
    return 1


async def _forget_days(sql: Sql, board_id: UUID, today: date) -> None:
    for row in await sql.fetch(
        "SELECT token FROM standing_day WHERE board_id = $1 AND day < $2", board_id, today
    ):
        await _forget(sql, row["token"])
        await sql.execute("DELETE FROM standing_day WHERE token = $1", row["token"])


async def _forget(sql: Sql, token: UUID) -> None:
    """In bounded batches: a long transaction would hold up the activity log."""
    while await sql.fetchval(
        "WITH gone AS (DELETE FROM standing_day_rank WHERE token = $1 AND member_id IN ("
        "   SELECT member_id FROM standing_day_rank WHERE token = $1 LIMIT $2) RETURNING 1)"
        " SELECT count(*) FROM gone",
        token,
        _PAGE,
    ):
        pass


async def ranks(sql: Sql, wanted: Sequence[StandingKey], today: date) -> list[int | None]:
    """The rank with which each member came into the day; None where it is not known."""
    rows = await sql.fetch(
        "SELECT k.n, r.rank FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])"
        "   WITH ORDINALITY k (member_id, board_id, season_starts_at, n)"
        " JOIN standing_day d USING (board_id, season_starts_at)"
        " JOIN standing_day_rank r ON r.token = d.token AND r.member_id = k.member_id"
        " WHERE d.day = $4 AND d.complete",
        *columns(wanted, 3),
        today,
    )
    found: dict[int, int] = {row["n"]: row["rank"] for row in rows}
    return [found.get(n) for n in range(1, len(wanted) + 1)]
