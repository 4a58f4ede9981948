"""How reports ended, as decisions in force say; and how often each reporter was right.

A report is settled by the first decision about its subject that was taken after it and not undone.
It was right where that decision is against the subject and was not overturned on appeal. Nothing
of this is stored: who is right changes with the decisions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.moderation.deciding import AGAINST
from domain.moderation.reports import Outcome
from infra.database import Sql

_ACTIONS: Final = ", ".join(f"'{one}'" for one in sorted(AGAINST))

SETTLED: Final = f"""
JOIN LATERAL (
  SELECT d.id AS decision_id, d.tell_at,
    CASE WHEN d.action IN ({_ACTIONS}) AND d.reversal IS NULL
      THEN '{Outcome.UPHELD}' ELSE '{Outcome.DISMISSED}' END AS outcome
  FROM decision d
  WHERE d.subject_id = r.subject_id AND (d.decided_at, d.id) > (r.created_at, r.id)
    AND d.overrules_id IS NULL AND d.reversal IS DISTINCT FROM 'UNDONE'
  ORDER BY d.decided_at, d.id LIMIT 1
) s ON true
"""  # noqa: S608 - own text
"""Joins to a report `r` the decision `s` that settles it; reports that wait fall out."""

COUNTED: Final = f"""
SELECT count(*) FILTER (WHERE s.outcome = '{Outcome.UPHELD}') AS upheld,
  count(*) FILTER (WHERE s.outcome = '{Outcome.DISMISSED}') AS dismissed
FROM report r {SETTLED}
WHERE r.reporter_id = m.id AND r.created_at > $2
"""  # noqa: S608 - own text
"""How many reports of a member `m`, made since `$2`, were upheld and dismissed."""

# Member by member: a plan for lists of any length would read all reports for each.
_COUNTS: Final = f"""
SELECT m.id, c.upheld, c.dismissed FROM unnest($1::uuid[]) m (id) CROSS JOIN LATERAL ({COUNTED}) c
"""  # noqa: S608 - own text


async def counts_of(
    sql: Sql, reporter_ids: Iterable[UUID], since: datetime
) -> dict[UUID, tuple[int, int]]:
    """How many reports of each were upheld, and how many dismissed."""
    rows = await sql.fetch(_COUNTS, list(reporter_ids), since)
    return {row["id"]: (row["upheld"], row["dismissed"]) for row in rows}
