"""What always holds of notifications."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Nobody is told of an activity twice, nor of one of somebody else",
        "SELECT n.id FROM notification n LEFT JOIN activity a"
        "   ON a.id = n.activity_id AND a.member_id = n.member_id WHERE a.id IS NULL"
        " UNION ALL SELECT min(id::text)::uuid FROM notification"
        "   GROUP BY member_id, activity_id HAVING count(*) > 1",
    ),
    Invariant(
        "Notifications are read after they were made",
        "SELECT id FROM notification WHERE read_at < created_at",
    ),
)
