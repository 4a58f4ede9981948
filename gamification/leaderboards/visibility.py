"""Members who do not want to be shown on boards: they have no rank, and nobody else sees them.

The others close up. What they do still counts, so that they are back where they belong when they
come back. Closed seasons stay as they were sealed; readers leave out whoever is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.boards import Entry
from gamification.leaderboards import service
from gamification.leaderboards.store import StandingKey, state_of
from gamification.ledger import states as states_store
from infra.database import Sql, Transaction, columns
from infra.platform import Platform


async def show(platform: Platform, member_id: UUID, *, shown: bool) -> None:
    """Shows the member on boards from now on, or not any more; again it changes nothing."""

    async def work(tx: Transaction) -> None:
        await states_store.lock(tx, [member_id])
        if shown:
            await tx.execute("DELETE FROM leaderboard_opt_out WHERE member_id = $1", member_id)
        else:
            await tx.execute(
                "INSERT INTO leaderboard_opt_out (member_id, since) VALUES ($1, $2)"
                " ON CONFLICT DO NOTHING",
                member_id,
                await platform.clock.now(tx),
            )
        rows = await tx.fetch(_SHOW, member_id, not shown)
        await service.announce(tx, platform, [state_of(row) for row in rows])

    await platform.database.in_transaction(work)


# As with scoring, a share of each season's row keeps it from being frozen meanwhile.
_SHOW: Final = """
WITH open AS (
  SELECT x.leaderboard_id, x.starts_at FROM leaderboard_season x
  WHERE x.frozen_at IS NULL AND EXISTS (SELECT FROM standing s
    WHERE s.member_id = $1 AND s.board_id = x.leaderboard_id
      AND s.season_starts_at = x.starts_at AND s.hidden <> $2)
  ORDER BY x.leaderboard_id, x.starts_at FOR KEY SHARE OF x
)
UPDATE standing s SET hidden = $2, version = nextval('standing_version')
FROM open o WHERE s.member_id = $1 AND s.board_id = o.leaderboard_id
  AND s.season_starts_at = o.starts_at
RETURNING s.board_id, s.season_starts_at, s.member_id, s.score, s.reached_at, s.version
"""


async def hidden(sql: Sql, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the members who are not shown."""
    rows = await sql.fetch(
        "SELECT member_id FROM leaderboard_opt_out WHERE member_id = ANY($1)", member_ids
    )
    return {row["member_id"] for row in rows}


_ALONE: Final = """
SELECT own.n, own.score, own.reached_at, above.score AS next, (
    SELECT count(*) FROM standing s
    WHERE s.board_id = own.board_id AND s.season_starts_at = own.season_starts_at
      AND (-s.score, s.reached_at, s.member_id) < (-own.score, own.reached_at, own.member_id)
  ) + 1 AS rank
FROM (
  SELECT k.n, s.member_id, s.board_id, s.season_starts_at, s.reached_at,
    least(floor(s.value), 9007199254740991)::bigint AS score
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
    WITH ORDINALITY k (member_id, board_id, season_starts_at, n)
  JOIN standing s USING (member_id, board_id, season_starts_at)
  WHERE s.hidden AND s.value > 0
) own
LEFT JOIN LATERAL (
  SELECT score FROM standing s
  WHERE s.board_id = own.board_id AND s.season_starts_at = own.season_starts_at
    AND (-s.score, s.reached_at, s.member_id) < (-own.score, own.reached_at, own.member_id)
  ORDER BY -s.score DESC, s.reached_at DESC, s.member_id DESC LIMIT 1
) above ON true
"""


async def alone(
    sql: Sql, wanted: Sequence[StandingKey]
) -> dict[StandingKey, tuple[Entry, int | None]]:
    """Where hidden members would stand, for themselves, and the score of whoever is above."""
    rows = await sql.fetch(_ALONE, *columns(wanted, 3)) if wanted else []
    found: dict[StandingKey, tuple[Entry, int | None]] = {}
    for row in rows:
        number: int = row["n"]
        key = wanted[number - 1]
        found[key] = Entry(row["rank"], key[0], row["score"], row["reached_at"]), row["next"]
    return found
