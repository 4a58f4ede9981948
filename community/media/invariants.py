"""What always holds of pictures that members have sent."""

from __future__ import annotations

from typing import Final

from infra.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "Whatever a member has sent is a picture",
        "SELECT m.image_id FROM member_image m LEFT JOIN image i ON i.id = m.image_id"
        " WHERE i.id IS NULL",
    ),
    Invariant(
        "A picture counts as used as long as a post or a profile shows it, and hangs in one place",
        "SELECT m.image_id FROM member_image m WHERE (m.unused_since IS NULL)::int"
        " <> (SELECT count(*) FROM post_image p WHERE p.image_id = m.image_id)"
        " + (SELECT count(*) FROM member a WHERE a.avatar_image_id = m.image_id)",
    ),
    Invariant(
        "No picture hangs anywhere that is not there",
        "SELECT p.image_id FROM post_image p LEFT JOIN image i ON i.id = p.image_id"
        "   WHERE i.id IS NULL"
        " UNION ALL SELECT a.avatar_image_id FROM member a LEFT JOIN image i"
        "   ON i.id = a.avatar_image_id WHERE a.avatar_image_id IS NOT NULL AND i.id IS NULL",
    ),
)
