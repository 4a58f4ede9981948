"""What counts of members, read in one statement for any number of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from community.moderation.reports.outcomes import COUNTED
from domain.moderation.deciding import AGAINST
from domain.moderation.standing import COUNTS_FOR, STANDS_AFTER, Record, Trust, trust
from infra.database import Sql

_ACTIONS: Final = ", ".join(f"'{one}'" for one in sorted(AGAINST))

# Member by member: a plan for lists of any length would read all decisions and reports. When
# something was decided is asked of what is the member's, or the index by time would be read too.
# A decision that answers an appeal is no second one against the author; one that overturns lets a
# piece pass like every other.
_RECORDS: Final = f"""
SELECT m.id, m.joined_at, d.approved, d.against, p.stood, t.strikes, r.upheld, r.dismissed
FROM unnest($1::uuid[]) n (id) JOIN member m ON m.id = n.id
CROSS JOIN LATERAL (
  SELECT count(DISTINCT d.subject_id) FILTER (WHERE d.became = 'PUBLISHED' AND c.lately
      AND d.action IN ('APPROVE', 'FEATURE', 'RESTORE')) AS approved,
    count(*) FILTER (WHERE c.lately AND d.action IN ({_ACTIONS}) AND d.overrules_id IS NULL)
      AS against
  FROM decision d CROSS JOIN LATERAL (SELECT d.decided_at > $2 AND d.decided_at <= $4 AS lately) c
  WHERE d.author_id = m.id AND d.reversed_at IS NULL
) d
CROSS JOIN LATERAL (
  SELECT count(*) AS stood FROM post p WHERE p.author_id = m.id AND p.state = 'PUBLISHED'
    AND p.published_at > $2 AND p.published_at <= $3
) p
CROSS JOIN LATERAL (
  SELECT count(*) AS strikes FROM strike t WHERE t.member_id = m.id AND t.lifted_at IS NULL
    AND t.ends_at > $4
) t
CROSS JOIN LATERAL ({COUNTED}) r
"""  # noqa: S608 - own text


async def records_of(sql: Sql, member_ids: Iterable[UUID], now: datetime) -> dict[UUID, Record]:
    """What counts of each member now; whom nobody knows is left out."""
    rows = await sql.fetch(_RECORDS, list(member_ids), now - COUNTS_FOR, now - STANDS_AFTER, now)
    return {
        row["id"]: Record(
            approved=row["approved"],
            stood=row["stood"],
            upheld=row["upheld"],
            dismissed=row["dismissed"],
            against=row["against"],
            strikes=row["strikes"],
            age=now - row["joined_at"],
        )
        for row in rows
    }


async def trust_of(sql: Sql, member_ids: Iterable[UUID], now: datetime) -> dict[UUID, Trust]:
    """How far each of the members is trusted now, by the programme's time; `NEW` whom nobody knows.

    One statement, whatever their number. See `domain.moderation.standing`.
    """
    wanted = list(member_ids)
    found = await records_of(sql, wanted, now)
    return {one: trust(found[one]) if one in found else Trust.NEW for one in wanted}
