"""Points that found no room, a row an activity that promised them. Never commits.

An account holds up to `domain.ledger.MOST_POINTS`. Nothing pays these later by itself: staff see
them, and decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.happening import Unpaid
from infra.database import Sql, columns


async def add(tx: Sql, unpaid: Sequence[Unpaid], now: datetime) -> None:
    """Writes down what locked members were not paid."""
    rows = [(one.activity_id, one.member_id, one.key, one.points) for one in unpaid]
    await tx.execute(
        "INSERT INTO bundle_unpaid (activity_id, member_id, key, points, noted_at)"
        " SELECT n.*, $5 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) n",
        *columns(rows, 4),
        now,
    )


async def counts(sql: Sql, type_prefix: str, keys: Sequence[str]) -> dict[str, int]:
    """How many rewards were not paid, by the key of the challenge or board that promised them.

    `type_prefix` begins the types of its activities: "challenge." or "season.".
    """
    rows = await sql.fetch(
        "SELECT u.key, count(*) AS many FROM bundle_unpaid u"
        " JOIN activity a ON a.id = u.activity_id AND a.member_id = u.member_id"
        " WHERE u.key = ANY($2) AND starts_with(a.type, $1) GROUP BY 1",
        type_prefix,
        keys,
    )
    return {row["key"]: row["many"] for row in rows}
