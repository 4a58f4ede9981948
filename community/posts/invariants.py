"""What always holds of posts, their products and topics."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

_COUNTERS: Final = (
    Invariant(
        "A topic counts the published posts that name it",
        "SELECT t.id FROM topic t WHERE t.post_count <> (SELECT count(*) FROM post_topic pt"
        "   JOIN post p ON p.id = pt.post_id WHERE pt.topic_id = t.id AND p.state = 'PUBLISHED')",
    ),
    Invariant(
        "A product's rating is that of the published posts which rate it",
        "SELECT d.id FROM product d WHERE (d.rating_sum, d.rating_count) <> ("
        "   SELECT coalesce(sum(p.rating), 0), count(p.rating) FROM post_product pp"
        "   JOIN post p ON p.id = pp.post_id WHERE pp.product_id = d.id AND p.state = 'PUBLISHED')",
    ),
    Invariant(
        "Feeds of products and topics hold the published posts, at their times",
        "SELECT x.post_id FROM (SELECT post_id, published_at FROM post_product"
        "   UNION ALL SELECT post_id, published_at FROM post_topic) x"
        " LEFT JOIN post p ON p.id = x.post_id WHERE p.id IS NULL"
        " OR x.published_at IS DISTINCT FROM"
        "   CASE WHEN p.state = 'PUBLISHED' THEN p.published_at END",
    ),
)

_POSTS: Final = (
    Invariant(
        "Every revision of a post is kept, and the last is what it says",
        "SELECT p.id FROM post p LEFT JOIN post_revision r"
        "   ON r.post_id = p.id AND r.revision = p.revision"
        " WHERE r.text IS DISTINCT FROM p.text OR r.rating IS DISTINCT FROM p.rating"
        " OR p.revision <> (SELECT count(*) FROM post_revision n WHERE n.post_id = p.id)",
    ),
    Invariant(
        "Every post, photo, product and topic of one is somebody's or something's",
        "SELECT p.id FROM post p LEFT JOIN member m ON m.id = p.author_id WHERE m.id IS NULL"
        " UNION ALL SELECT i.post_id FROM post_image i"
        "   LEFT JOIN image g ON g.id = i.image_id WHERE g.id IS NULL"
        " UNION ALL SELECT x.post_id FROM post_product x"
        "   LEFT JOIN product d ON d.id = x.product_id WHERE d.id IS NULL"
        " UNION ALL SELECT x.post_id FROM post_topic x"
        "   LEFT JOIN topic t ON t.id = x.topic_id WHERE t.id IS NULL",
    ),
    Invariant(
        "A line of an order stands for a post of its buyer that was sent, and shows its product",
        "SELECT l.post_id FROM post_order_line l"
        " LEFT JOIN post p ON p.id = l.post_id AND p.author_id = l.member_id"
        "   AND p.submitted_at IS NOT NULL"
        " LEFT JOIN activity a ON a.id = l.activity_id AND a.member_id = l.member_id"
        "   AND a.type = 'order.paid' AND a.attributes -> 'items' -> l.line ->> 'sku' = l.sku"
        " WHERE p.id IS NULL OR a.id IS NULL",
    ),
    Invariant(
        "The log says once of each post that was published that it was, and of no other",
        "SELECT p.id FROM post p FULL JOIN (SELECT external_id, count(*) AS n FROM activity"
        "   WHERE source = 'laurels' AND type = 'post.published' AND attributes ? 'postId'"
        "   GROUP BY external_id) a ON a.external_id = 'post.published:' || p.id"
        " WHERE (p.published_at IS NOT NULL) <> (a.n IS NOT NULL) OR p.id IS NULL OR a.n > 1",
    ),
)

INVARIANTS: Final = (*_COUNTERS, *_POSTS)
"""Likes, comments and shares are counted by whoever keeps them."""
