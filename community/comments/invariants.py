"""What always holds of comments."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "A post has as many comments as are counted",
        "SELECT p.id FROM post p FULL JOIN (SELECT post_id AS id, count(*) AS n FROM comment"
        "   WHERE state = 'PUBLISHED' GROUP BY 1) c USING (id)"
        " WHERE coalesce(p.comment_count, 0) <> coalesce(c.n, 0)",
    ),
    Invariant(
        "A reply is on the post of the comment that it replies to, which is no reply",
        "SELECT r.id FROM comment r LEFT JOIN comment t ON t.id = r.thread_id"
        " WHERE t.thread_id IS DISTINCT FROM t.id OR t.post_id IS DISTINCT FROM r.post_id",
    ),
    Invariant(
        "What is written about a post is written down once for each of its comments",
        "SELECT c.id FROM comment c LEFT JOIN activity a ON a.source = 'laurels'"
        " AND a.external_id = 'comment.published:' || c.id AND a.member_id = c.author_id"
        " WHERE c.state = 'PUBLISHED' AND a.id IS NULL",
    ),
)
