"""What always holds of contributions: the books say what was decided about them."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_GRANTED: Final = """
SELECT c.member_id, c.subject, p.key AS type, p.value ->> 'force' AS force,
  (g ->> 0)::bigint AS entry_number, e.available + e.pending AS points, e.confirms_at,
  coalesce(a.taken_back, 0) AS taken_back, coalesce(a.confirmed, true) AS confirmed,
  coalesce(a.confirms_at, e.confirms_at) AS due_at
FROM contribution c CROSS JOIN jsonb_each(c.parts) p
CROSS JOIN jsonb_array_elements(p.value -> 'granted') g
LEFT JOIN points_entry e ON e.member_id = c.member_id AND e.number = (g ->> 0)::bigint
LEFT JOIN points_award a ON a.member_id = e.member_id AND a.entry_number = e.number
"""

INVARIANTS: Final = (
    Invariant(
        "What a post or comment that is seen earned is all there, and to be confirmed",
        f"SELECT member_id, subject, entry_number FROM ({_GRANTED}) g WHERE force = 'FULL'"  # noqa: S608 - own text
        " AND (taken_back > 0 OR points IS NULL OR due_at >= '9999-12-31 00:00:00+00')",
    ),
    Invariant(
        "What a post or comment earned that waits for its decision is pending, or was spent before",
        f"SELECT member_id, subject, entry_number FROM ({_GRANTED}) g WHERE force = 'HELD'"  # noqa: S608 - own text
        " AND (taken_back > 0 OR points IS NULL OR NOT confirmed AND due_at < '9999-12-31')",
    ),
    Invariant(
        "Nothing is pending of a post or comment that is gone",
        f"SELECT member_id, subject, entry_number FROM ({_GRANTED}) g WHERE force = 'NONE'"  # noqa: S608 - own text
        " AND NOT confirmed AND taken_back < points",
    ),
    Invariant(
        "Points that wait for a decision are of a post or comment that waits for one",
        "SELECT a.member_id, a.entry_number FROM points_award a"
        " WHERE NOT a.confirmed AND a.confirms_at >= '9999-12-31 00:00:00+00'"
        "   AND a.taken_back < a.points AND NOT EXISTS (SELECT FROM contribution c"
        "     CROSS JOIN jsonb_each(c.parts) p"
        "     CROSS JOIN jsonb_array_elements(p.value -> 'granted') g"
        "     WHERE c.member_id = a.member_id AND (g ->> 0)::bigint = a.entry_number"
        "       AND p.value ->> 'force' = 'HELD')",
    ),
    Invariant(
        "Every contribution was begun by an activity of its member",
        "SELECT c.member_id, c.subject FROM contribution c WHERE NOT EXISTS (SELECT FROM activity a"
        "   WHERE a.member_id = c.member_id AND a.source = 'laurels'"
        "     AND a.type IN ('post.submitted', 'post.published', 'comment.published')"
        "     AND a.attributes ->> CASE a.type WHEN 'comment.published' THEN 'commentId'"
        "       ELSE 'postId' END = c.subject)",
    ),
)
