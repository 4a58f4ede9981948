"""What always holds of likes."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant


def _counted(target: str) -> str:
    return (
        f"SELECT t.id, t.like_count, l.n FROM {target} t"  # noqa: S608 - one of two names
        " FULL JOIN (SELECT subject_id AS id, count(*) AS n FROM member_like"
        f" WHERE target = '{target}' GROUP BY 1) l USING (id)"
        " WHERE coalesce(t.like_count, 0) <> coalesce(l.n, 0)"
    )


INVARIANTS: Final = (
    Invariant("A post has as many likes as members who like it", _counted("post")),
    Invariant("A comment has as many likes as members who like it", _counted("comment")),
    Invariant(
        "No like of one's own counts for the programme",
        "SELECT a.id FROM activity a JOIN member m ON m.id = a.member_id"
        " WHERE a.type IN ('like.received', 'like.discounted')"
        " AND split_part(a.external_id, ':', 3) = a.member_id::text",
    ),
)
