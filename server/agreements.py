"""What slices that do not know each other must agree on."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_SUBJECT: Final = (
    "rtrim(translate(encode('po'::bytea || uuid_send(p.id), 'base64'), '+/', '-_'), '=')"
)

INVARIANTS: Final = (
    Invariant(
        "What a post brought is there, held or gone as the post is seen, waits or is gone",
        "SELECT p.id, p.state, c.standing FROM post p"  # noqa: S608 - own text
        f" LEFT JOIN contribution c ON c.member_id = p.author_id AND c.subject = {_SUBJECT}"
        " WHERE p.submitted_at IS NOT NULL AND c.standing IS DISTINCT FROM CASE"
        "   WHEN p.state = 'PUBLISHED' THEN 'SHOWN'"
        "   WHEN p.state = 'IN_REVIEW' OR p.repairable THEN 'HELD' ELSE 'GONE' END"
        " AND NOT EXISTS (SELECT FROM activity a WHERE a.member_id = p.author_id"
        "   AND a.applied_order IS NULL AND NOT EXISTS"
        "     (SELECT FROM activity_application x WHERE x.activity_id = a.id))",
    ),
)
