"""What slices that do not know each other must agree on."""

from __future__ import annotations

from typing import Final

from infra.ids import Kind
from infra.invariants import Invariant


def _known_as(kind: Kind, id_: str) -> str:
    """The public id of what a column holds the key of."""
    named = f"'{kind}'::bytea || uuid_send({id_})"
    return f"rtrim(translate(encode({named}, 'base64'), '+/', '-_'), '=')"


_ALL_APPLIED: Final = """
NOT EXISTS (SELECT FROM activity a WHERE a.member_id = p.author_id AND a.applied_order IS NULL
  AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id))
"""

INVARIANTS: Final = (
    Invariant(
        "What a post brought is there, held or gone as the post is seen, waits or is gone",
        "SELECT p.id, p.state, c.standing FROM post p"  # noqa: S608 - own text
        " LEFT JOIN contribution c ON c.member_id = p.author_id"
        f"   AND c.subject = {_known_as(Kind.POST, 'p.id')}"
        " WHERE p.submitted_at IS NOT NULL AND c.standing IS DISTINCT FROM CASE"
        "   WHEN p.state = 'PUBLISHED' THEN 'SHOWN'"
        "   WHEN p.state = 'IN_REVIEW' OR p.repairable THEN 'HELD' ELSE 'GONE' END"
        f" AND {_ALL_APPLIED}",
    ),
    Invariant(
        "What a comment brought is there, held or gone as the comment is seen, waits or is gone",
        "SELECT p.id, p.state, c.standing FROM comment p"  # noqa: S608 - own text
        " JOIN contribution c ON c.member_id = p.author_id"
        f"   AND c.subject = {_known_as(Kind.COMMENT, 'p.id')}"
        " WHERE c.standing <> CASE p.state WHEN 'PUBLISHED' THEN 'SHOWN'"
        "   WHEN 'IN_REVIEW' THEN 'HELD' ELSE 'GONE' END"
        f" AND {_ALL_APPLIED}",
    ),
)
