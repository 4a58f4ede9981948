"""Standings that are no sums: how many different values, or the longest run of days in a season.

Each has its cells, a value or a day each, to which counts are added; the score is made of all of
them and written as it is. So it does not matter in which order activities come or are taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards import Board, counting_season
from domain.calendar import day_of
from domain.metrics import Count, Measure
from domain.metrics.tallies import longest_run
from gamification.leaderboards.store import SeasonKey, StandingKey
from infra.database import Sql, columns

MEASURES: Final = frozenset({Measure.DISTINCT, Measure.STREAK})

Cells = dict[StandingKey, dict[str, Decimal]]
"""What is added to the cells of each standing."""


def value_of(measure: Measure, cells: Mapping[str, Decimal]) -> int:
    """What a standing's cells come to."""
    counting = [cell for cell, amount in cells.items() if amount > 0]
    if measure is Measure.DISTINCT:
        return len(counting)
    return longest_run(map(date.fromisoformat, counting))


def gather(
    boards: Sequence[Board], counts: Sequence[Count], zone: ZoneInfo
) -> tuple[Cells, dict[StandingKey, datetime], dict[SeasonKey, datetime | None]]:
    """What counts add to which cells, the latest activity of each standing, and the seasons."""
    by_metric: defaultdict[UUID, list[Board]] = defaultdict(list)
    for board in boards:
        by_metric[board.metric_id].append(board)
    cells: Cells = {}
    reached: dict[StandingKey, datetime] = {}
    windows: dict[SeasonKey, datetime | None] = {}
    for count in counts:
        for board in by_metric.get(count.metric_id, ()) if count.amount else ():
            season = counting_season(board, count.counted_at, zone)
            if season is None:
                continue
            key = (count.member_id, board.id, season.starts_at)
            cell = count.item or day_of(count.counted_at, zone).isoformat()
            added = cells.setdefault(key, {})
            added[cell] = added.get(cell, Decimal(0)) + count.amount
            reached[key] = max(reached.get(key, count.occurred_at), count.occurred_at)
            windows[board.id, season.starts_at] = season.ends_at
    return cells, reached, windows


_ADD: Final = """
INSERT INTO standing_cell AS c (member_id, board_id, season_starts_at, cell, amount)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::numeric[])
ON CONFLICT (member_id, board_id, season_starts_at, cell)
DO UPDATE SET amount = c.amount + excluded.amount
"""


async def add(
    tx: Sql, cells: Cells, measures: Mapping[UUID, Measure]
) -> dict[StandingKey, Decimal]:
    """Adds to cells of members whose locks the caller holds: what their standings come to."""
    rows = [
        (*key, cell, amount)
        for key, added in sorted(cells.items())
        for cell, amount in sorted(added.items())
    ]
    if not rows:
        return {}
    await tx.execute(_ADD, *columns(rows, 5))
    found: defaultdict[StandingKey, dict[str, Decimal]] = defaultdict(dict)
    for row in await tx.fetch(
        "SELECT member_id, board_id, season_starts_at, cell, amount FROM standing_cell"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::timestamptz[])"
        "   k (member_id, board_id, season_starts_at)"
        " USING (member_id, board_id, season_starts_at)",
        *columns(sorted(cells), 3),
    ):
        key = (row["member_id"], row["board_id"], row["season_starts_at"])
        found[key][row["cell"]] = row["amount"]
    return {key: Decimal(value_of(measures[key[1]], one)) for key, one in found.items()}
