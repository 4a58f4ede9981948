"""How referrals fare: of one member, and of the whole shop. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.values import value
from infra.database import Sql


@value
class Brought:
    """Whom a member brought: how many came, how many did what it takes, what it earned."""

    invited: int = 0
    converted: int = 0
    points: int = 0


@value
class Statistics:
    """The referrals that began in a span of time, and what became of them until now.

    `refusals` and `signals` count referrals, by their names.
    """

    registered: int
    qualified: int
    rewarded: int
    refused: int
    held: int
    points: int
    refusals: Mapping[str, int]
    signals: Mapping[str, int]


async def brought(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Brought]:
    """For each of the members, how their invitations fared."""
    rows = await sql.fetch(
        "SELECT referrer_id, count(*) AS invited,"
        "   count(*) FILTER (WHERE state IN ('QUALIFIED', 'REWARDED')) AS converted,"
        "   sum(referrer_points)::bigint AS points"
        " FROM referral WHERE referrer_id = ANY($1) GROUP BY referrer_id",
        member_ids,
    )
    found = {row["referrer_id"]: Brought(*tuple(row)[1:]) for row in rows}
    return {one: found.get(one, Brought()) for one in member_ids}


_TOTALS: Final = """
SELECT count(*) FILTER (WHERE state = 'REGISTERED') AS registered,
  count(*) FILTER (WHERE state = 'QUALIFIED') AS qualified,
  count(*) FILTER (WHERE state = 'REWARDED') AS rewarded,
  count(*) FILTER (WHERE state = 'REFUSED') AS refused,
  count(*) FILTER (WHERE held) AS held,
  coalesce(sum(referrer_points + referee_points), 0)::bigint AS points
FROM referral WHERE created_at >= $1
"""
_REFUSALS: Final = """
SELECT refusal AS name, count(*) AS n FROM referral
WHERE created_at >= $1 AND refusal IS NOT NULL GROUP BY 1 ORDER BY n DESC, name
"""
_SIGNALS: Final = """
SELECT s.key AS name, count(*) AS n FROM referral r JOIN referral_signal s ON s.referral_id = r.id
WHERE r.created_at >= $1 GROUP BY 1 ORDER BY n DESC, name
"""


async def since(sql: Sql, start: datetime) -> Statistics:
    """What became of the referrals that began since then."""
    totals = await sql.fetchrow(_TOTALS, start)
    assert totals is not None  # noqa: S101 - an aggregate has its row
    refusals = {row["name"]: row["n"] for row in await sql.fetch(_REFUSALS, start)}
    signals = {row["name"]: row["n"] for row in await sql.fetch(_SIGNALS, start)}
    return Statistics(**dict(totals), refusals=refusals, signals=signals)


async def held(sql: Sql) -> int:
    """How many wait for staff."""
    found: int = await sql.fetchval("SELECT count(*) FROM referral WHERE held")
    return found
