"""Asks somebody else again about a few approvals, drawn at random, without the first answer.

How often both agree says how far the policies are understood alike. Only what stands is asked
about again: what was decided against an author has a second look of its own, the appeal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community.moderation.queue import live
from domain.moderation.measures import SECOND_LOOKS
from domain.moderation.priority import TARGETS
from domain.moderation.subjects import Origin
from infra.database import Transaction
from infra.platform import Platform

KEY: Final = "second_look"

# The draw is a hash of the decision's id: nobody's to choose, and the same when it is done again.
# What waits anyway is looked at anyway. Without another moderator there is nobody to ask.
_DRAW: Final = """
INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, created_at, due_at,
  rank_at, barred_id)
SELECT gen_random_uuid(), d.subject_kind, d.subject_id, d.author_id, 'SAMPLE', $2, $3, $3,
  d.moderator_id
FROM decision d
WHERE d.id = ANY($1) AND d.overrules_id IS NULL AND d.second_of IS NULL
  AND d.became = 'PUBLISHED' AND d.action IN ('APPROVE', 'FEATURE', 'RESTORE')
  AND (hashtextextended(d.id::text, 7) & 1048575) < $4 * 1048576
  AND EXISTS (SELECT FROM member m WHERE m.roles && '{MODERATOR,ADMIN}'
    AND m.id NOT IN (d.moderator_id, d.author_id))
ON CONFLICT DO NOTHING RETURNING id
"""
_SAY: Final = """
INSERT INTO review_signal (item_id, key, weight, added_at)
SELECT i.id, $2, 0, $3 FROM unnest($1::uuid[]) i (id)
"""


async def draw(
    tx: Transaction,
    platform: Platform,
    decision_ids: Sequence[UUID],
    now: datetime,
    *,
    share: float = SECOND_LOOKS,
) -> list[UUID]:
    """Queues those of the decisions that are drawn, for somebody else; the new items."""
    due_at = now + TARGETS[Origin.SAMPLE]
    rows = await tx.fetch(_DRAW, list(decision_ids), now, due_at, share)
    items = [row["id"] for row in rows]
    if items:
        await tx.execute(_SAY, items, KEY, now)
        live.announce(tx, platform.pubsub, items)
    return items
