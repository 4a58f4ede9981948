"""What counts for a season: counts go into the standings of every board of their metric.

Nothing counts for a season that is frozen. Stores never commit; the caller owns the transaction
and holds the locks of the members.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import Board, Season, counting_season
from domain.metrics import Count
from gamification.leaderboards import spread
from gamification.leaderboards.store import SeasonKey, StandingKey, StandingState, state_of
from infra.database import Sql, columns

Sums = dict[StandingKey, tuple[Decimal, datetime]]
"""What is added to each standing, and the latest activity of that."""

Windows = dict[SeasonKey, datetime | None]
"""The ends of the seasons that are scored in."""

# Rows are written in key order by everyone, so that no two batches wait for each other in a ring.
# `nextval` stands in the update itself: it is drawn under the row's lock, while a value brought
# along would have been drawn before waiting for it and could be older than the row's.
#
# The share of a season's row keeps it from being frozen until this transaction is over; one that
# is frozen already counts nothing and is told back without a member. So is one that another
# transaction put on record while this statement waited for it: the next statement sees it.
_ADD: Final = """
WITH wanted AS (
  SELECT * FROM unnest($6::uuid[], $7::timestamptz[], $8::timestamptz[])
    w (leaderboard_id, starts_at, ends_at)
), registered AS (
  INSERT INTO leaderboard_season (leaderboard_id, starts_at, ends_at, registered_at)
  SELECT leaderboard_id, starts_at, ends_at, $9 FROM wanted
  ON CONFLICT DO NOTHING RETURNING leaderboard_id, starts_at
), known AS (
  SELECT s.leaderboard_id, s.starts_at
  FROM leaderboard_season s JOIN wanted USING (leaderboard_id, starts_at)
  WHERE s.frozen_at IS NULL FOR KEY SHARE OF s
), counting AS (
  SELECT * FROM registered UNION SELECT * FROM known
), added AS (
  INSERT INTO standing AS s
    (member_id, board_id, season_starts_at, value, reached_at, version, hidden)
  SELECT n.*, nextval('standing_version'),
    EXISTS (SELECT FROM leaderboard_opt_out o WHERE o.member_id = n.member_id)
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::numeric[], $5::timestamptz[])
    n (member_id, board_id, season_starts_at, value, reached_at)
  JOIN counting c ON c.leaderboard_id = n.board_id AND c.starts_at = n.season_starts_at
  ORDER BY n.member_id, n.board_id, n.season_starts_at
  ON CONFLICT (member_id, board_id, season_starts_at) DO UPDATE SET
    value = CASE WHEN $10 THEN excluded.value ELSE s.value + excluded.value END,
    reached_at = greatest(s.reached_at, excluded.reached_at),
    version = nextval('standing_version')
  RETURNING s.board_id, s.season_starts_at, s.member_id, s.score, s.reached_at, s.version
)
SELECT * FROM added UNION ALL
SELECT leaderboard_id, starts_at, NULL, NULL, NULL, NULL FROM wanted
WHERE NOT EXISTS (SELECT FROM counting c WHERE (c.leaderboard_id, c.starts_at)
  = (wanted.leaderboard_id, wanted.starts_at))
"""


async def add(
    tx: Sql, boards: Sequence[Board], counts: Sequence[Count], *, zone: ZoneInfo, now: datetime
) -> list[StandingState]:
    """Adds counts to every board of their metric and tells how the standings are now.

    A count outside a board's dates or for a frozen season adds nothing to it, and a count of zero
    nothing to any. A season is put on record, as of `now`, when first scored in.
    """
    summing = [board for board in boards if board.measure not in spread.MEASURES]
    states = await _add_sums(tx, *gather(summing, counts, zone), now)
    others = [board for board in boards if board.measure in spread.MEASURES]
    return states + await _add_cells(tx, others, counts, zone=zone, now=now) if others else states


async def _add_sums(tx: Sql, sums: Sums, windows: Windows, now: datetime) -> list[StandingState]:
    states, missing = await _write(tx, sums, windows, now)
    if missing:
        sums = {key: found for key, found in sums.items() if (key[1], key[2]) in missing}
        states += (await _write(tx, sums, {key: windows[key] for key in missing}, now))[0]
    return states


async def put(tx: Sql, sums: Sums, windows: Windows, now: datetime) -> list[StandingState]:
    """Writes values in place of those that there were, but for seasons that are frozen."""
    if not sums:
        return []
    held = await _hold(tx, windows, now)
    sums = {key: found for key, found in sums.items() if (key[1], key[2]) in held}
    scored = {key: end for key, end in windows.items() if key in held}
    return (await _write(tx, sums, scored, now, absolute=True))[0]


async def _add_cells(
    tx: Sql, boards: Sequence[Board], counts: Sequence[Count], *, zone: ZoneInfo, now: datetime
) -> list[StandingState]:
    """Nothing is added to the cells of a season that is frozen."""
    cells, reached, windows = spread.gather(boards, counts, zone)
    if not cells:
        return []
    held = await _hold(tx, windows, now)
    cells = {key: added for key, added in cells.items() if (key[1], key[2]) in held}
    measures = {board.id: board.measure for board in boards}
    values = await spread.add(tx, cells, measures)
    sums = {key: (value, reached[key]) for key, value in values.items()}
    scored = {key: end for key, end in windows.items() if key in held}
    return (await _write(tx, sums, scored, now, absolute=True))[0]


async def _hold(tx: Sql, windows: Windows, now: datetime) -> set[SeasonKey]:
    """Puts seasons on record, and holds a share of those that are not frozen."""
    scored = sorted((board, start, end) for (board, start), end in windows.items())
    await tx.execute(
        "INSERT INTO leaderboard_season (leaderboard_id, starts_at, ends_at, registered_at)"
        " SELECT n.*, $4 FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) n"
        " ON CONFLICT DO NOTHING",
        *columns(scored, 3),
        now,
    )
    rows = await tx.fetch(
        "SELECT leaderboard_id, starts_at FROM leaderboard_season s"
        " JOIN unnest($1::uuid[], $2::timestamptz[]) k (leaderboard_id, starts_at)"
        " USING (leaderboard_id, starts_at) WHERE s.frozen_at IS NULL FOR KEY SHARE OF s",
        *columns(windows, 2),
    )
    return {(row["leaderboard_id"], row["starts_at"]) for row in rows}


async def _write(
    tx: Sql, sums: Sums, windows: Windows, now: datetime, *, absolute: bool = False
) -> tuple[list[StandingState], list[SeasonKey]]:
    """The standings, and the seasons for which nothing counted.

    `absolute` values take the place of what there was.
    """
    if not sums:
        return [], []
    rows = [(*key, value, reached_at) for key, (value, reached_at) in sorted(sums.items())]
    scored = sorted((board, start, end) for (board, start), end in windows.items())
    found = await tx.fetch(_ADD, *columns(rows, 5), *columns(scored, 3), now, absolute)
    states = [state_of(row) for row in found if row["member_id"] is not None]
    missing = [
        (row["board_id"], row["season_starts_at"]) for row in found if row["member_id"] is None
    ]
    return states, missing


def gather(
    boards: Sequence[Board], counts: Sequence[Count], zone: ZoneInfo
) -> tuple[Sums, Windows]:
    """What counts add to which standings, and the seasons these belong to."""
    counting: dict[UUID, list[Board]] = {}
    for board in boards:
        counting.setdefault(board.metric_id, []).append(board)
    sums: Sums = {}
    windows: Windows = {}
    latest: dict[UUID, Season | None] = {}  # most counts fall into the season of the one before
    for count in counts:
        if not count.amount:
            continue
        for board in counting.get(count.metric_id, ()):
            season = latest.get(board.id)
            if season is None or not season.covers(count.counted_at):
                season = latest[board.id] = counting_season(board, count.counted_at, zone)
            if season is None:
                continue
            key = (count.member_id, board.id, season.starts_at)
            value, reached_at = sums.get(key, (Decimal(0), count.occurred_at))
            sums[key] = (value + count.amount, max(reached_at, count.occurred_at))
            windows[board.id, season.starts_at] = season.ends_at
    return sums, windows
