"""What of a text a decision is about: as its decider named it, else as signals had found it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.moderation.deciding import AGAINST, MOST_SPANS, Span
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch of a text, in code points, as it read when it was decided about."""

    start: int
    end: int
    said: str


async def name(tx: Sql, decision_id: UUID, spans: Sequence[Span]) -> None:
    """Writes down what a new decision names."""
    rows = [(place, one.start, one.end) for place, one in enumerate(spans)]
    await tx.execute(
        "INSERT INTO decision_span (decision_id, place, starts, ends)"
        " SELECT $1, n.* FROM unnest($2::smallint[], $3::integer[], $4::integer[]) n",
        decision_id,
        *columns(rows, 3),
    )


# A comment reads as it did while it has the revision that was decided about.
_READ: Final = """
SELECT DISTINCT d.id, s.starts, s.ends,
  substr(t.text, s.starts + 1, s.ends - s.starts) AS said
FROM decision d
CROSS JOIN LATERAL (
  SELECT n.starts, n.ends FROM decision_span n WHERE n.decision_id = d.id
  UNION ALL
  SELECT (e->>'start')::integer, (e->>'end')::integer
  FROM review_signal g CROSS JOIN jsonb_array_elements(g.evidence->'spans') e
  WHERE g.item_id = d.item_id AND d.action = ANY($2) AND e ? 'start'
    AND (g.evidence->>'revision')::integer = d.revision
    AND NOT EXISTS (SELECT FROM decision_span n WHERE n.decision_id = d.id)
) s
CROSS JOIN LATERAL (
  SELECT coalesce(
    (SELECT r.text FROM post_revision r
      WHERE r.post_id = d.subject_id AND r.revision = d.revision),
    (SELECT c.text FROM comment c WHERE c.id = d.subject_id AND c.revision = d.revision)) AS text
) t
WHERE d.id = ANY($1) AND s.ends <= char_length(t.text)
ORDER BY d.id, s.starts, s.ends
"""


async def of_decisions(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, list[Quoted]]:
    """What each decision is about, in the order of the text; those without any are left out."""
    found: dict[UUID, list[Quoted]] = {}
    for row in await sql.fetch(_READ, list(ids), sorted(AGAINST)):
        quoted = found.setdefault(row["id"], [])
        if len(quoted) < MOST_SPANS:
            quoted.append(Quoted(row["starts"], row["ends"], row["said"]))
    return found
